// Package describe shows people and programs what there is to query: sources,
// tables, columns; and procedures, to call. It owns the wording of that, and the SQL names of types.
package describe

import (
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

// Source is a source with its tables and procedures.
type Source struct {
	Name, Connector string
	Tables          []connector.Table
	Procedures      []connector.Procedure
}

// Table is one table of a source.
type Table struct {
	Source    string
	Connector string
	connector.Table
}

// name returns the table's name in SQL.
func (t Table) name() string { return tableName(t.Source, t.Table.Name) }

func tableName(source, table string) string {
	return connector.QuoteName(source) + "." + connector.QuoteName(table)
}

// Sources lists the tables of sources, and their procedures behind them, in lines of at most width columns; 0 is
// any number.
func Sources(w io.Writer, sources []Source, width int) {
	for i, source := range sources {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s (%s)\n", connector.QuoteName(source.Name), source.Connector)
		rows := make([][]string, len(source.Tables))
		for j, table := range source.Tables {
			rows[j] = []string{"", tableName(source.Name, table.Name), about(table.Rows), table.Doc}
		}
		writeAligned(w, rows, width)
		listProcedures(w, source, width)
	}
	for _, source := range sources {
		if len(source.Tables) > 0 {
			fmt.Fprintf(w, "\nnext: trackql tables %s\n", tableName(source.Name, source.Tables[0].Name))
			return
		}
	}
}

func about(rows int64) string {
	if rows == 0 {
		return ""
	}
	return "about " + print.Count(rows, "row")
}

// One describes a table: its columns, keys, references, what its source can
// filter by, and example queries.
func One(w io.Writer, t Table, width int) {
	title := fmt.Sprintf("%s (%s): %s", t.name(), t.Connector, t.Doc)
	for _, line := range append([]string{title}, facts(t)...) {
		for _, part := range print.Wrap(print.Visible(line), width) {
			fmt.Fprintln(w, part)
		}
	}
	rows := [][]string{{"", "column", "type", "the source filters", "description"}}
	for _, c := range t.Columns {
		rows = append(rows, []string{
			"", connector.QuoteName(c.Name), columnType(c), filters(c), columnDoc(c),
		})
	}
	fmt.Fprintln(w)
	writeAligned(w, rows, width)
	for i, example := range t.Examples {
		if i == 0 {
			fmt.Fprintln(w, "\nexamples")
		}
		fmt.Fprintf(w, "  -- %s\n  %s\n", example.Doc, strings.ReplaceAll(exampleSQL(t, example), "\n", "\n  "))
	}
}

// exampleSQL returns an example as one can run it.
func exampleSQL(t Table, example connector.Example) string {
	return strings.ReplaceAll(example.SQL, "{source}", connector.QuoteName(t.Source))
}

// facts are lines about a table as a whole.
func facts(t Table) []string {
	var lines []string
	if t.Rows > 0 {
		lines = append(lines, about(t.Rows))
	}
	if len(t.Key) > 0 {
		lines = append(lines, "key: "+names(t.Key))
	}
	for _, unique := range t.Unique {
		lines = append(lines, "unique: "+names(unique))
	}
	for _, r := range t.References {
		lines = append(lines, fmt.Sprintf("reference: (%s) to %s (%s)",
			names(r.Columns), tableName(t.Source, r.Table), names(r.To)))
	}
	if t.StopsAtLimit {
		lines = append(lines, "a met LIMIT stops the reading")
	}
	return lines
}

func names(columns []string) string {
	quoted := make([]string, len(columns))
	for i, name := range columns {
		quoted[i] = connector.QuoteName(name)
	}
	return strings.Join(quoted, ", ")
}

func columnType(c connector.Column) string {
	if c.Nullable {
		return SQLType(c.Type)
	}
	return SQLType(c.Type) + " NOT NULL"
}

// filters shows the operators that a source takes, by grade: "= IN exact,
// prefix inexact"; "all exact" where they are all that the column's type has.
func filters(c connector.Column) string {
	var parts []string
	for _, grade := range []connector.Grade{connector.Exact, connector.Inexact} {
		ops := operators(c.Filters, grade)
		switch {
		case len(ops) == possible(c.Type):
			return "all " + grade.String()
		case len(ops) > 0:
			parts = append(parts, strings.Join(ops, " ")+" "+grade.String())
		}
	}
	return strings.Join(parts, ", ")
}

// possible returns how many operators make sense for a type.
func possible(t arrow.DataType) int {
	all := int(connector.Contains) + 1
	if t.ID() == arrow.STRING || t.ID() == arrow.LARGE_STRING || t.ID() == arrow.STRING_VIEW {
		return all
	}
	return all - len([]connector.Operator{connector.Prefix, connector.Contains})
}

func operators(f connector.Filters, grade connector.Grade) []string {
	var ops []string
	for _, op := range f.Operators() {
		if f[op] == grade {
			ops = append(ops, op.String())
		}
	}
	return ops
}

func columnDoc(c connector.Column) string {
	if len(c.Values) == 0 {
		return c.Doc
	}
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = v.String()
	}
	return c.Doc + " One of " + strings.Join(values, ", ") + "."
}

// Rows writes a table with a head, in lines of at most width columns; 0 is any
// number.
func Rows(w io.Writer, head []string, rows [][]string, width int) {
	writeAligned(w, append([][]string{head}, rows...), width)
}

// leastDoc is the least width in which the last column is worth reading.
const leastDoc = 30

// writeAligned writes rows in columns two blanks apart. What the last column
// has beyond width continues below; where too little is left for it, it stands
// below as a whole.
func writeAligned(w io.Writer, rows [][]string, width int) {
	if len(rows) == 0 {
		return
	}
	last := len(rows[0]) - 1
	widths := make([]int, last)
	for _, row := range rows {
		for i, cell := range row[:last] {
			widths[i] = max(widths[i], print.Width(cell))
		}
	}
	indent := 2 * last
	for _, n := range widths {
		indent += n
	}
	below := width > 0 && width-indent < leastDoc
	if below {
		indent = 2 * 3
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row[:last] {
			line.WriteString(cell + strings.Repeat(" ", widths[i]-print.Width(cell)+2))
		}
		head := line.String()
		if below {
			fmt.Fprintln(w, strings.TrimRight(head, " "))
			head = strings.Repeat(" ", indent)
			if row[last] == "" {
				continue
			}
		}
		for _, part := range print.Wrap(print.Visible(row[last]), width-indent) {
			fmt.Fprintln(w, strings.TrimRight(head+part, " "))
			head = strings.Repeat(" ", indent)
		}
	}
}
