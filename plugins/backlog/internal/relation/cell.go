package relation

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

// Cell returns the value of one column in a row, for checks and for paths; for
// many rows use a [Builder]. A nil zone is UTC. Its errors are those of
// [Builder.Append]; a column of Type Texts or Ints has no value of a
// [connector.Value]: Kind Unimplemented.
func Cell(row Row, column *Column, zone *time.Location) (connector.Value, error) {
	if column.Type.ID() == arrow.LIST {
		return connector.Null(), connector.Errorf(connector.Unimplemented,
			"table %s: column %s holds lists, which are compared with nothing", row.Table.Name, column.Name)
	}
	if zone == nil {
		zone = time.UTC
	}
	at, c, err := row.origin(column)
	if err != nil {
		return connector.Null(), named(err, row.Table, column)
	}
	v, err := c.value(at, at.find(c), zone)
	if err == nil && v.IsNull() && column.Required {
		err = nothing()
	}
	if err != nil {
		return connector.Null(), named(err, row.Table, column)
	}
	return v, nil
}

// named says in an error which column of which table it is about.
func named(err error, t *Table, c *Column) error {
	var e *connector.Error
	if !errors.As(err, &e) {
		return err
	}
	e = connector.Errorf(e.Kind, "table %s, column %s: %w", t.Name, c.Name, err)
	if e.Kind == connector.Corrupt {
		return e.WithHint("The server answered otherwise than Backlog's API documents it. Leave the column out, or ask for it alone to see which rows are affected.")
	}
	return e
}

// nothing tells that a column that is never NULL is.
func nothing() error {
	return connector.Errorf(connector.Corrupt, "nothing, or null, came where there always is a value")
}

// origin follows Of to the row and the column that a value is from.
func (r *Row) origin(c *Column) (*Row, *Column, error) {
	for c.Of != "" {
		if _, ok := r.Fixed[c.Name]; ok {
			break
		}
		if r.Parent == nil {
			return nil, nil, connector.Errorf(connector.Internal, "its row of %s was not read", r.Table.Parent)
		}
		of, ok := r.Parent.Table.Column(c.Of)
		if !ok {
			return nil, nil, connector.Errorf(connector.Internal, "table %s has no column %s", r.Parent.Table.Name, c.Of)
		}
		r, c = r.Parent, of
	}
	return r, c, nil
}

// spots is what stands at a column's paths.
type spots struct {
	path, other, when *gjson.Result
	// listed and otherListed say that path and other are lists that a # made.
	listed, otherListed bool
}

// spots returns the spots of a column in which nothing stands.
func (c *Column) spots() spots {
	var none gjson.Result
	return spots{
		path: &none, other: &none, when: &none,
		listed: lists(c.Path, c.Only), otherListed: lists(c.Else, nil),
	}
}

// find looks at a column's paths, each alone.
func (r *Row) find(c *Column) *spots {
	s := c.spots()
	look := func(path string, only []int64) *gjson.Result {
		found := r.look(path, only)
		return &found
	}
	if c.Path != "" {
		s.path = look(c.Path, c.Only)
	}
	if c.Else != "" {
		s.other = look(c.Else, nil)
	}
	if c.When != "" {
		s.when = look(c.When, nil)
	}
	return &s
}

// look returns what stands at a path, which only may lead through one element of
// an array.
func (r *Row) look(path string, only []int64) gjson.Result {
	if len(only) == 0 {
		return r.at(path)
	}
	array, rest := cutPick(path)
	var found gjson.Result
	elements(r.at(array).Raw, func(raw string) bool {
		if slices.Contains(only, gjson.Get(raw, "id").Int()) {
			found = within(gjson.Parse(raw), rest)
		}
		return !found.Exists()
	})
	return found
}

// lists tells whether a path gives a list that a # makes.
func lists(path string, only []int64) bool {
	if len(only) > 0 {
		_, path = cutPick(path)
	}
	return strings.Contains(path, "#")
}

// choose returns what the column is made of.
func (c *Column) choose(s *spots) (r *gjson.Result, listed bool) {
	if c.When != "" {
		n, ok := integer(s.when)
		if !ok || !slices.Contains(c.Is, n) {
			return &gjson.Result{}, false
		}
	}
	if missing(s.path) && c.Else != "" {
		return s.other, s.otherListed
	}
	return s.path, s.listed
}

// value returns the value of a column that is no list and that row r is the
// origin of.
func (c *Column) value(r *Row, s *spots, zone *time.Location) (connector.Value, error) {
	if c.Position {
		return connector.IntOf(r.Position), nil
	}
	if c.Member {
		return c.decode(&gjson.Result{Type: gjson.String, Str: r.Member}, false, zone)
	}
	chosen, listed := c.choose(s)
	if missing(chosen) && !chosen.Exists() {
		if v, ok := r.Fixed[c.Name]; ok {
			return v, nil
		}
	}
	switch {
	case missing(chosen) && c.Present:
		return connector.BoolOf(false), nil
	case missing(chosen):
		return connector.Null(), nil
	case c.Term:
		return c.term(r, chosen)
	}
	return c.decode(chosen, listed, zone)
}

// term looks up what the column says of the term whose id is given.
func (c *Column) term(r *Row, id *gjson.Result) (connector.Value, error) {
	n, ok := integer(id)
	if !ok {
		return connector.Null(), (&Column{Type: Int}).misfit(id)
	}
	terms := r.terms()
	if terms == nil {
		return connector.Null(), connector.Errorf(connector.Internal, "nobody tells what the ids stand for")
	}
	v, _ := terms(c.Filter.Of, c.Filter.By, n)
	return v, nil
}
