package markdown

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// Source is one folder. It holds nothing open between calls.
type Source struct {
	folder string
	zone   *time.Location
	memory memory.Allocator
}

var (
	_ connector.Source  = (*Source)(nil)
	_ connector.Counter = (*Source)(nil)
)

// Tables describes the tables. How many issues there are is known from the
// names of the files.
func (s *Source) Tables(ctx context.Context) ([]connector.Table, error) {
	files, err := list(ctx, s.folder)
	if err != nil {
		return nil, err
	}
	var declared []connector.Table
	for _, t := range tables() {
		if t.Name == issuesTable().Name {
			t.Rows = int64(len(files))
		}
		declared = append(declared, t.Table)
	}
	return declared, nil
}

// Scan streams rows of a table.
func (s *Source) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	p, err := s.plan(ctx, req)
	if err != nil {
		return nil, err
	}
	return newReader(ctx, s, p), nil
}

// Count counts issues by the names of their files.
func (s *Source) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	p, err := s.plan(ctx, connector.ScanRequest{Table: req.Table, Where: req.Where})
	if err != nil {
		return 0, err
	}
	if !p.rowAFile() {
		return 0, connector.Errorf(connector.Unimplemented, "the rows of %s cannot be counted without reading", req.Table)
	}
	return int64(len(p.files)), nil
}

// Close has nothing to free.
func (s *Source) Close() error { return nil }

// plan is a request made ready: what to read, and what to make of it.
type plan struct {
	table   table
	schema  *arrow.Schema
	columns []int    // where the columns asked for stand in a row
	files   []file   // to read, in this order
	within  []string // texts that a file must hold
	limit   int64    // rows; 0 is all of them
	size    int      // rows in a batch, at most
}

// batchRows is how many rows a batch has where the request does not say.
const batchRows = 1024

// plan checks a request, and goes by as much of it as the table declares.
func (s *Source) plan(ctx context.Context, req connector.ScanRequest) (*plan, error) {
	t, err := find(req.Table)
	if err != nil {
		return nil, err
	}
	p := &plan{table: t, limit: req.Limit, size: batchRows}
	if req.BatchRows > 0 {
		p.size = req.BatchRows
	}
	if p.schema, err = t.Schema(req.Columns); err != nil {
		return nil, err
	}
	for _, name := range req.Columns {
		p.columns = append(p.columns, slices.IndexFunc(t.Columns, func(c connector.Column) bool {
			return strings.EqualFold(c.Name, name)
		}))
	}
	if p.files, err = list(ctx, s.folder); err != nil {
		return nil, err
	}
	if err := p.filter(req.Where); err != nil {
		return nil, err
	}
	if len(req.Order) > 0 && req.Order[0].Descending { // by the id: nothing else is Sortable
		slices.Reverse(p.files)
	}
	return p, nil
}

// find returns a table by its name.
func find(name string) (table, error) {
	for _, t := range tables() {
		if t.Name == name {
			return t, nil
		}
	}
	return table{}, connector.Errorf(connector.NotFound, "there is no table %q", name)
}

// filter applies the predicates by their grade: what the columns declare is
// what happens.
func (p *plan) filter(where []connector.Predicate) error {
	for _, predicate := range where {
		if err := p.table.Check(predicate); err != nil {
			return err
		}
		switch p.table.Grade(predicate) {
		case connector.Exact: // byName
			p.files = slices.DeleteFunc(p.files, func(f file) bool {
				return !predicate.Match(connector.TextOf(f.id))
			})
		case connector.Inexact: // bySearch
			p.within = append(p.within, predicate.Values[0].Text())
		}
	}
	return nil
}

// rowAFile tells whether the rows are as many as the files.
func (p *plan) rowAFile() bool {
	return p.table.Name == issuesTable().Name && len(p.within) == 0
}
