package sqlengine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

func TestTokenize(t *testing.T) {
	tests := map[string]struct {
		sql  string
		want []string
	}{
		"words and symbols":  {"SELECT a.b, 担当者 FROM t;", []string{"SELECT", "a", ".", "b", ",", "担当者", "FROM", "t", ";"}},
		"comments":           {"a -- b\n/* c /* d */ e */ f", []string{"a", "f"}},
		"texts":              {`'a''b;' "c""d" E'e\'f' $$g;'h$$ $x$i$$j$x$`, []string{`'a''b;'`, `"c""d"`, `E'e\'f'`, "$$g;'h$$", "$x$i$$j$x$"}},
		"numbers":            {"1.5e-3+2 0x1F 1_000", []string{"1.5e-3", "+", "2", "0x1F", "1_000"}},
		"parameters":         {"? $1 $name $", []string{"?", "$1", "$name", "$"}},
		"backtick":           {"`a b`", []string{"`a b`"}},
		"unfinished":         {`'a`, []string{`'a`}},
		"unfinished name":    {`"`, []string{`"`}},
		"unfinished comment": {"a /* b", []string{"a"}},
		"full width":         {"SELECT　ＩＤ", []string{"SELECT", "ＩＤ"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, token := range tokenize(test.sql) {
				got = append(got, token.text(test.sql))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("tokenize(%q) (-want +got):\n%s", test.sql, diff)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	sql := " ;SELECT ';'; -- x;\n\nSELECT 2 /* end */ "
	var got []string
	for _, s := range split(sql) {
		if sql[s.start:s.start+len(s.text)] != s.text {
			t.Errorf("statement %q does not stand at %d", s.text, s.start)
		}
		got = append(got, s.text)
	}
	if diff := cmp.Diff([]string{"SELECT ';'", "SELECT 2"}, got); diff != "" {
		t.Errorf("split(%q) (-want +got):\n%s", sql, diff)
	}
}

func FuzzTokenize(f *testing.F) {
	for _, seed := range []string{"SELECT 'a''b', \"c\" FROM t -- x\n;", "$$ $a$ b $a", "/* /* */ E'\\'", "`a", "担当者 ＝ ？", "1e+", "\xff\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		at := 0
		for _, token := range tokenize(sql) {
			if token.start < at || token.end <= token.start || token.end > len(sql) {
				t.Fatalf("tokenize(%q): a token from %d to %d after %d", sql, token.start, token.end, at)
			}
			at = token.end
		}
		for _, s := range split(sql) {
			if !strings.HasPrefix(sql[s.start:], s.text) || len(s.tokens) == 0 {
				t.Fatalf("split(%q): %+v", sql, s)
			}
		}
	})
}

func TestPlanText(t *testing.T) {
	sql := "SELECT ?, $2 FROM trackql.pt.Issues x WHERE trackql = 1"
	stmt := split(sql)[0]
	got, err := newPlanText(stmt, []connector.Value{connector.TextOf("it's"), connector.IntOf(-5)})
	if err != nil {
		t.Fatal(err)
	}
	want := "SELECT ('it''s'), (-5) FROM trackql_plan.pt.Issues x WHERE trackql = 1"
	if got.text != want {
		t.Errorf("newPlanText(%q) = %q, want %q", sql, got.text, want)
	}
	for _, word := range []string{"SELECT", "FROM", ".pt", "Issues", "WHERE", "= 1"} {
		if at := got.original(strings.Index(got.text, word)); !strings.HasPrefix(sql[at:], word) {
			t.Errorf("%q in the plan's text is at %q", word, sql[at:])
		}
	}
}

func TestSpell(t *testing.T) {
	column := func(names ...string) selected { return selected{Class: "COLUMN_REF", Columns: names} }
	star, call := selected{Class: "STAR"}, selected{Class: "FUNCTION"}
	tests := map[string]struct {
		list []selected
		n    int
		want []string
	}{
		"all":        {[]selected{column("id"), column("i", "key")}, 2, []string{"id", "key"}},
		"alias":      {[]selected{{Class: "COLUMN_REF", Columns: []string{"id"}, Alias: "x"}}, 1, []string{""}},
		"star":       {[]selected{column("id"), star, column("key")}, 5, []string{"id", "", "", "", "key"}},
		"two stars":  {[]selected{star, column("id"), star}, 5, []string{"", "", "", "", ""}},
		"calls":      {[]selected{call, column("id"), call}, 3, []string{"", "id", ""}},
		"many calls": {[]selected{call, column("id"), call}, 4, []string{"", "", "", ""}},
		"no list":    {nil, 2, []string{"", ""}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, spell(test.list, test.n)); diff != "" {
				t.Errorf("spell (-want +got):\n%s", diff)
			}
		})
	}
}
