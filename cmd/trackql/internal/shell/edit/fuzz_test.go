package edit_test

import (
	"errors"
	"io"
	"testing"

	"github.com/trackql/trackql/cmd/trackql/internal/shell/edit"
)

// FuzzRead types anything at all. The emulator panics where a control character
// comes through to the screen.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"SELECT 担当者\r\x1b[A\x1b[D\x7fx\t\t\x1b[Z;\r", "\x12担\x12\x13\x7f\x1b", "a\u0301\u200d👨\u200d👩\x1b[1;5D\x17\x19\x1f\x1f",
		"\x1b[200~a\x1b[31m\u202e\tb\x1b[201~\x0b", "\xe6\x8b\x1b\x1b[\x1b[999999;99~", "\x1a\x0c\x03", "1\r2\r3\r4\r5\r6\r7\x1b[A\x1b[A\x1b[A",
	} {
		f.Add(seed, 7)
	}
	f.Fuzz(func(t *testing.T, typed string, cut int) {
		cut = max(0, min(cut, len(typed)))
		terminal := newFake(12, 5, typed[:cut], typed[cut:])
		e := edit.New(edit.Config{
			Terminal: terminal, Finished: finished, Complete: complete, Highlight: highlight, Colors: true,
			History: []string{"SELECT 1;", "担当者\n担当;"},
		})
		_, err := e.Read(t.Context(), prompt)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, edit.ErrInterrupted) {
			t.Errorf("Read(%q) = %v", typed, err)
		}
		if terminal.raw != 0 {
			t.Errorf("after %q the terminal is raw %d times, want 0", typed, terminal.raw)
		}
	})
}
