package backlog

import (
	"context"
	"math/big"
	"slices"
	"strconv"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

func describeField(c relation.Column, kind space.Kind) connector.Column {
	return connector.Column{Name: c.Name, Type: c.Type, Nullable: true, Doc: c.Doc, Filters: fieldGrades(kind)}
}

// fieldGrades grades the conditions on a custom field. What the server cannot be
// asked, because several fields are one column, is compared here.
func fieldGrades(kind space.Kind) connector.Filters {
	const exact = connector.Exact
	switch kind {
	case space.Number:
		return connector.Filters{
			connector.Eq: exact, connector.Ge: exact, connector.Le: exact,
			connector.Gt: connector.Inexact, connector.Lt: connector.Inexact,
		}
	case space.Day:
		return connector.Filters{
			connector.Eq: exact, connector.Ge: exact, connector.Le: exact, connector.Gt: exact, connector.Lt: exact,
		}
	case space.One:
		return connector.Filters{connector.Eq: exact, connector.In: exact}
	}
	return connector.Filters{}
}

// field returns the custom fields that a column is, where it is such.
func (p *planner) field(c *relation.Column) (*space.FieldColumn, bool) {
	for i := range p.naming.columns {
		if f := &p.naming.columns[i]; len(c.Only) > 0 && f.Name == c.Name {
			return f, true
		}
	}
	return nil, false
}

// usedFields are the columns of custom fields that are wanted or compared.
func (p *planner) usedFields() []*space.FieldColumn {
	var used []*space.FieldColumn
	last := len(p.chain) - 1
	for i := range p.chain[last].Columns {
		c := &p.chain[last].Columns[i]
		if f, ok := p.field(c); ok && p.wants(last, c) {
			used = append(used, f)
		}
	}
	return used
}

// withField leaves the projects whose issues can satisfy the conditions on
// custom fields: those that have the field.
func (p *planner) withField(projects []space.Term) []space.Term {
	for at := range p.conditions {
		for _, c := range p.conditions[at] {
			f, ok := p.field(c.column)
			if !ok || c.predicate.Op == connector.IsNull {
				continue
			}
			projects = slices.DeleteFunc(slices.Clone(projects), func(t space.Term) bool { return !f.In([]int64{t.ID}) })
		}
	}
	return projects
}

// applyField sends a condition on a custom field, where one field is behind the
// column in the projects in question.
func (p *planner) applyField(ctx context.Context, f *form, c *condition, column *space.FieldColumn) error {
	ids, err := p.projectIDs(ctx)
	if err != nil {
		return err
	}
	var fields []space.Field
	for _, field := range column.Fields {
		if slices.Contains(ids, field.Project) {
			fields = append(fields, field)
		}
	}
	if len(fields) != 1 {
		p.plan.note("%s: %d custom fields are behind the column, so rows are compared here", c.shown, len(fields))
		return nil
	}
	param := "customField_" + strconv.FormatInt(fields[0].ID, 10)
	switch column.Kind {
	case space.Number:
		p.applyNumber(f, c, param)
	case space.Day:
		if s, ok := spanOf(c.predicate, nearDay); ok {
			s = s.named()
			f.within(param, "_min", "_max", s, c.shown+" is true of no row")
			if c.grade = connector.Inexact; s != unbounded {
				c.grade = connector.Exact
			}
		}
	case space.One:
		p.applyItems(f, c, param+"[]", fields[0].Items)
	}
	return nil
}

func (p *planner) applyItems(f *form, c *condition, param string, items []space.Item) {
	if !c.listed() {
		return
	}
	var ids []string
	for _, v := range c.predicate.Values {
		found := false
		for _, item := range items {
			if item.Name == v.Text() {
				ids, found = append(ids, strconv.FormatInt(item.ID, 10)), true
			}
		}
		if !found {
			p.plan.note("%s: %s is none of the field's items now, so rows are compared here", c.shown, v)
			return
		}
	}
	f.narrow(param, ids, c.shown+" is true of no row")
	p.plan.note("%s is %s %s", c.shown, param, listed(ids))
	c.grade = connector.Exact
}

// applyNumber sends a range of numbers, both ends included.
func (p *planner) applyNumber(f *form, c *condition, param string) {
	if len(c.predicate.Values) != 1 {
		return
	}
	text, ok := numberText(c.predicate.Values[0])
	if !ok {
		return
	}
	grade := connector.Exact
	low, high := true, true
	switch c.predicate.Op {
	case connector.Eq, connector.In:
	case connector.Ge:
		high = false
	case connector.Le:
		low = false
	case connector.Gt:
		high, grade = false, connector.Inexact
	case connector.Lt:
		low, grade = false, connector.Inexact
	default:
		return
	}
	if low {
		f.tighten(param+"_min", text, 1)
	}
	if high {
		f.tighten(param+"_max", text, -1)
	}
	c.grade = grade
}

// tighten sets the bound of a range of numbers, where it is tighter than the one
// before: greater for sign 1, less for -1.
func (f *form) tighten(param, text string, sign int) {
	if old, ok := f.flat[param]; ok {
		a, _ := new(big.Rat).SetString(text)
		b, _ := new(big.Rat).SetString(old)
		if a.Cmp(b)*sign <= 0 {
			return
		}
	}
	f.flat[param] = text
}

// numberText writes a number as a parameter: false for one that a float does not
// hold as it is written, and for those beyond what people write.
func numberText(v connector.Value) (string, bool) {
	r, ok := rational(v)
	if !ok || new(big.Rat).Abs(r).Cmp(new(big.Rat).SetInt64(1e15)) >= 0 {
		return "", false
	}
	f, _ := r.Float64()
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if v.Kind() == connector.FloatValue {
		return text, true
	}
	written, ok := new(big.Rat).SetString(text)
	return text, ok && written.Cmp(r) == 0
}
