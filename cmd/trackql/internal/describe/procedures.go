package describe

import (
	"fmt"
	"io"
	"strings"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

// Procedure is one procedure of a source.
type Procedure struct {
	Source    string
	Connector string
	connector.Procedure
}

// call shows how the procedure is called; an argument that may be left out has
// its default.
func (p Procedure) call() string {
	arguments := make([]string, len(p.Arguments))
	for i, a := range p.Arguments {
		arguments[i] = connector.QuoteName(a.Name)
		if a.Nullable {
			arguments[i] += " := NULL"
		}
	}
	return "CALL " + tableName(p.Source, p.Name) + "(" + strings.Join(arguments, ", ") + ")"
}

// listProcedures lists what a source can do beside giving rows.
func listProcedures(w io.Writer, source Source, width int) {
	if len(source.Procedures) == 0 {
		return
	}
	if len(source.Tables) > 0 {
		fmt.Fprintln(w)
	}
	most, indent := callWidth, 0
	if width > 0 {
		most = min(most, width-2)
	}
	calls := make([][]string, len(source.Procedures))
	for i, procedure := range source.Procedures {
		p := Procedure{source.Name, source.Connector, procedure}
		calls[i] = p.lines(most)
		for _, line := range calls[i] {
			indent = max(indent, 2+print.Width(line)+2)
		}
	}
	for i, procedure := range source.Procedures {
		doc := procedure.Doc
		if procedure.Writes {
			doc = "Writes. " + doc
		}
		if width > 0 && width-indent < leastDoc {
			writeBeside(w, calls[i], nil, 0)
			writeBeside(w, nil, print.Wrap(print.Visible(doc), width-6), 6)
			continue
		}
		writeBeside(w, calls[i], print.Wrap(print.Visible(doc), width-indent), indent)
	}
}

// callWidth is how wide calls are in a list, so that there is room beside them.
const callWidth = 48

// lines is the call in lines of at most width columns where it can be, broken
// between arguments.
func (p Procedure) lines(width int) []string {
	head, list, _ := strings.Cut(p.call(), "(")
	line, lines := head+"(", []string(nil)
	for i, argument := range strings.SplitAfter(list, ", ") {
		if i > 0 && print.Width(line)+print.Width(strings.TrimRight(argument, " ")) > width {
			lines = append(lines, strings.TrimRight(line, " "))
			line = "    "
		}
		line += argument
	}
	return append(lines, line)
}

// writeBeside writes lines two columns in, and others beside them at a column.
func writeBeside(w io.Writer, left, right []string, column int) {
	for i := range max(len(left), len(right)) {
		line := ""
		if i < len(left) {
			line = "  " + left[i]
		}
		if i < len(right) {
			line += strings.Repeat(" ", max(0, column-print.Width(line))) + right[i]
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// OneProcedure describes a procedure: what it takes, and what it answers.
func OneProcedure(w io.Writer, p Procedure, width int) {
	lines := []string{fmt.Sprintf("%s (%s): %s", tableName(p.Source, p.Name), p.Connector, p.Doc), p.call()}
	if p.Writes {
		lines = append(lines, "it may change "+connector.QuoteName(p.Source))
	}
	for _, line := range lines {
		for _, part := range print.Wrap(print.Visible(line), width) {
			fmt.Fprintln(w, part)
		}
	}
	for _, part := range []struct {
		title   string
		columns []connector.Column
	}{{"argument", p.Arguments}, {"result", p.Result}} {
		if len(part.columns) == 0 {
			continue
		}
		rows := [][]string{{"", part.title, "type", "description"}}
		for _, c := range part.columns {
			rows = append(rows, []string{"", connector.QuoteName(c.Name), columnType(c), columnDoc(c)})
		}
		fmt.Fprintln(w)
		writeAligned(w, rows, width)
	}
}
