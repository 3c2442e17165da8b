package docs_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog"
)

// TestBacklogReference checks that the reference is what the connector declares.
func TestBacklogReference(t *testing.T) {
	const name = "docs/backlog.md"
	prose, old, ok := strings.Cut(read(t, name), generated)
	if !ok {
		t.Fatalf("%s does not hold the line %q", name, generated)
	}
	want := backlogReference(t)
	if *update {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.WriteFile(path, []byte(prose+generated+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, old); diff != "" {
		t.Errorf("%s (-declared +written):\n%s", name, diff)
	}
}

// TestBacklogExplain checks that the plan on the page is the one of the README,
// whose commands are run.
func TestBacklogExplain(t *testing.T) {
	_, block, _ := strings.Cut(read(t, "docs/backlog.md"), "\n$ trackql explain ")
	sql, plan, _ := strings.Cut(block, "\n")
	plan, _, _ = strings.Cut(plan, "```")
	if plan == "" || !strings.Contains(read(t, "README.md"), " "+sql+"\n```\n\n```text\n"+plan+"```") {
		t.Errorf("README.md does not show that %s gives\n%s", sql, plan)
	}
}

// backlogReference writes down the connector's options, procedures and tables,
// with the conditions that the server takes.
func backlogReference(t *testing.T) string {
	t.Helper()
	source := openBacklog(t)
	var b strings.Builder
	b.WriteString("\n## Options\n\n| option | takes | default | what for |\n|---|---|---|---|\n")
	for _, o := range backlog.New().Info().Options {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", o.Name, takes(o), fallback(o), cellText(o.Doc))
	}
	b.WriteString("\n## Procedures\n")
	calls, ok := connector.As[connector.Procedures](source)
	if !ok {
		t.Fatal("the source has no procedures")
	}
	procedures, err := calls.Procedures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range procedures {
		writeProcedure(&b, p)
	}
	tables, err := source.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.WriteString("\n## Tables\n\n")
	b.WriteString(legend)
	for _, table := range tables {
		writeBacklogTable(&b, table)
	}
	return b.String()
}

// openBacklog opens a source that asks nobody: tables and procedures are known
// without the space.
func openBacklog(t *testing.T) connector.Source {
	t.Helper()
	c := backlog.New()
	options, err := c.Info().Resolve([]connector.Setting{
		{Key: "Url", Value: "https://space.example"}, {Key: "ApiKey", Value: "none"}, {Key: "CacheLocation", Value: t.TempDir()},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	source, err := c.Open(t.Context(), connector.Config{
		Name: "bl", Options: options, Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := source.Close(); err != nil {
			t.Error(err)
		}
	})
	return source
}

// writeProcedure writes how a procedure is called, and what it answers.
func writeProcedure(b *strings.Builder, p connector.Procedure) {
	arguments := make([]string, len(p.Arguments))
	for i, c := range p.Arguments {
		arguments[i] = c.Name + " := …"
	}
	results := make([]string, len(p.Result))
	for i, c := range p.Result {
		results[i] = fmt.Sprintf("`%s`", c.Name)
	}
	fmt.Fprintf(b, "\n### %s\n\n%s It answers %s.\n\n```sql\nCALL bl.%s(%s)\n```\n",
		p.Name, p.Doc, strings.Join(results, ", "), p.Name, strings.Join(arguments, ", "))
	if len(p.Arguments) == 0 {
		return
	}
	b.WriteString("\n| argument | type | what it is |\n|---|---|---|\n")
	for _, c := range p.Arguments {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", c.Name, notNull(c), cellText(c.Doc))
	}
}

// legend explains the third column of the tables. Its first and last words are
// what sentOf writes.
const legend = "What the server takes of a condition on a column stands in the third column: the operators that it applies" +
	" exactly; behind \"roughly\", those where it sends more rows than wanted, which are filtered again here." +
	" `compared` is short for `=` `<>` `<` `<=` `>` `>=` `IN` `NOT IN`: the column is of a closed set," +
	" and the condition becomes a list of ids. `sorts` means that ORDER BY and LIMIT go down too." +
	" Where the column is empty, rows are fetched by the other conditions and filtered here; of a table inside issues," +
	" conditions on the issue's own columns go to the issues.\n"

func writeBacklogTable(b *strings.Builder, table connector.Table) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n", table.Name, table.Doc)
	if len(table.Key) > 0 {
		fmt.Fprintf(b, "Its key is (%s).\n", strings.Join(table.Key, ", "))
	}
	for _, unique := range table.Unique {
		fmt.Fprintf(b, "Where they are not NULL, (%s) are unique.\n", strings.Join(unique, ", "))
	}
	var references []string
	for _, r := range table.References {
		references = append(references, fmt.Sprintf("(%s) to %s (%s)", strings.Join(r.Columns, ", "), r.Table, strings.Join(r.To, ", ")))
	}
	if len(references) > 0 {
		fmt.Fprintf(b, "It refers by %s.\n", strings.Join(references, ", "))
	}
	b.WriteString("\n| column | type | server | what it is |\n|---|---|---|---|\n")
	for _, c := range table.Columns {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", c.Name, notNull(c), sentOf(c), cellText(c.Doc))
	}
	b.WriteString("\n```sql\n")
	for i, example := range table.Examples {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "-- %s\n%s;\n", example.Doc, strings.ReplaceAll(example.SQL, "{source}", "bl"))
	}
	b.WriteString("```\n")
}

// cellText is a text as it stands in a cell of a table.
func cellText(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func notNull(c connector.Column) string {
	if c.Nullable {
		return typeName(c.Type)
	}
	return typeName(c.Type) + " NOT NULL"
}

// closed are the operators that a column of a closed set has.
var closed = []connector.Operator{
	connector.Eq, connector.Ne, connector.Lt, connector.Le, connector.Gt, connector.Ge, connector.In, connector.NotIn,
}

// sentOf tells which operators the source applies, and which only roughly.
func sentOf(c connector.Column) string {
	byGrade := map[connector.Grade][]connector.Operator{}
	for _, op := range c.Filters.Operators() {
		byGrade[c.Filters[op]] = append(byGrade[c.Filters[op]], op)
	}
	text := operatorsText(byGrade[connector.Exact])
	if rough := operatorsText(byGrade[connector.Inexact]); rough != "" {
		text = strings.TrimSpace(text + " roughly " + rough)
	}
	if c.Sortable {
		text = strings.TrimSpace(text + " sorts")
	}
	return text
}

func operatorsText(operators []connector.Operator) string {
	var words []string
	whole := !slices.ContainsFunc(closed, func(op connector.Operator) bool { return !slices.Contains(operators, op) })
	if whole {
		words = append(words, "compared")
	}
	for _, op := range operators {
		if !whole || !slices.Contains(closed, op) {
			words = append(words, "`"+op.String()+"`")
		}
	}
	return strings.Join(words, " ")
}
