package shell_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/shell"
	"github.com/trackql/trackql/cmd/trackql/internal/shell/edit"
	"github.com/trackql/trackql/connector"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestEnded(t *testing.T) {
	tests := map[string]struct {
		text string
		want bool
	}{
		"nothing":                   {"", true},
		"blanks":                    {" \n\t", true},
		"a comment":                 {"-- nothing", true},
		"a statement":               {"SELECT 1;", true},
		"lines":                     {"SELECT\n1\n;\n", true},
		"no semicolon":              {"SELECT 1", false},
		"a second one begun":        {"SELECT 1; SELECT", false},
		"two":                       {"SELECT 1; SELECT 2;", true},
		"a comment behind":          {"SELECT 1; -- done", true},
		"a comment of two kinds":    {"SELECT 1; /* done */", true},
		"in a text":                 {"SELECT ';", false},
		"in a closed text":          {"SELECT ';'", false},
		"after a text":              {"SELECT 'it''s';", true},
		"in an escaped text":        {`SELECT E'\';`, false},
		"in a name":                 {`SELECT "a;`, false},
		"in dollars":                {"SELECT $$;", false},
		"after dollars":             {"SELECT $x$;$$;$x$;", true},
		"in a line comment":         {"SELECT 1 -- ;", false},
		"in a comment":              {"SELECT 1; /* ", false},
		"in a comment of a comment": {"/* /* */ ;", false},
		"Japanese":                  {"SELECT 担当者 FROM 課題;", true},
		"a full-width semicolon":    {"SELECT 1；", false},
		"a command":                 {`\d pt.Issues`, true},
		"a command with SQL":        {`\explain SELECT 1`, true},
		"with an open text":         {`\explain SELECT '1`, false},
		"a command elsewhere":       {".tables", true},
		"a number":                  {".5", false},
		"exit":                      {"exit", true},
		"exits":                     {"exits", false},
		"help":                      {" HELP; ", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := shell.Ended(test.text); got != test.want {
				t.Errorf("Ended(%q) = %t, want %t", test.text, got, test.want)
			}
		})
	}
}

func TestStatements(t *testing.T) {
	whole := "SELECT 'a;b'; -- c;\n\n  担当; SELECT\n 2;;"
	var got []string
	for _, s := range shell.Statements(whole) {
		got = append(got, s.In(whole))
	}
	want := []string{"SELECT 'a;b'", "\n\n  担当", "\n\n      SELECT\n 2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Statements(%q) (-want +got):\n%s", whole, diff)
	}
}

// FuzzStatements checks that a text is run as a whole: its statements are those
// of its pieces, in order, at their places.
func FuzzStatements(f *testing.F) {
	for _, seed := range []string{"SELECT 'a;b'; -- c;\n\n  担当;;", "a;\xff;b", "\r\n;x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, whole string) {
		end := 0
		for _, s := range shell.Statements(whole) {
			if s.Start < end || whole[s.Start:s.Start+len(s.Text)] != s.Text {
				t.Errorf("statement %q of %q does not stand at %d", s.Text, whole, s.Start)
			}
			end = s.Start + len(s.Text)
			if again := shell.Statements(s.In(whole)); len(again) != 1 || again[0].Text != s.Text {
				t.Errorf("statement %q of %q alone is %+v", s.Text, whole, again)
			}
		}
	})
}

func TestParseCommand(t *testing.T) {
	tests := map[string]struct {
		text string
		want shell.Command
		ok   bool
	}{
		"alone":             {`\d`, shell.Command{Name: "d", At: 2}, true},
		"with a name":       {` \d  pt.課題 ; ` + "\n", shell.Command{Name: "d", Argument: "pt.課題", At: 5}, true},
		"with a semicolon":  {`\q;`, shell.Command{Name: "q", At: 3}, true},
		"with SQL":          {"\\explain SELECT 1\nFROM t;", shell.Command{Name: "explain", Argument: "SELECT 1\nFROM t", At: 9}, true},
		"of another shell":  {".tables", shell.Command{Name: ".tables", At: 7}, true},
		"a word":            {"quit;\n", shell.Command{Name: "q", At: 6}, true},
		"SQL":               {"SELECT 1;", shell.Command{}, false},
		"a backslash later": {`SELECT '\d';`, shell.Command{}, false},
		"nothing":           {" ", shell.Command{}, false},
		"a backslash":       {`\`, shell.Command{At: 1}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got, ok := shell.ParseCommand(test.text); got != test.want || ok != test.ok {
				t.Errorf("ParseCommand(%q) = %+v, %t, want %+v, %t", test.text, got, ok, test.want, test.ok)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"a slip":           {`\timming`, `Did you mean \timing? \? lists all commands.`},
		"of psql":          {`\dt`, `Did you mean \d? \? lists all commands.`},
		"of duckdb":        {".tables", `Did you mean \d? \? lists all commands.`},
		"another of these": {".mode csv", `Did you mean \format? \? lists all commands.`},
		"nothing like it":  {`\watch`, `\? lists all commands. SQL ends with a semicolon.`},
		"no letter":        {`\`, `\? lists all commands. SQL ends with a semicolon.`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, _ := shell.ParseCommand(test.text)
			err := c.Unknown()
			word, _, _ := strings.Cut(test.text, " ")
			if got := connector.HintOf(err); got != test.want || !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %v, hint %q, want %q", test.text, err, got, test.want)
			}
		})
	}
}

func TestSwitch(t *testing.T) {
	tests := map[string]struct {
		argument  string
		was, want bool
		fault     bool
	}{
		"turn on":  {"", false, true, false},
		"turn off": {"", true, false, false},
		"on":       {"ON", true, true, false},
		"off":      {"off", true, false, false},
		"neither":  {"maybe", true, true, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := shell.Command{Name: "timing", Argument: test.argument}.Switch(test.was)
			if got != test.want || (err != nil) != test.fault {
				t.Errorf("Switch(%q) of %t = %t, %v, want %t", test.argument, test.was, got, err, test.want)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	var out bytes.Buffer
	shell.Help(&out)
	golden(t, "help.txt", out.String())
}

// TestHighlight shows texts with their styles as marks.
func TestHighlight(t *testing.T) {
	marks := map[edit.Style]string{
		edit.Keyword: "k", edit.Literal: "t", edit.Number: "n", edit.Remark: "c", edit.Fault: "!",
	}
	var got strings.Builder
	for _, text := range []string{
		"SELECT \"Assigned to\", 担当者, count(*) FROM pt.Issues WHERE a = 'it''s' AND n > 1.5e3; -- 終わり",
		"select name, date, NAME from t order by 1",
		"SELECT i.order, x.select /* why\n not */ FROM t",
		"SELECT 'open\n FROM t",
		`SELECT "open`,
		"SELECT /* open",
		"SELECT `a`, [1, 2], $1, ?",
		`\d pt.Issues`,
		`\explain SELECT 1`,
		"SELECT '😀' AS \"か\u3099\"",
	} {
		last := 0
		for _, s := range names.Highlight(text) {
			fmt.Fprintf(&got, "%s{%s:%s}", text[last:s.Start], marks[s.Style], text[s.Start:s.End])
			last = s.End
		}
		got.WriteString(text[last:] + "\n\n")
	}
	golden(t, "highlight.txt", got.String())
}

// FuzzHighlight checks that spans are in order and in the text.
func FuzzHighlight(f *testing.F) {
	for _, seed := range []string{"SELECT 'a", `\explain SELECT 1`, "担当者 -- x", "\\", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, s := range names.Highlight(text) {
			if s.Start < last || s.End < s.Start || s.End > len(text) {
				t.Errorf("Highlight(%q) has %+v after %d", text, s, last)
			}
			last = s.End
		}
	})
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
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
