package describe

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/trackql/trackql/connector"
)

// JSON writes the sources and everything about their tables as one JSON value:
// an array of sources.
func JSON(w io.Writer, sources []Source) error {
	list := make([]jsonSource, len(sources))
	for i, source := range sources {
		list[i] = jsonSource{Name: source.Name, Connector: source.Connector, Tables: []jsonTable{}}
		for _, table := range source.Tables {
			list[i].Tables = append(list[i].Tables, newJSONTable(Table{source.Name, source.Connector, table}))
		}
		for _, procedure := range source.Procedures {
			list[i].Procedures = append(list[i].Procedures, newJSONProcedure(procedure))
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(list); err != nil {
		return fmt.Errorf("tables: %w", err)
	}
	return nil
}

type jsonSource struct {
	Name       string          `json:"name"`
	Connector  string          `json:"connector"`
	Tables     []jsonTable     `json:"tables"`
	Procedures []jsonProcedure `json:"procedures,omitempty"`
}

type jsonProcedure struct {
	Name string `json:"name"`
	Doc  string `json:"description"`
	// Writes says that a call may change the system.
	Writes bool `json:"writes"`
	// Arguments that are nullable may be left out.
	Arguments []jsonColumn `json:"arguments"`
	Result    []jsonColumn `json:"result"`
}

type jsonTable struct {
	Name       string          `json:"name"`
	Doc        string          `json:"description"`
	Rows       int64           `json:"rows,omitempty"` // about so many
	Key        []string        `json:"key,omitempty"`
	Unique     [][]string      `json:"unique,omitempty"`
	References []jsonReference `json:"references,omitempty"`
	Columns    []jsonColumn    `json:"columns"`
	Examples   []jsonExample   `json:"examples,omitempty"`
}

type jsonReference struct {
	Columns []string `json:"columns"`
	Table   string   `json:"table"`
	To      []string `json:"to"`
}

type jsonColumn struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Nullable bool   `json:"nullable"`
	Doc      string `json:"description"`
	// Filters are the operators that the source takes, by grade.
	Filters map[string][]string `json:"filters,omitempty"`
	// Values are all values that there can be, as SQL literals.
	Values []string `json:"values,omitempty"`
}

type jsonExample struct {
	Doc string `json:"description"`
	SQL string `json:"sql"`
}

func newJSONTable(t Table) jsonTable {
	table := jsonTable{
		Name: t.Table.Name, Doc: t.Doc, Rows: t.Rows, Key: t.Key, Unique: t.Unique,
		Columns: []jsonColumn{},
	}
	for _, r := range t.References {
		table.References = append(table.References, jsonReference(r))
	}
	for _, c := range t.Columns {
		table.Columns = append(table.Columns, newJSONColumn(c))
	}
	for _, example := range t.Examples {
		table.Examples = append(table.Examples, jsonExample{example.Doc, exampleSQL(t, example)})
	}
	return table
}

func newJSONProcedure(p connector.Procedure) jsonProcedure {
	procedure := jsonProcedure{Name: p.Name, Doc: p.Doc, Writes: p.Writes, Arguments: []jsonColumn{}, Result: []jsonColumn{}}
	for _, c := range p.Arguments {
		procedure.Arguments = append(procedure.Arguments, newJSONColumn(c))
	}
	for _, c := range p.Result {
		procedure.Result = append(procedure.Result, newJSONColumn(c))
	}
	return procedure
}

func newJSONColumn(c connector.Column) jsonColumn {
	column := jsonColumn{Name: c.Name, Type: SQLType(c.Type), Nullable: c.Nullable, Doc: c.Doc}
	for _, grade := range []connector.Grade{connector.Exact, connector.Inexact} {
		if ops := operators(c.Filters, grade); len(ops) > 0 {
			if column.Filters == nil {
				column.Filters = map[string][]string{}
			}
			column.Filters[grade.String()] = ops
		}
	}
	for _, v := range c.Values {
		column.Values = append(column.Values, v.String())
	}
	return column
}
