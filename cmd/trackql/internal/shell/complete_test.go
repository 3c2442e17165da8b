package shell_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/shell"
)

func columns(names ...string) []shell.Column {
	var all []shell.Column
	for _, name := range names {
		all = append(all, shell.Column{Name: name, Type: "VARCHAR", Doc: "What it is."})
	}
	return all
}

// names are those of two sources and of a session with a table.
var names = &shell.Names{
	Sources: []shell.Source{{Name: "pt", Connector: "scarab"}, {Name: "課題管理", Connector: "backlog"}},
	Tables: []shell.Table{
		{Source: "pt", Name: "Issues", Doc: "One issue.", Columns: columns("Key", "Summary", "Status", "Assigned to", "担当者", "order")},
		{Source: "pt", Name: "Users", Columns: columns("Name", "Role")},
		{Source: "課題管理", Name: "課題", Columns: columns("件名", "担当者名")},
		{Name: "mine", Columns: columns("a", "b c")},
	},
	Functions: []string{"count", "count_if", "read_csv", "sum"},
	Keywords: map[string]bool{
		"select": true, "from": true, "where": true, "group": true, "order": true, "limit": true, "as": true, "on": true,
		"left": true, "join": true, "and": true, "table": true, "with": true, "distinct": true,
		"by": false, "date": false, "name": false, "summarize": true,
	},
	Formats: []string{"table", "csv", "json"},
}

func TestComplete(t *testing.T) {
	tests := map[string]struct {
		text string // | is the cursor
		want string // what is inserted, and what it replaces
	}{
		"the start":                   {"|", "SELECT FROM WITH DESCRIBE SUMMARIZE SHOW EXPLAIN CREATE"},
		"a first word":                {"se|", "se: select"},
		"in capitals":                 {"SE|", "SE: SELECT"},
		"in between":                  {"Se|", "Se: SELECT"},
		"after another statement":     {"SELECT 1; s|", "s: select summarize"},
		"tables":                      {"SELECT * FROM |", "mine pt. \"課題管理\"."},
		"a source":                    {"SELECT * FROM p|", "p: pt."},
		"a source in Japanese":        {"SELECT * FROM 課|", "課: \"課題管理\"."},
		"a table function":            {"FROM read|", "read: read_csv("},
		"tables of a source":          {"SELECT * FROM pt.|", "Issues Users"},
		"begun":                       {"SELECT * FROM pt.i|", "i: Issues"},
		"in a quoted source":          {`SELECT * FROM "課題管理".|`, `"課題"`},
		"after JOIN":                  {"FROM pt.Issues i LEFT JOIN pt.u|", "u: Users"},
		"after a comma":               {"FROM pt.Issues i, pt.u|", "u: Users"},
		"after a comma elsewhere":     {"SELECT Key, Su| FROM pt.Issues", "Su: Summary sum( SUMMARIZE"},
		"columns":                     {"SELECT | FROM pt.Issues", `Key Summary Status "Assigned to" "担当者" "order"`},
		"begun, in Japanese":          {"SELECT 担| FROM pt.Issues", "担: \"担当者\""},
		"a reserved word":             {"SELECT ord| FROM pt.Issues", `ord: "order" order`},
		"after WHERE":                 {"SELECT * FROM pt.Issues WHERE sta|", "sta: Status"},
		"of two tables":               {"SELECT | FROM pt.Users u JOIN mine ON a = Name", `Name Role a "b c" u.`},
		"behind an alias":             {"SELECT i.s| FROM pt.Issues AS i", "s: Summary Status"},
		"behind an alias, before":     {"SELECT i.| FROM pt.Issues i JOIN pt.Users u ON u.Name = i.Key", `Key Summary Status "Assigned to" "担当者" "order"`},
		"behind a Japanese alias":     {"SELECT 人.| FROM pt.Users 人", "Name Role"},
		"behind a table":              {"SELECT Users.n| FROM pt.Users", "n: Name"},
		"behind a whole name":         {"SELECT pt.Users.| FROM pt.Users", "Name Role"},
		"behind an unknown name":      {"SELECT z.| FROM pt.Users", ""},
		"quoted":                      {`SELECT "As| FROM pt.Issues`, `"As: "Assigned to"`},
		"quoted all the same":         {`SELECT "K| FROM pt.Issues`, `"K: "Key"`},
		"quoted table":                {`SELECT * FROM pt."I|`, `"I: "Issues"`},
		"amid a name":                 {"SELECT signed| FROM pt.Issues", `signed: "Assigned to"`},
		"in a text":                   {"SELECT 'S| FROM pt.Issues", ""},
		"after a text":                {"SELECT 'S'|", ""},
		"in a comment":                {"SELECT -- S|", ""},
		"below a comment":             {"SELECT -- S\n Su| FROM pt.Issues", "Su: Summary sum( SUMMARIZE"},
		"after a number":              {"SELECT 1|", ""},
		"functions":                   {"SELECT cou| FROM mine", "cou: count( count_if("},
		"functions in capitals":       {"SELECT COU| FROM mine", "COU: COUNT( COUNT_IF("},
		"before there is a table":     {"SELECT St|", "St: Status"},
		"only of this statement":      {"SELECT * FROM pt.Users; SELECT b| FROM mine; SELECT 1 FROM pt.Issues", `b: "b c" by`},
		"nor of a later one":          {"SELECT s| FROM mine; SELECT 1 FROM pt.Issues", "s: sum( select summarize"},
		"after a subquery":            {"SELECT * FROM (SELECT 1 WHERE true) x, |", "mine pt. \"課題管理\"."},
		"in a subquery":               {"SELECT * FROM (SELECT r| FROM pt.Users) x", "r: Role read_csv("},
		"a CTE":                       {"WITH 集計 AS (SELECT 1) SELECT * FROM 集|", "集: \"集計\""},
		"two CTEs":                    {"WITH a1 AS (SELECT 1), a2 AS MATERIALIZED (SELECT 2) FROM a|", "a: a1 a2 and as"},
		"a table of the session":      {"FROM mi|", "mi: mine"},
		"DESCRIBE":                    {"DESCRIBE pt.U|", "U: Users"},
		"nothing like it":             {"SELECT zzz| FROM pt.Issues", ""},
		"commands":                    {`\|`, `\: \d \explain \timing \format \o \i \pager \? \q`},
		"a command":                   {`\t|`, `\t: \timing`},
		"what to describe":            {`\d |`, `pt "課題管理" pt.Issues pt.Users "課題管理"."課題" mine`},
		"begun to describe":           {`\d pt.u|`, `pt.u: pt.Users`},
		"a format":                    {`\format c|`, "c: csv"},
		"on and off":                  {`\timing o|`, "o: on off"},
		"SQL to explain":              {`\explain SELECT Su| FROM pt.Issues`, "Su: Summary sum( SUMMARIZE"},
		"arguments of other commands": {`\? x|`, ""},
		"a dot":                       {".ta|", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := completed(names, test.text); got != test.want {
				t.Errorf("Complete(%q) = %s, want %s", test.text, got, test.want)
			}
		})
	}
}

// completed shows what a text could go on with at its cursor.
func completed(n *shell.Names, text string) string {
	before, after, _ := strings.Cut(text, "|")
	c := n.Complete(before+after, len(before))
	var items []string
	for _, item := range c.Items {
		items = append(items, item.Insert)
	}
	shown := strings.Join(items, " ")
	if typed := before[c.From:]; len(items) > 0 && typed != "" {
		shown = typed + ": " + shown
	}
	return shown
}

// TestCompleteOneSource offers tables without their schema, as the engine finds
// them.
func TestCompleteOneSource(t *testing.T) {
	one := *names
	one.Sources, one.Tables = names.Sources[:1], names.Tables[:2]
	if got, want := completed(&one, "SELECT * FROM |"), "Issues Users pt."; got != want {
		t.Errorf("Complete = %s, want %s", got, want)
	}
}

func TestCompleteDetails(t *testing.T) {
	c := names.Complete("SELECT K FROM pt.Issues", 8)
	if len(c.Items) != 1 || c.Items[0].Detail != "VARCHAR: What it is." {
		t.Errorf("Complete = %+v, want the column with its type and description", c.Items)
	}
}

func TestCompleteFiles(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a.sql", "ab.sql", ".hidden", "sub/x"} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	tests := map[string]struct{ text, want string }{
		"all":          {`\i |`, "a.sql ab.sql sub" + string(filepath.Separator)},
		"some":         {`\i ab|`, "ab: ab.sql"},
		"in a folder":  {`\o sub/|`, "sub/: sub/x"},
		"in no folder": {`\i none/|`, ""},
		"hidden":       {`\i .h|`, ".h: .hidden"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := completed(names, test.text); got != test.want {
				t.Errorf("Complete(%q) = %s, want %s", test.text, got, test.want)
			}
		})
	}
	if diff := cmp.Diff("", completed(names, `\i|`)); diff == "" {
		t.Error(`Complete(\i) offers nothing, want the command`)
	}
}

// TestCompleteLongText completes behind a list that was pasted: in a moment,
// where going back to the start at every comma would outlast the test.
func TestCompleteLongText(t *testing.T) {
	list := strings.Repeat("'KMG1', ", 200_000)
	if got, want := completed(names, "SELECT * FROM pt.Users WHERE Name IN ("+list+"Ro|"), "Ro: Role"; got != want {
		t.Errorf("Complete = %s, want %s", got, want)
	}
}

// FuzzComplete checks that what is replaced is before the cursor.
func FuzzComplete(f *testing.F) {
	for _, seed := range []string{"SELECT i. FROM pt.Issues i", `\explain SELECT "A`, "WITH a AS (", `FROM "`, "(((", `\`, "\xff."} {
		f.Add(seed, len(seed)/2)
	}
	f.Fuzz(func(t *testing.T, text string, at int) {
		at = max(0, min(at, len(text)))
		if c := names.Complete(text, at); len(c.Items) > 0 && (c.From < 0 || c.From > at) {
			t.Errorf("Complete(%q, %d) replaces from %d", text, at, c.From)
		}
	})
}
