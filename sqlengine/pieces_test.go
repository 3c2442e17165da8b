package sqlengine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/sqlengine"
)

var pieceNames = map[sqlengine.PieceKind]string{
	sqlengine.Blank: "blank", sqlengine.Comment: "comment", sqlengine.Word: "word", sqlengine.Name: "name",
	sqlengine.Text: "text", sqlengine.Number: "number", sqlengine.Parameter: "parameter",
	sqlengine.Symbol: "symbol", sqlengine.Backtick: "backtick",
}

// shownPieces writes pieces as "kind text", with ! where one is open.
func shownPieces(sql string) []string {
	var shown []string
	for _, p := range sqlengine.Pieces(sql) {
		if p.Kind == sqlengine.Blank {
			continue
		}
		open := map[bool]string{true: "!"}[p.Open]
		shown = append(shown, fmt.Sprintf("%s%s %s", pieceNames[p.Kind], open, sql[p.Start:p.End]))
	}
	return shown
}

func TestPieces(t *testing.T) {
	tests := map[string]struct {
		sql  string
		want []string
	}{
		"a statement": {
			`SELECT "Assigned to", 担当者 -- why` + "\nFROM t WHERE a='x''y' AND n=1.5;",
			[]string{
				"word SELECT", `name "Assigned to"`, "symbol ,", "word 担当者", "comment -- why\n", "word FROM", "word t",
				"word WHERE", "word a", "symbol =", "text 'x''y'", "word AND", "word n", "symbol =", "number 1.5", "symbol ;",
			},
		},
		"open text":         {"'a''", []string{"text! 'a''"}},
		"closed text":       {"'a'''", []string{"text 'a'''"}},
		"open escapes":      {`E'a\'`, []string{`text! E'a\'`}},
		"open name":         {`"a`, []string{`name! "a`}},
		"a lone quote":      {`"`, []string{`name! "`}},
		"open dollar":       {"$x$ ; $$", []string{"text! $x$ ; $$"}},
		"closed dollar":     {"$x$ ; $x$", []string{"text $x$ ; $x$"}},
		"open comment":      {"/* /* */", []string{"comment! /* /* */"}},
		"closed comment":    {"/* /* */ */", []string{"comment /* /* */ */"}},
		"a line comment":    {"-- '", []string{"comment -- '"}},
		"open backtick":     {"`a", []string{"backtick! `a"}},
		"minus and divided": {"a-b/c", []string{"word a", "symbol -", "word b", "symbol /", "word c"}},
		"parameters":        {"? $1", []string{"parameter ?", "parameter $1"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, shownPieces(test.sql)); diff != "" {
				t.Errorf("Pieces(%q) (-want +got):\n%s", test.sql, diff)
			}
		})
	}
}

// FuzzPieces checks that the pieces are the text, and that only the last one is
// open.
func FuzzPieces(f *testing.F) {
	for _, seed := range []string{"SELECT 'a''b', \"c\" FROM t -- x\n;", "$$ $a$ b $a", "/* /* */ E'\\'", "`a", "担当者 ＝ ？", "\xff\xfe", "-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		var whole strings.Builder
		pieces := sqlengine.Pieces(sql)
		for i, p := range pieces {
			whole.WriteString(sql[p.Start:p.End])
			if p.Open && i < len(pieces)-1 {
				t.Errorf("piece %d of %q is open", i, sql)
			}
		}
		if whole.String() != sql {
			t.Errorf("the pieces of %q are %q", sql, &whole)
		}
	})
}
