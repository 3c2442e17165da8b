package sqlengine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// space is a tracker behind an API of pages: projects come in one request,
// issues a hundred at a time behind a count, by key one by one, and comments
// issue by issue. It tells what a scan takes, and notes what it was asked to
// tell.
type space struct {
	*connectortest.Memory
	issues []issue
	fault  error // what every estimate fails with
	left   int64 // of the quota of searches

	mu    sync.Mutex
	asked []connector.ScanRequest
}

type issue struct {
	id, project int64
	key, status string
}

func newSpace() *space {
	s := &space{left: 148}
	text, integer := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	exact := func(t arrow.DataType) connector.Filters { return connectortest.Every(t, connector.Exact) }
	projects := connectortest.MemoryTable{
		Table: connector.Table{Name: "Projects", Doc: "Projects.", Key: []string{"Id"}, Columns: []connector.Column{
			{Name: "Id", Type: integer, Doc: "Its number.", Filters: exact(integer)},
			{Name: "Code", Type: text, Doc: "Its name in keys.", Filters: exact(text)},
		}},
		Rows: [][]any{{int64(1), "AA"}, {int64(2), "BB"}, {int64(3), "CC"}},
	}
	issues := connectortest.MemoryTable{
		Table: connector.Table{
			Name: "Issues", Doc: "Issues.", Key: []string{"Id"}, StopsAtLimit: true,
			References: []connector.Reference{{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}}},
			Columns: []connector.Column{
				{Name: "Id", Type: integer, Doc: "Its number.", Filters: exact(integer), Sortable: true},
				{Name: "Key", Type: text, Doc: "Its key.", Filters: exact(text)},
				{Name: "ProjectId", Type: integer, Doc: "Its project.", Filters: exact(integer)},
				{Name: "Status", Type: text, Doc: "Its state.", Filters: exact(text)},
				{Name: "Summary", Type: text, Doc: "What it is about; the API does not filter by it."},
			},
		},
	}
	comments := connectortest.MemoryTable{Table: connector.Table{
		Name: "Comments", Doc: "Comments.",
		References: []connector.Reference{{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}}},
		Columns: []connector.Column{
			{Name: "IssueId", Type: integer, Doc: "Its issue.", Filters: exact(integer)},
			{Name: "Text", Type: text, Doc: "What was said."},
		},
	}}
	for id := range int64(2300) {
		one := issue{id, 1 + id%3, fmt.Sprintf("K-%d", id), "Closed"}
		if id < 426 {
			one.status = "Open"
		}
		s.issues = append(s.issues, one)
		issues.Rows = append(issues.Rows, []any{one.id, one.key, one.project, one.status, fmt.Sprintf("about %d", id)})
		comments.Rows = append(comments.Rows, []any{one.id, "first"})
	}
	s.Memory = connectortest.NewMemory(connectortest.MemoryConfig{
		Tables: []connectortest.MemoryTable{projects, issues, comments}, PageRows: 2300, // fewer than it says, as it filters pages
	})
	return s
}

// Tables hides how many rows there are, as an API does.
func (s *space) Tables(ctx context.Context) ([]connector.Table, error) {
	tables, err := s.Memory.Tables(ctx)
	for i := range tables {
		tables[i].Rows = 0
	}
	return tables, err
}

func (s *space) Estimate(_ context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, req)
	if s.fault != nil {
		return connector.Estimate{}, s.fault
	}
	switch req.Table {
	case "Projects":
		return connector.Estimate{Rows: -1, Bytes: -1, Requests: 1, Category: "read"}, nil
	case "Comments":
		return connector.Estimate{Rows: -1, Bytes: -1, Requests: s.matching(req.Where, "IssueId"), Metadata: -1, Category: "read", Takes: time.Minute}, nil
	}
	rows := s.matching(req.Where, "")
	e := connector.Estimate{Rows: rows, Bytes: -1, Requests: (rows + 99) / 100, Category: "search", Takes: 300 * time.Millisecond}
	if rows > 100 {
		e.Requests++ // the count
	}
	if req.Limit > 0 {
		e.Requests = (min(req.Limit, rows) + 99) / 100
	}
	for _, p := range req.Where {
		switch p.Column {
		case "Key":
			e.Requests = int64(len(p.Values))
		case "Id":
			if p.Op == connector.In {
				e.Requests = int64(len(p.Values)+99) / 100
			}
		case "Status":
			e.Metadata = 2
			e.Notes = append(e.Notes, p.String()+" is StatusId IN (1)")
		}
	}
	return e, nil
}

// EstimateGroups tells that all rows are counted, and then those of each group,
// by one request each: of issues by status or project.
func (s *space) EstimateGroups(_ context.Context, req connector.AggregateRequest) (connector.Estimate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, connector.ScanRequest{Table: "groups of " + req.Table, Where: req.Where})
	if s.fault != nil {
		return connector.Estimate{}, s.fault
	}
	e := connector.Estimate{Rows: 1, Bytes: -1, Requests: 1, Category: "search"}
	for _, name := range req.GroupBy {
		n, ok := map[string]int64{"Status": 2, "ProjectId": 3}[name]
		if !ok || req.Table != "Issues" {
			return connector.Estimate{}, connector.Errorf(connector.Unimplemented, "no groups by %s", name)
		}
		e.Rows *= n
	}
	if len(req.GroupBy) > 0 {
		e.Requests, e.Metadata = 1+e.Rows, 1
		e.Notes = []string{"counts each group by a request of its own"}
	}
	return e, nil
}

// matching counts the issues that satisfy the predicates; those on the column
// idAs are on their ids.
func (s *space) matching(where []connector.Predicate, idAs string) int64 {
	n := int64(0)
	for _, one := range s.issues {
		values := map[string]connector.Value{
			"Id": connector.IntOf(one.id), "Key": connector.TextOf(one.key),
			"ProjectId": connector.IntOf(one.project), "Status": connector.TextOf(one.status),
		}
		values[idAs] = values["Id"]
		if !slices.ContainsFunc(where, func(p connector.Predicate) bool { return !p.Match(values[p.Column]) }) {
			n++
		}
	}
	return n
}

func (s *space) Quotas(context.Context) ([]connector.Quota, error) {
	return []connector.Quota{
		{Category: "read", Limit: 10_000, Remaining: 9_000},
		{Category: "search", Limit: 150, Remaining: s.left},
	}, nil
}

// sheets are tables of a workbook: they tell their rows, and no cost. Each has
// the ids and keys of some issues.
func sheets() connector.Source {
	text, integer := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	var tables []connectortest.MemoryTable
	for name, n := range map[string]int64{"Ten": 10, "Sixty": 60, "Many": 1500} {
		sheet := connectortest.MemoryTable{Table: connector.Table{
			Name: name, Doc: "Issues of a workbook.",
			Columns: []connector.Column{
				{Name: "Id", Type: integer, Doc: "An issue's number.", Filters: connectortest.Every(integer, connector.Exact)},
				{Name: "Key", Type: text, Doc: "Its key."},
				{Name: "Mark", Type: text, Doc: "A mark.", Filters: connectortest.Every(text, connector.Exact)},
			},
		}}
		for id := range n {
			sheet.Rows = append(sheet.Rows, []any{id, fmt.Sprintf("K-%d", id), "x"})
		}
		tables = append(tables, sheet)
	}
	slices.SortFunc(tables, func(a, b connectortest.MemoryTable) int { return strings.Compare(a.Table.Name, b.Table.Name) })
	return connectortest.Plain(connectortest.NewMemory(connectortest.MemoryConfig{Tables: tables}))
}

// spaceSession opens a session over a space named bl and sheets named xl.
func spaceSession(t *testing.T, s *space, change func(*sqlengine.Config)) *sqlengine.Session {
	return engine(t, s, func(cfg *sqlengine.Config) {
		cfg.Sources[0].Name = "bl"
		cfg.Sources = append(cfg.Sources, sqlengine.NamedSource{Name: "xl", Connector: "memory", Source: sheets()})
		if change != nil {
			change(cfg)
		}
	})
}

// shownRequest shows a request by its table and predicates, of many values their
// number.
func shownRequest(req connector.ScanRequest) string {
	var parts []string
	for _, p := range req.Where {
		text := p.String()
		if len(p.Values) > 5 {
			text = fmt.Sprintf("%s %s (%d values)", p.Column, p.Op, len(p.Values))
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return req.Table
	}
	return req.Table + " where " + strings.Join(parts, " and ")
}

// taken returns what the space was asked to tell and to give since the last
// time, each in the order of their text.
func (s *space) taken() (asked, scanned []string) {
	for _, req := range s.asked {
		asked = append(asked, shownRequest(req))
	}
	for _, req := range s.Requests() {
		scanned = append(scanned, shownRequest(req))
	}
	s.asked = nil
	s.Forget()
	slices.Sort(asked)
	slices.Sort(scanned)
	return asked, scanned
}
