package sqlengine_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// searched is a source whose rows hold in Keyword what they are searched for,
// which here is always login.
func searched() *connectortest.Memory {
	text, integer := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	return connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{{
		Table: connector.Table{
			Name: "Issues", Doc: "Issues, one a row.", Key: []string{"Id"},
			Columns: []connector.Column{
				{Name: "Id", Type: integer, Doc: "Its number.", Filters: connectortest.Every(integer, connector.Exact)},
				{
					Name: "Keyword", Type: text, Doc: "What to search for.", Nullable: true, Asked: true,
					Filters: connector.Filters{connector.Eq: connector.Exact},
				},
			},
		},
		Rows: [][]any{{1, "login"}, {2, "login"}},
	}}})
}

// TestAsked asks for rows by a column that has no value of its own.
func TestAsked(t *testing.T) {
	const refused = "no value of its own"
	tests := map[string]struct{ sql, want, refused string }{
		"by =":               {sql: "SELECT Id FROM pt.Issues WHERE Keyword = 'login' AND Id > 1", want: "2"},
		"shown":              {sql: "SELECT max(Id) FROM (SELECT * FROM pt.Issues)", want: "2"},
		"alike in two reads": {sql: "SELECT count(*) FROM pt.Issues a JOIN pt.Issues b USING (Id) WHERE a.Keyword = 'login' AND b.Keyword = 'login'", want: "2"},
		"in two ways":        {sql: "SELECT count(*) FROM pt.Issues a JOIN pt.Issues b USING (Id) WHERE a.Keyword = 'login' AND b.Keyword = 'logout'", refused: refused},
		"in one of two":      {sql: "SELECT count(*) FROM pt.Issues a JOIN pt.Issues b USING (Id) WHERE a.Keyword = 'login'", refused: refused},
		"alternatives":       {sql: "SELECT Id FROM pt.Issues WHERE Keyword = 'login' OR Id = 1", refused: refused},
		"list":               {sql: "SELECT Id FROM pt.Issues WHERE Keyword IN ('login', 'logout')", refused: refused},
		"pattern":            {sql: "SELECT Id FROM pt.Issues WHERE Keyword LIKE '%log%'", refused: refused},
		"expression":         {sql: "SELECT Id FROM pt.Issues WHERE lower(Keyword) = 'login'", refused: refused},
		"join":               {sql: "SELECT Id FROM pt.Issues JOIN (VALUES ('login'), ('x')) v(w) ON w = Keyword", refused: refused},
	}
	for name, test := range tests {
		for _, whole := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s := engine(t, searched(), func(c *sqlengine.Config) { c.NoPushdown = whole })
				got, err := ask(t.Context(), s, test.sql)
				_, got, _ = strings.Cut(got, "\n")
				got = strings.TrimSpace(got)
				if test.refused != "" {
					if err == nil || !strings.Contains(err.Error(), test.refused) {
						t.Errorf("%s, pushdown off %t = %q, %v, want an error with %q", test.sql, whole, got, err, test.refused)
					}
					return
				}
				if err != nil || got != test.want {
					t.Errorf("%s, pushdown off %t = %q, %v, want %q", test.sql, whole, got, err, test.want)
				}
			})
		}
	}
}
