package rpc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/trackql/trackql/connector"
)

// The keys of what this package logs: people's tools may look for them.
const (
	keyPlugin = "plugin"
	keySource = "source"
	keyCall   = "call"
	keyFault  = "fault"
	keyStack  = "stack"
)

// lineBytes is the longest log line that is kept whole.
const lineBytes = 64 << 10

// logs passes a child's log on to ours: lines that [Serve] wrote with their
// level and attributes, any other line as a warning. It keeps what a Go program
// says when it dies.
type logs struct {
	name           string
	stdout, stderr lines // what go-plugin brings, in pieces

	mu     sync.Mutex
	log    *slog.Logger
	redact *redactor
	panic  string // what killed the child
	last   string // the last line that is no stack
}

func newLogs(name string, log *slog.Logger) *logs {
	l := &logs{name: name, log: log, redact: redactorOf(connector.Info{}, nil)}
	l.stdout.each, l.stderr.each = l.line, l.line
	return l
}

// to sends what comes from now on to log, without the secrets of redact.
func (l *logs) to(log *slog.Logger, redact *redactor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log, l.redact = log, redact
}

// read reads lines until r ends.
func (l *logs) read(r io.Reader) {
	whole := lines{each: l.line}
	_, _ = io.Copy(&whole, r) // however it ends
	whole.flush()
}

// flush passes on lines that were not ended.
func (l *logs) flush() {
	l.stdout.flush()
	l.stderr.flush()
}

// line passes on one line, of which surplus bytes were dropped.
func (l *logs) line(text string, surplus int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.HasPrefix(text, "{") && surplus == 0 && l.record(text) {
		return
	}
	text, surplus = l.redact.cut(text, min(len(text), lineBytes)), surplus+max(0, len(text)-lineBytes)
	text = strings.ToValidUTF8(text, "\uFFFD")
	if surplus > 0 {
		text += fmt.Sprintf("… (and %d bytes more)", surplus)
	}
	for _, prefix := range []string{"panic: ", "fatal error: "} {
		if message, ok := strings.CutPrefix(text, prefix); ok && l.panic == "" {
			l.panic = message
		}
	}
	if l.panic != "" { // a stack: the error quotes its first line
		l.log.Debug(text, keyPlugin, l.name)
		return
	}
	l.last = text
	l.log.Warn(text, keyPlugin, l.name)
}

// record passes on a line that slog wrote, and tells whether it was one. The
// secrets are looked for behind the escapes of JSON.
func (l *logs) record(text string) bool {
	fields, ok := l.fields(text, 0)
	if !ok {
		return false
	}
	take := func(key string) string {
		i := slices.IndexFunc(fields, func(a slog.Attr) bool { return a.Key == key })
		if i < 0 || fields[i].Value.Kind() != slog.KindString {
			return ""
		}
		text := fields[i].Value.String()
		fields = slices.Delete(fields, i, i+1) // what follows under the same key is an attribute
		return text
	}
	take(slog.TimeKey)
	word := take(slog.LevelKey)
	var level slog.Level
	if !slices.ContainsFunc(fields, func(a slog.Attr) bool { return a.Key == slog.MessageKey }) || level.UnmarshalText([]byte(word)) != nil {
		return false
	}
	message := take(slog.MessageKey)
	l.log.LogAttrs(context.Background(), level, message, append([]slog.Attr{slog.String(keyPlugin, l.name)}, fields...)...)
	return true
}

// groupDepth is how deep groups are passed on as groups.
const groupDepth = 8

// fields reads a JSON object, in its order. Objects in it become groups, as slog
// wrote them.
func (l *logs) fields(text string, depth int) ([]slog.Attr, bool) {
	if !json.Valid([]byte(text)) {
		return nil, false
	}
	var list []slog.Attr
	d := json.NewDecoder(strings.NewReader(text))
	_, _ = d.Token() // the brace: the text is valid
	for d.More() {
		var value json.RawMessage
		key, _ := d.Token()
		_ = d.Decode(&value)
		list = append(list, slog.Attr{Key: l.redact.text(fmt.Sprint(key)), Value: l.value(string(value), depth)}) //nolint:sloglint // the key is the plugin's own
	}
	return list, true
}

// value reads a JSON value.
func (l *logs) value(text string, depth int) slog.Value {
	if text[0] == '{' && text != "{}" && depth < groupDepth {
		group, _ := l.fields(text, depth+1)
		return slog.GroupValue(group...)
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var value any
	_ = d.Decode(&value)
	switch value := l.plain(value).(type) {
	case map[string]any, []any:
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(value)
		return slog.StringValue(strings.TrimSpace(b.String()))
	default:
		return slog.AnyValue(value)
	}
}

// plain takes the secrets out of a value.
func (l *logs) plain(value any) any {
	switch value := value.(type) {
	case string:
		return l.redact.text(value)
	case json.Number:
		if text := l.redact.text(value.String()); text != value.String() {
			return text
		}
	case []any:
		for i := range value {
			value[i] = l.plain(value[i])
		}
	case map[string]any:
		redacted := map[string]any{}
		for key, v := range value {
			redacted[l.redact.text(key)] = l.plain(v)
		}
		return redacted
	}
	return value
}

// words returns what killed the child, and its last line.
func (l *logs) words() (panicked, last string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.panic, l.last
}
