package main

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/report"
	"github.com/trackql/trackql/connector"
)

// terminals makes a screen whose streams are both one terminal, out.
func terminals(out io.Writer) *screen {
	s := &screen{outWidth: 40, errWidth: 40, line: report.NewProgress(out, 40)}
	s.out = &screenWriter{s, out, true, true}
	s.errs = &screenWriter{s, out, true, false}
	return s
}

// TestProgressGivesWay takes the line of progress away before anything else is
// written, and does not write into a line that was begun.
func TestProgressGivesWay(t *testing.T) {
	var out bytes.Buffer
	s := terminals(&out)
	scans := []report.Scan{{Name: "pt.Issues", Progress: connector.Progress{Rows: 1}}}
	s.update(scans)
	write(t, s.out, "a | b\n")
	s.update(scans)
	write(t, s.out, "[")
	s.update(scans)
	write(t, s.out, "]\n")
	s.update(scans)
	s.update(nil)
	const blank = "\r               \r"
	want := "\rpt.Issues 1 row" + blank + "a | b\n" +
		"\rpt.Issues 1 row" + blank + "[" + "]\n" +
		"\rpt.Issues 1 row" + blank
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("the terminal got (-want +got):\n%s", diff)
	}
}

// TestErrorBeginsALine ends a line that the output began.
func TestErrorBeginsALine(t *testing.T) {
	var out bytes.Buffer
	s := terminals(&out)
	write(t, s.out, "[")
	write(t, s.errs, "error: boom\n")
	write(t, s.errs, "hint: Mend it.\n")
	if got, want := out.String(), "[\nerror: boom\nhint: Mend it.\n"; got != want {
		t.Errorf("the terminal got %q, want %q", got, want)
	}
}

// TestProgressIsQuietFirst shows nothing of a query that is over soon, and
// nothing after the end.
func TestProgressIsQuietFirst(t *testing.T) {
	var out bytes.Buffer
	s := terminals(&out)
	ticks, done, ended := make(chan time.Time), make(chan struct{}), make(chan struct{})
	var asked int
	scans := func() []report.Scan {
		asked++
		return []report.Scan{{Name: "pt.Issues"}}
	}
	go func() {
		defer close(ended)
		s.follow(ticks, done, scans)
	}()
	for range quiet + 2 {
		ticks <- time.Time{}
	}
	close(done)
	<-ended
	if asked != 2 {
		t.Errorf("of %d ticks %d showed progress, want 2", quiet+2, asked)
	}
	if got := out.String(); got[len(got)-1] != '\r' {
		t.Errorf("at the end the terminal got %q, want the line away", got)
	}
}

func write(t *testing.T, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
}

func TestNoProgressWithoutTerminal(t *testing.T) {
	var out, errs bytes.Buffer
	s := newScreen(&out, &errs)
	stop := s.showProgress(func() []report.Scan {
		t.Error("asked how far it is, where nobody looks")
		return nil
	})
	stop()
	if out.Len()+errs.Len() > 0 {
		t.Errorf("wrote %q and %q, want nothing", &out, &errs)
	}
}

func TestClosedPipeOfOutputOnly(t *testing.T) {
	reader, writer := io.Pipe()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	s := newScreen(writer, writer)
	if _, err := s.out.Write([]byte("x")); !errors.Is(err, errClosedPipe) {
		t.Errorf("Write to the output = %v, want %v", err, errClosedPipe)
	}
	if _, err := s.errs.Write([]byte("x")); err == nil || errors.Is(err, errClosedPipe) {
		t.Errorf("Write to the standard error = %v, want another error", err)
	}
}
