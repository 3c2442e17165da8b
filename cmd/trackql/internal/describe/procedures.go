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
	rows := make([][]string, len(source.Procedures))
	for i, procedure := range source.Procedures {
		p := Procedure{source.Name, source.Connector, procedure}
		rows[i] = []string{"", p.call(), "", p.Doc}
		if p.Writes {
			rows[i][2] = "writes"
		}
	}
	writeAligned(w, rows, width)
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
