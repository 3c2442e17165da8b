package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

// TestShellReadsUTF8 refuses other bytes, and reads past a byte order mark.
func TestShellReadsUTF8(t *testing.T) {
	tests := map[string]struct {
		text, out, errs string
		code            int
	}{
		"not UTF-8":  {"SELECT 1 AS a;\nSELECT '\xe9';", "a\n1\n", "error: query is not UTF-8\nhint: Save it as UTF-8.\n", 2},
		"with a BOM": {"\ufeffSELECT '担' AS a;", "a\n担\n", "", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run(t.Context(), []string{"shell"}, strings.NewReader(test.text), &out, &errs)
			if code != test.code || out.String() != test.out || errs.String() != test.errs {
				t.Errorf("shell of %q: exit code %d, %q, %q, want %d, %q, %q",
					test.text, code, &out, &errs, test.code, test.out, test.errs)
			}
		})
	}
}

// TestShellStreams answers a statement before the next one has come, and ends
// without a word when nobody reads any more.
func TestShellStreams(t *testing.T) {
	in, asks := io.Pipe()
	answers, out := io.Pipe()
	code := make(chan int)
	go func() { code <- run(t.Context(), []string{"shell"}, in, out, io.Discard) }()
	for _, statement := range []string{"SELECT 1 AS a;\n", endless + ";\n"} {
		write(t, asks, statement)
		if _, err := io.ReadFull(answers, make([]byte, 4)); err != nil {
			t.Fatal(err)
		}
	}
	if err := answers.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-code; got != 0 {
		t.Errorf("exit code %d, want 0", got)
	}
}

func TestShownTime(t *testing.T) {
	tests := map[time.Duration]string{
		0: "0.0 ms", 1234 * time.Microsecond: "1.2 ms", 56789 * time.Microsecond: "56 ms",
		1500 * time.Millisecond: "1.50 s", 61 * time.Second: "61.00 s",
	}
	for d, want := range tests {
		if got := shownTime(d); got != want {
			t.Errorf("shownTime(%v) = %s, want %s", d, got, want)
		}
	}
}
