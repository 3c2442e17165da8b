package edit_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/shell/edit"
	"github.com/trackql/trackql/cmd/trackql/internal/shell/emulator"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fake is a terminal in memory: somebody types into it, piece by piece, and it
// remembers what it showed before each piece.
type fake struct {
	*emulator.Screen
	columns, rows int
	typed         []string
	shown         []string
	raw           int
	suspended     int
	styled        bool
}

func newFake(columns, rows int, typed ...string) *fake {
	return &fake{Screen: emulator.New(columns, rows), columns: columns, rows: rows, typed: typed}
}

func (f *fake) Size() (columns, rows int) { return f.columns, f.rows }

func (f *fake) Raw() (restore func() error, err error) {
	f.raw++
	return func() error { f.raw--; return nil }, nil
}

func (f *fake) Suspend() error { f.suspended++; return nil }

// pause stands for nothing being typed for a while, resize for another width.
const (
	pause  = "(pause)"
	resize = "(resize)"
)

func (f *fake) Next(_ context.Context, patience time.Duration) (edit.Event, error) {
	row, column := f.Cursor()
	screen := f.String()
	if f.styled {
		screen = f.Styled()
	}
	f.shown = append(f.shown, fmt.Sprintf("%s[%d,%d]\n", screen, row, column))
	if len(f.typed) == 0 {
		return edit.Event{}, io.EOF
	}
	typed := f.typed[0]
	f.typed = f.typed[1:]
	switch typed {
	case pause:
		if patience == 0 {
			panic("nothing is typed, and nobody is impatient")
		}
		return edit.Event{}, nil
	case resize:
		f.columns += 10
		grown := emulator.New(f.columns, f.rows)
		f.Screen = grown
		return edit.Event{Resized: true}, nil
	}
	return edit.Event{Input: []byte(typed)}, nil
}

var prompt = edit.Prompt{First: "sql> ", Rest: "...> "}

func finished(s string) bool { return strings.HasSuffix(s, ";") }

// The keys of the tests.
const (
	left, right, up, down = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"
	home, end             = "\x1b[H", "\x1b[F"
	enter, tab, esc       = "\r", "\t", "\x1b"
	backspace, del        = "\x7f", "\x1b[3~"
)

func TestRead(t *testing.T) {
	history := []string{"SELECT 1;", "SELECT\n  担当者;", "SELECT 3;"}
	tests := map[string]struct {
		typed []string
		want  string
	}{
		"a line":                       {[]string{"SELECT 1;", enter}, "SELECT 1;"},
		"key by key in one piece":      {[]string{"SELECT 1;\r"}, "SELECT 1;"},
		"lines until the end":          {[]string{"SELECT\r1\r;\r"}, "SELECT\n1\n;"},
		"a line feed is an Enter":      {[]string{"SELECT 1;\n"}, "SELECT 1;"},
		"nothing":                      {[]string{enter}, ""},
		"insert between wide ones":     {[]string{"担者;", left, left, "当", enter}, "担当者;"},
		"delete wide ones":             {[]string{"担当者x;", left, left, backspace, del, enter}, "担当;"},
		"combining marks are one":      {[]string{"か\u3099き;", home, right, backspace, enter}, "き;"},
		"a family is one":              {[]string{"a👨\u200d👩\u200d👧b;", left, left, backspace, enter}, "ab;"},
		"joined by what follows":       {[]string{"\u3099;", home, "か", "x", enter}, "か\u3099x;"},
		"half a character":             {[]string{"\xe6\x8b", "\x85;", enter}, "担;"},
		"home and end of a line":       {[]string{"a\r", "bc", home, "x", end, "y;", enter}, "a\nxbcy;"},
		"of everything":                {[]string{"b\rc", "\x1b<", "a", "\x1b>", ";", enter}, "ab\nc;"},
		"by words":                     {[]string{"SELECT abc, d_1;", "\x1bb", "x", "\x1bb", "\x1b[1;5D", "y", "\x1b[1;5C", "z", enter}, "SELECT yabcz, xd_1;"},
		"Japanese words by script":     {[]string{"担当者のデータ;", "\x1bb", "1", "\x1bb", "\x1bb", "2", enter}, "担当者2の1データ;"},
		"cut and put a word":           {[]string{"a 担当 b;", left, left, left, "\x17", end, left, "\x19", enter}, "a  b担当;"},
		"cut to the end":               {[]string{"abc;", home, right, "\x0b", ";", enter}, "a;"},
		"cut the end of a line":        {[]string{"a\rb;", up, end, "\x0b", enter}, "ab;"},
		"cut to the start":             {[]string{"abc;", left, "\x15", "d", enter}, "d;"},
		"take back":                    {[]string{"abc;", "\x17", "\x1f", enter}, "abc;"},
		"take back what was typed":     {[]string{"a;", home, "x", "y", "\x1f", end, enter}, "a;"},
		"up a row by cells":            {[]string{"担当者\r", "abcd;", left, up, "x", down, enter}, "担当x者\nabcd;"},
		"up keeps the column":          {[]string{"abcdef\r", "x\r", "uvwxyz;", left, up, up, "-", enter}, "abcdef-\nx\nuvwxyz;"},
		"Enter amid what has ended":    {[]string{"a;", left, enter}, "a;"},
		"Alt-Enter always breaks":      {[]string{"a;", left, "\x1b\r", enter}, "a\n;"},
		"earlier text":                 {[]string{up, enter}, "SELECT 3;"},
		"lines are walked past":        {[]string{up, up, up, enter}, "SELECT 1;"},
		"and back":                     {[]string{"x;", up, up, down, down, enter}, "x;"},
		"changes are kept on the way":  {[]string{up, backspace, "4;", up, down, enter}, "SELECT 34;"},
		"into its rows":                {[]string{up, up, left, up, "x", enter}, "SELECTx\n  担当者;"},
		"past either end":              {[]string{up, up, up, up, up, down, down, down, down, down, "y;", enter}, "y;"},
		"search":                       {[]string{"\x12", "担", enter}, "SELECT\n  担当者;"},
		"search further":               {[]string{"\x12", "select", "\x12", "\x12", enter}, "SELECT 1;"},
		"search back again":            {[]string{"\x12", "select", "\x12", "\x12", "\x13", "\x13", enter}, "SELECT 3;"},
		"search in vain":               {[]string{"x;", "\x12", "nothing", "\x07", enter}, "x;"},
		"search, edit what was found":  {[]string{"\x12", "担当", right, "x", enter}, "SELECT\n  担x当者;"},
		"search less":                  {[]string{"\x12", "3x", backspace, enter}, "SELECT 3;"},
		"pasted":                       {[]string{"\x1b[200~SELECT\r\n\t1;\r\nSELECT 2", "\x1b[201~;", enter}, "SELECT\n\t1;\nSELECT 2;"},
		"pasted without controls":      {[]string{"\x1b[200~a\x1b[31mb\x07\u009bc;\x1b[201~", enter}, "a[31mbc;"},
		"complete the only one":        {[]string{"SELECT Sum", tab, ";", enter}, "SELECT Summary;"},
		"complete what is common":      {[]string{"SELECT 担", tab, ";", enter}, "SELECT 担当;"},
		"choose":                       {[]string{"SELECT 担", tab, tab, tab, enter, ";", enter}, "SELECT 担当日;"},
		"choose the last":              {[]string{"SELECT 担", tab, "\x1b[Z", ";", enter}, "SELECT 担当日;"},
		"choose nothing":               {[]string{"SELECT 担", tab, tab, esc, pause, ";", enter}, "SELECT 担当;"},
		"round again":                  {[]string{"SELECT 担", tab, tab, tab, tab, ";", enter}, "SELECT 担当;"},
		"take back a choice":           {[]string{"SELECT 担", tab, tab, " ", backspace, "\x1f", "\x1f", "\x1f", ";", enter}, "SELECT 担当;"},
		"complete nothing":             {[]string{"SELECT x", tab, ";", enter}, "SELECT x;"},
		"a key in two pieces":          {[]string{"ab;", "\x1b", "[D", "\x1b[", "D", "x", enter}, "axb;"},
		"Escape alone":                 {[]string{"a", esc, pause, "[D;", enter}, "a[D;"},
		"a mouse is no Enter":          {[]string{"b;", "\x1b[<0;3;1M\x1b[<0;3;1m", home, "a", "\x1bOM"}, "ab;"},
		"keys without a meaning":       {[]string{"a\x1b[15~\x1bOP\x1bq\x1b[99;99u\x01\x02;\x1b\x1b", pause, end, enter}, ";a"},
		"clear the screen":             {[]string{"a", "\x0c", ";", enter}, "a;"},
		"delete at the end is nothing": {[]string{"a;", del, enter}, "a;"},
		"Ctrl-D deletes":               {[]string{"ab;", home, "\x04", enter}, "b;"},
		"another size":                 {[]string{"abcdefghijklmnopqrstuvwxyz", resize, ";", enter}, "abcdefghijklmnopqrstuvwxyz;"},
		"stopped for a while":          {[]string{"ab", "\x1a", ";", enter}, "ab;"},
		"a text longer than the rows":  {[]string{strings.Repeat("a\r", 20) + ";", up, up, "b", enter}, strings.Repeat("a\n", 18) + "ab\na\n;"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(20, 8, test.typed...)
			e := edit.New(edit.Config{Terminal: f, Finished: finished, Complete: complete, History: history})
			got, err := e.Read(t.Context(), prompt)
			if strings.HasSuffix(test.want, ";") || test.want == "" {
				if err != nil || got != test.want {
					t.Errorf("typing %q = %q, %v, want %q\n%s", test.typed, got, err, test.want, f)
				}
			} else if shown := strings.Join(f.shown, "\n"); !errors.Is(err, io.EOF) || !strings.Contains(shown, test.want) {
				t.Errorf("typing %q showed\n%s\nand ended with %v, want %q", test.typed, shown, err, test.want)
			}
			if f.raw != 0 || f.Mode("?2004") {
				t.Errorf("the terminal is raw %d times, and marks pasted text: %t, want it as it was", f.raw, f.Mode("?2004"))
			}
		})
	}
}

// complete completes a few names at the end.
func complete(s string, at int) edit.Completion {
	from := strings.LastIndexByte(s[:at], ' ') + 1
	c := edit.Completion{From: from}
	all := []string{"Summary", "担当者", "担当日"}
	for i := range 50 {
		all = append(all, fmt.Sprintf("n%02d", i))
	}
	for _, name := range all {
		if strings.HasPrefix(name, s[from:at]) {
			c.Items = append(c.Items, edit.Item{Insert: name, Detail: "VARCHAR, " + name})
		}
	}
	return c
}

func TestReadEnds(t *testing.T) {
	canceled, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	cancel(gone)
	tests := map[string]struct {
		ctx   context.Context
		typed []string
		want  error
		shows string
	}{
		"Ctrl-C":                   {t.Context(), []string{"SELECT", "\x03"}, edit.ErrInterrupted, "sql> SELECT^C\n"},
		"Ctrl-C amid lines":        {t.Context(), []string{"a\rb", up, "\x03"}, edit.ErrInterrupted, "sql> a\n...> b^C\n"},
		"Ctrl-D":                   {t.Context(), []string{"\x04"}, io.EOF, "sql>\n"},
		"the end of the input":     {t.Context(), []string{"SEL"}, io.EOF, "sql> SEL\n"},
		"the end of the context":   {canceled, []string{"SEL"}, gone, "sql>\n"},
		"Ctrl-C while searching":   {t.Context(), []string{"\x12", "1", "\x03", "\x03"}, edit.ErrInterrupted, "sql> ^C\n"},
		"Ctrl-C while choosing":    {t.Context(), []string{"担", tab, "\x03"}, edit.ErrInterrupted, "sql> 担当^C\n"},
		"Ctrl-D where there is it": {t.Context(), []string{"a", "\x04", "\x03"}, edit.ErrInterrupted, "sql> a^C\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(20, 8, test.typed...)
			terminal := &obedient{f, test.ctx}
			e := edit.New(edit.Config{Terminal: terminal, Complete: complete, Finished: finished, History: []string{"SELECT 1;"}})
			if got, err := e.Read(test.ctx, prompt); !errors.Is(err, test.want) || got != "" {
				t.Errorf("Read = %q, %v, want %v", got, err, test.want)
			}
			if f.String() != test.shows {
				t.Errorf("the screen shows %q, want %q", f, test.shows)
			}
			if row, column := f.Cursor(); column != 0 || row != strings.Count(test.shows, "\n") {
				t.Errorf("the cursor is at %d, %d, want the line below", row, column)
			}
			if f.raw != 0 {
				t.Errorf("the terminal is raw %d times, want it as it was", f.raw)
			}
		})
	}
}

// obedient is a terminal that ends with its context.
type obedient struct {
	*fake
	ctx context.Context
}

func (o *obedient) Next(ctx context.Context, patience time.Duration) (edit.Event, error) {
	if o.ctx.Err() != nil {
		return edit.Event{}, context.Cause(o.ctx)
	}
	return o.fake.Next(ctx, patience)
}

// TestTypeAhead keeps what was typed after the Enter for the next text, and
// takes texts into the history.
func TestTypeAhead(t *testing.T) {
	f := newFake(20, 8, "a;\rb;\r\x1b[A\x1b[A", enter)
	e := edit.New(edit.Config{Terminal: f, Finished: finished})
	for _, want := range []string{"a;", "b;", "a;"} {
		got, err := e.Read(t.Context(), prompt)
		if err != nil || got != want {
			t.Fatalf("Read = %q, %v, want %q", got, err, want)
		}
		e.Remember(got)
	}
}

// TestSearchSkipsRepeats goes to another text each time.
func TestSearchSkipsRepeats(t *testing.T) {
	f := newFake(20, 8, "\x12", "a", "\x12", enter)
	e := edit.New(edit.Config{Terminal: f, Finished: finished, History: []string{"a1;", "a2;", "b;", "a2;"}})
	if got, err := e.Read(t.Context(), prompt); err != nil || got != "a1;" {
		t.Errorf("Read = %q, %v, want the text before the repeated one", got, err)
	}
}

// TestPanicRestores gives the terminal back where a function of the caller
// panics.
func TestPanicRestores(t *testing.T) {
	f := newFake(20, 8, "a", tab)
	e := edit.New(edit.Config{Terminal: f, Complete: func(string, int) edit.Completion { panic("complete") }})
	defer func() {
		if p := recover(); p != "complete" || f.raw != 0 {
			t.Errorf("after the panic %v the terminal is raw %d times, want 0", p, f.raw)
		}
	}()
	_, err := e.Read(t.Context(), prompt)
	t.Errorf("Read = %v, want a panic", err)
}

// TestScreens compares what the screen shows, key by key, with golden files.
func TestScreens(t *testing.T) {
	tests := map[string]struct {
		columns, rows int
		colors        bool
		typed         []string
	}{
		"wrap":     {16, 8, false, []string{"SELECT 担", "当者,", " x", left, left, left, left, left, left, "の", "\x1b[1;5H", end, ";"}},
		"multi":    {20, 6, false, []string{"SELECT a,\r", "担当者\r", "FROM t", up, up, "b", down, down, ";"}},
		"tall":     {20, 4, false, []string{"1\r2\r3\r4\r5\r6", up, up, up, up, up, down, down, down, down, down, ";", enter}},
		"menu":     {30, 8, true, []string{"SELECT 担", tab, tab, "\x1b[Z", " "}},
		"search":   {40, 8, true, []string{"\x12", "担", "x", backspace, "\x12", right}},
		"colors":   {40, 8, true, []string{"SELECT 'a\r", "b', 担"}},
		"hostile":  {20, 8, false, []string{"\x1b[200~a\u202eb\tc\x1b[201~", left, left, left}},
		"clear":    {20, 8, false, []string{"abc\rdef", "\x0c", "g"}},
		"exact":    {10, 8, false, []string{"abcde", left, "\x1b[F\r", "担当x", "y;", enter}},
		"full":     {10, 8, false, []string{"abcd;", enter}},
		"many":     {30, 8, false, []string{"SELECT n", tab, tab, "\x1b[Z", "\x1b[Z", "\x1b[Z"}},
		"one wide": {8, 8, false, []string{"担当者データ", left, left, left, left}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(test.columns, test.rows, test.typed...)
			f.styled = test.colors
			typed := f.typed
			e := edit.New(edit.Config{
				Terminal: f, Finished: finished, Complete: complete, Colors: test.colors, Highlight: highlight,
				History: []string{"SELECT 担当者 FROM t;", "SELECT 1;", "x 担;"},
			})
			if _, err := e.Read(t.Context(), prompt); err != nil && !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			var got strings.Builder
			for i, shown := range f.shown {
				if i > 0 {
					fmt.Fprintf(&got, "%q\n", typed[i-1])
				}
				got.WriteString(shown)
			}
			row, column := f.Cursor()
			fmt.Fprintf(&got, "left\n%s[%d,%d]\n", f, row, column)
			golden(t, filepath.Join("testdata", name+".txt"), got.String())
		})
	}
}

// highlight styles texts in quotes, and words in capitals.
func highlight(s string) []edit.Span {
	spans := []edit.Span{}
	if strings.HasPrefix(s, "SELECT") {
		spans = append(spans, edit.Span{Start: 0, End: 6, Style: edit.Keyword})
	}
	if from, to := strings.Index(s, "'"), strings.LastIndex(s, "'"); from >= 0 {
		spans = append(spans, edit.Span{Start: from, End: max(to+1, from+1), Style: edit.Literal})
	}
	return spans
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
