package relation

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// Describe returns the table as the contract has it, with grades from the
// Filters, those of the parents for columns that are theirs. Tables finds a
// table by its name. It checks nothing, and the table must be right: that
// parents are there, and do not go round in a circle.
func (t *Table) Describe(tables func(name string) *Table) connector.Table {
	described := connector.Table{
		Name: t.Name, Doc: t.Doc,
		Columns:    make([]connector.Column, len(t.Columns)),
		Key:        slices.Clone(t.Key),
		Unique:     slices.Clone(t.Unique),
		References: slices.Clone(t.References),
		Wider:      t.Wider,
		Examples:   slices.Clone(t.Examples),
	}
	for i := range t.Columns {
		described.Columns[i] = t.Columns[i].describe(t, tables)
	}
	return described
}

func (c *Column) describe(t *Table, tables func(name string) *Table) connector.Column {
	described := connector.Column{
		Name: c.Name, Type: c.Type, Nullable: !c.Required, Doc: c.Doc,
		Filters:  t.grades(c, tables),
		Sortable: c.Sort != "" && c.Required,
		Asked:    c.Pseudo,
	}
	if c.Pseudo {
		described.Doc += " A pseudo-column: it holds what it is compared with by =, and is NULL where it is not."
	}
	return described
}

// grades returns how well the server, or the source itself, filters by a column.
func (t *Table) grades(c *Column, tables func(name string) *Table) connector.Filters {
	for c.Of != "" {
		t = tables(t.Parent)
		of, ok := t.Column(c.Of)
		if !ok {
			return connector.Filters{}
		}
		c = of
	}
	grades := c.Filter.grades(c)
	if t.Inside != "" && !c.Filter.local() || c.Filter.Many {
		// The parent comes with all its rows, the others too; and of several
		// values that the server compares, the column is one.
		for op := range grades {
			grades[op] = min(grades[op], connector.Inexact)
		}
	}
	return grades
}

// local tells whether conditions are evaluated here, on rows as they come.
func (f *Filter) local() bool {
	return f.How == Here || f.How == Closed && f.Param == ""
}

// The operators that conditions of a kind are about.
var (
	equality = []connector.Operator{connector.Eq, connector.In}
	ranges   = []connector.Operator{connector.Eq, connector.Lt, connector.Le, connector.Gt, connector.Ge}
	order    = []connector.Operator{
		connector.Eq, connector.Ne, connector.Lt, connector.Le, connector.Gt, connector.Ge, connector.In, connector.NotIn,
	}
	texts = []connector.Operator{connector.Prefix, connector.Contains}
)

// grades grades the operators as a column's own table filters by them.
func (f *Filter) grades(c *Column) connector.Filters {
	var g connector.Filters
	grade := func(grade connector.Grade, ops ...connector.Operator) {
		for _, op := range ops {
			g[op] = grade
		}
	}
	switch f.How {
	case List, Open, Single, Place:
		grade(connector.Exact, equality...)
	case Closed, Here:
		if c.Type.ID() == arrow.LIST {
			break
		}
		grade(connector.Exact, order...)
		if c.Type.ID() == arrow.STRING {
			grade(connector.Exact, texts...)
		}
	case Days:
		if c.Type.ID() == arrow.DATE32 {
			grade(connector.Exact, ranges...)
			break
		}
		grade(connector.Inexact, ranges...)
	case Span:
		grade(connector.Inexact, ranges...)
		grade(connector.Inexact, connector.In)
	case Flag, Echo:
		grade(connector.Exact, connector.Eq)
	}
	if c.Required {
		return g
	}
	if f.How == Closed || f.How == Here || f.NotNull != "" {
		grade(connector.Exact, connector.IsNotNull)
	}
	if f.How == Here {
		grade(connector.Exact, connector.IsNull)
	}
	if f.Null != "" {
		grade(f.NullGrade, connector.IsNull)
	}
	return g
}
