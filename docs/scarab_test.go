package docs_test

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/scarab"
)

var update = flag.Bool("update", false, "rewrite the generated parts of documents")

// generated begins the part of a document that a test writes.
const generated = "<!-- What follows is what the connector declares: make golden writes it. -->\n"

// export is a file without attributes, so that Issues has its own columns only.
const export = `<scarab-issues><import-type>create-different-db</import-type>
<module><id>1</id><parent-id>0</parent-id><name>Pacman</name><owner>o</owner><description>d</description><url>u</url><domain>d</domain><code>PAC</code></module>
<issues><issue><id>1</id><artifact-type>Defect</artifact-type><activity-sets><activity-set><id>1</id><type>Create Issue</type><created-by>o</created-by>
<created-date><format>yyyy</format><timestamp>2003</timestamp></created-date><activities><activity><attribute>Null Attribute</attribute><description>d</description></activity></activities>
</activity-set></activity-sets></issue></issues></scarab-issues>`

// TestScarabReference checks that the reference is what the connector declares.
func TestScarabReference(t *testing.T) {
	const name = "docs/scarab.md"
	text := read(t, name)
	prose, old, ok := strings.Cut(text, generated)
	if !ok {
		t.Fatalf("%s does not hold the line %q", name, generated)
	}
	want := reference(t)
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

// reference writes down the connector's options, tables and warnings.
func reference(t *testing.T) string {
	t.Helper()
	info := scarab.New().Info()
	var b strings.Builder
	b.WriteString("\n## Options\n\n| option | takes | default | what for |\n|---|---|---|---|\n")
	for _, o := range info.Options {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", o.Name, takes(o), fallback(o), o.Doc)
	}
	b.WriteString("\n## Tables\n")
	for _, table := range declared(t, info) {
		writeTable(&b, table)
	}
	return b.String()
}

func takes(o connector.Option) string {
	if o.Type == connector.Choice {
		return "`" + strings.Join(o.Choices, "`, `") + "`"
	}
	return o.Type.String()
}

func fallback(o connector.Option) string {
	switch {
	case o.Required:
		return "required"
	case o.Default == "":
		return ""
	}
	return "`" + o.Default + "`"
}

// declared returns the tables of a source of one small export.
func declared(t *testing.T, info connector.Info) []connector.Table {
	t.Helper()
	path := filepath.Join(t.TempDir(), "issues.xml")
	if err := os.WriteFile(path, []byte(export), 0o600); err != nil {
		t.Fatal(err)
	}
	options, err := info.Resolve([]connector.Setting{{Key: "Path", Value: path}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	source, err := scarab.New().Open(t.Context(), connector.Config{
		Name: "pt", Options: options, Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	tables, err := source.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(tables)
}

func writeTable(b *strings.Builder, table connector.Table) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n", table.Name, table.Doc)
	if len(table.Key) > 0 {
		fmt.Fprintf(b, "Its key is (%s).\n", strings.Join(table.Key, ", "))
	}
	for _, unique := range table.Unique {
		fmt.Fprintf(b, "Where they are not NULL, (%s) are unique.\n", strings.Join(unique, ", "))
	}
	for _, r := range table.References {
		fmt.Fprintf(b, "(%s) refers to %s (%s).\n", strings.Join(r.Columns, ", "), r.Table, strings.Join(r.To, ", "))
	}
	b.WriteString("\n| column | type | what it is |\n|---|---|---|\n")
	for _, c := range table.Columns {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", c.Name, typeName(c.Type), columnDoc(c))
	}
	for _, example := range table.Examples {
		fmt.Fprintf(b, "\n%s\n\n```sql\n%s\n```\n", example.Doc, strings.ReplaceAll(example.SQL, "{source}", "pt"))
	}
	if table.Name == "Warnings" {
		writeWarnings(b, table)
	}
}

func typeName(t arrow.DataType) string {
	switch t.ID() {
	case arrow.STRING:
		return "VARCHAR"
	case arrow.INT64:
		return "BIGINT"
	case arrow.BOOL:
		return "BOOLEAN"
	case arrow.FLOAT64:
		return "DOUBLE"
	case arrow.DATE32:
		return "DATE"
	case arrow.BINARY:
		return "BLOB"
	case arrow.LIST:
		return typeName(t.(*arrow.ListType).Elem()) + "[]"
	case arrow.TIMESTAMP:
		return "TIMESTAMPTZ"
	}
	return t.String()
}

// columnDoc leaves the meaning of the codes of warnings to their own list.
func columnDoc(c connector.Column) string {
	doc := c.Doc
	if c.Name == "Code" {
		doc, _, _ = strings.Cut(doc, ". ")
		doc += ": see below."
	}
	return strings.ReplaceAll(doc, "|", `\|`)
}

// writeWarnings lists the codes, whose meanings stand in the column's text.
func writeWarnings(b *strings.Builder, table connector.Table) {
	code, _ := table.Column("Code")
	b.WriteString("\n## Warnings\n\n| code | what was met |\n|---|---|\n")
	rest := code.Doc
	for i, value := range code.Values {
		_, rest, _ = strings.Cut(rest, value.Text()+": ")
		meaning := strings.TrimSuffix(rest, ".")
		if i+1 < len(code.Values) {
			meaning, _, _ = strings.Cut(rest, "; "+code.Values[i+1].Text()+": ")
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", value.Text(), meaning)
	}
}
