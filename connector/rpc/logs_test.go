package rpc_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

// capture keeps log lines as text, without escaping anything.
type capture struct {
	level slog.Level

	mu      sync.Mutex
	lines   []string
	changed sync.Cond
}

var _ slog.Handler = (*capture)(nil)

func newCapture(level slog.Level) *capture {
	c := &capture{level: level}
	c.changed.L = &c.mu
	return c
}

// Enabled tells whether a level is taken.
func (c *capture) Enabled(_ context.Context, level slog.Level) bool { return level >= c.level }

// Handle keeps a line.
func (c *capture) Handle(_ context.Context, r slog.Record) error {
	line := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != "plugin" {
			line += " " + a.Key + "=" + a.Value.String()
		}
		return true
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line)
	c.changed.Broadcast()
	return nil
}

// WithAttrs and WithGroup are not used.
func (c *capture) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c *capture) WithGroup(string) slog.Handler      { return c }

func (c *capture) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines)
}

// wait returns once there is a line that ends so.
func (c *capture) wait(t *testing.T, end string) {
	t.Helper()
	stop := context.AfterFunc(t.Context(), c.changed.Broadcast)
	defer stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !slices.ContainsFunc(c.lines, func(line string) bool { return strings.HasSuffix(line, end) }) {
		if t.Context().Err() != nil {
			t.Fatalf("no line ends with %q", end)
		}
		c.changed.Wait()
	}
}

// talker logs when it is opened.
type talker struct{}

func (talker) Info() connector.Info { return connector.Info{Name: "talker", Summary: "Talks."} }

func (talker) Open(ctx context.Context, cfg connector.Config) (connector.Source, error) {
	log := cfg.Log
	if !log.Enabled(ctx, slog.LevelDebug) {
		log.Warn("debug is off")
	}
	log.Debug("a debug line")
	log.Info("課題", "text", "it's \"q\"\nand more", "number", 12345678901234567, "float", 0.5, "bool", true, "none", nil, "list", []int{1, 2}, "took", time.Second)
	log.With("a", 1).WithGroup("request").Warn("a group", "method", "GET", slog.Group("inner", "b", "x"), "empty", map[string]int{})
	log.Error("an error", "err", fmt.Errorf("refused"))
	log.Log(ctx, slog.LevelWarn+2, "between levels")
	log.Info("keys of slog's own", "level", 3, "msg", "other", "time", "noon", "plugin", "x")
	log.Info("end of the log")
	fmt.Fprint(os.Stderr, "in ")
	fmt.Fprint(os.Stderr, "pieces\r\n\n")
	fmt.Fprintln(os.Stderr, `{"msg":"no level"}`)
	fmt.Fprintln(os.Stderr, `{"level":"INFO","msg":"more behind"} it`)
	fmt.Fprintln(os.Stderr, `{"level":"INFO","msg":"of another language \u8ab2","n":1e400}`)
	fmt.Fprintln(os.Stderr, "no \xff UTF-8")
	fmt.Fprintln(os.Stderr, strings.Repeat("x", 64<<10))
	fmt.Fprintln(os.Stderr, strings.Repeat("y", 200<<10))
	fmt.Fprintln(os.Stderr, `{"level":"INFO","msg":"`+strings.Repeat("z", 200<<10)+`"}`)
	fmt.Fprintln(os.Stderr, "end of stderr")
	fmt.Println("hello")
	fmt.Println("end of stdout")
	return tellingSource{}, nil
}

// TestLogs checks what becomes of what a plugin logs and prints.
func TestLogs(t *testing.T) {
	log := newCapture(slog.LevelDebug)
	src := openWith(t, "talker", log, nil)
	for _, end := range []string{"end of the log", "end of stderr", "end of stdout"} {
		log.wait(t, end)
	}
	if err := src.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
	want := []string{
		"DEBUG a debug line",
		"INFO 課題 text=it's \"q\"\nand more number=12345678901234567 float=0.5 bool=true none=<nil> list=[1,2] took=1000000000",
		"WARN a group a=1 request=[method=GET inner=[b=x] empty={}]",
		"ERROR an error err=refused",
		"WARN+2 between levels",
		"INFO keys of slog's own level=3 msg=other time=noon",
		"INFO end of the log",
		"WARN in pieces",
		`WARN {"msg":"no level"}`,
		`WARN {"level":"INFO","msg":"more behind"} it`,
		"INFO of another language 課 n=1e400",
		"WARN no \uFFFD UTF-8",
		"WARN " + strings.Repeat("x", 64<<10),
		"WARN " + strings.Repeat("y", 64<<10) + fmt.Sprintf("… (and %d bytes more)", 136<<10),
		`WARN {"level":"INFO","msg":"` + strings.Repeat("z", 64<<10-23) + fmt.Sprintf("… (and %d bytes more)", 136<<10+25),
		"WARN end of stderr",
		"WARN hello",
		"WARN end of stdout",
	}
	// The three ways are read side by side.
	if diff := cmp.Diff(sorted(want), sorted(log.all())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// asking takes every line that comes, and says that it takes fewer.
type asking struct {
	*capture
	level slog.Level
}

// Enabled is called for a line with no context of its own.
func (a asking) Enabled(ctx context.Context, level slog.Level) bool {
	return ctx == context.Background() || level >= a.level
}

// TestLogLevel checks that a child is told which lines nobody would read.
func TestLogLevel(t *testing.T) {
	tests := map[slog.Level][]string{
		slog.LevelDebug: {"DEBUG", "INFO", "WARN", "ERROR"},
		slog.LevelInfo:  {"INFO", "WARN", "ERROR"},
		slog.LevelError: {"ERROR"},
	}
	for level, want := range tests {
		t.Run(level.String(), func(t *testing.T) {
			log := asking{capture: newCapture(0), level: level}
			src := openWith(t, "talker", log, nil)
			if err := src.Close(); err != nil {
				t.Errorf("Close = %v", err)
			}
			var got []string
			for _, line := range log.all() {
				word, message, _ := strings.Cut(line, " ")
				if strings.HasPrefix(message, "a debug") || strings.HasPrefix(message, "課題") || strings.HasPrefix(message, "a group") || strings.HasPrefix(message, "an error") {
					got = append(got, word)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
