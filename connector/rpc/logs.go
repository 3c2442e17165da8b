package rpc

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
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
	name string

	mu     sync.Mutex
	log    *slog.Logger
	redact *redactor
	panic  string // what killed the child
	last   string // the last line that is no stack
}

func newLogs(name string, log *slog.Logger) *logs {
	return &logs{name: name, log: log, redact: redactorOf(connector.Info{}, nil)}
}

// to sends what comes from now on to log, without the secrets of redact.
func (l *logs) to(log *slog.Logger, redact *redactor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log, l.redact = log, redact
}

// read reads lines until r ends.
func (l *logs) read(r io.Reader) {
	lines := bufio.NewReaderSize(r, lineBytes)
	for {
		line, err := lines.ReadSlice('\n')
		if text := bytes.TrimRight(line, "\r\n"); len(text) > 0 {
			l.line(string(text))
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// Write takes what a plugin prints, a line or more at a time.
func (l *logs) Write(p []byte) (int, error) {
	l.read(bytes.NewReader(p))
	return len(p), nil
}

func (l *logs) line(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text = l.redact.text(strings.ToValidUTF8(text, "\uFFFD"))
	if strings.HasPrefix(text, "{") && l.record(text) {
		return
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

// record passes on a line that slog wrote, and tells whether it was one.
func (l *logs) record(text string) bool {
	var fields map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&fields); err != nil {
		return false
	}
	message, ok := fields[slog.MessageKey].(string)
	word, _ := fields[slog.LevelKey].(string)
	var level slog.Level
	if !ok || level.UnmarshalText([]byte(word)) != nil {
		return false
	}
	for _, key := range []string{slog.MessageKey, slog.LevelKey, slog.TimeKey} {
		delete(fields, key)
	}
	attributes := []any{keyPlugin, l.name}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		attributes = append(attributes, key, plainValue(fields[key]))
	}
	l.log.Log(context.Background(), level, message, attributes...)
	return true
}

// plainValue shows groups and lists as JSON.
func plainValue(v any) any {
	switch v.(type) {
	case map[string]any, []any:
		if text, err := json.Marshal(v); err == nil {
			return string(text)
		}
		return fmt.Sprint(v)
	}
	return v
}

// words returns what killed the child, and its last line.
func (l *logs) words() (panicked, last string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.panic, l.last
}
