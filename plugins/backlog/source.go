package backlog

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// Source is one space, as one person sees it.
type Source struct {
	tables *tables
	client *rest.Client
	space  *space.Space
	memory memory.Allocator
	// keys are those of the option Project; none is all projects.
	keys []string
	// zone is the option Timezone; nil is the space's own.
	zone  *time.Location
	clock rest.Clock
	// pageSize is how many rows a page has.
	pageSize int
	// width is how many requests are made side by side.
	width int

	mu sync.Mutex
	// latest are the custom fields as they were named last; nil before that.
	latest *naming
	// estimated is how many requests for metadata estimates made, by what was
	// estimated.
	estimated map[string]int64
}

var (
	_ connector.Source         = (*Source)(nil)
	_ connector.Counter        = (*Source)(nil)
	_ connector.Aggregator     = (*Source)(nil)
	_ connector.Estimator      = (*Source)(nil)
	_ connector.GroupEstimator = (*Source)(nil)
	_ connector.Quotas         = (*Source)(nil)
	_ connector.Spender        = (*Source)(nil)
	_ connector.Widener        = (*Source)(nil)
	_ connector.Watcher        = (*Source)(nil)
	_ connector.Metadata       = (*Source)(nil)
)

// tables are the literals that a source has, and what they are to the engine.
type tables struct {
	list   []relation.Table
	byName map[string]*relation.Table // by names in lower case
	wider  *relation.Table
}

func newTables(list []relation.Table) *tables {
	t := &tables{list: list, byName: map[string]*relation.Table{}}
	for i := range list {
		t.byName[strings.ToLower(list[i].Name)] = &list[i]
		if list[i].Wider {
			t.wider = &list[i]
		}
	}
	return t
}

// find returns a table by its name, nil where there is none.
func (t *tables) find(name string) *relation.Table { return t.byName[strings.ToLower(name)] }

// Tables describes all tables. It makes no request.
func (s *Source) Tables(context.Context) ([]connector.Table, error) {
	described := make([]connector.Table, len(s.tables.list))
	for i := range s.tables.list {
		described[i] = s.describe(&s.tables.list[i])
	}
	return described, nil
}

// describe states what a table is. Each stops at a limit: requests are made when
// somebody wants rows.
func (s *Source) describe(t *relation.Table) connector.Table {
	described := t.Describe(s.tables.find)
	described.StopsAtLimit = true
	return described
}

// table returns a table with the columns that are its own.
func (s *Source) table(name string) (*relation.Table, *connector.Table, error) {
	base := s.tables.find(name)
	if base == nil {
		names := make([]string, len(s.tables.list))
		for i := range s.tables.list {
			names[i] = s.tables.list[i].Name
		}
		err := connector.Errorf(connector.NotFound, "there is no table %q", name)
		if near, ok := connector.Nearest(name, names); ok {
			err = err.WithHint("Did you mean %s?", near)
		}
		return nil, nil, err
	}
	described := s.describe(base)
	return base, &described, nil
}

// limited tells whether the option Project limits the tables.
func (s *Source) limited() bool { return len(s.keys) > 0 }

// Scan streams rows of a table.
func (s *Source) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	trip := s.begin(req.Statement, req.MaxRequests)
	p, err := s.plan(ctx, trip, req)
	if err != nil {
		return nil, err
	}
	r, err := s.reading(ctx, p, trip, s.widthOf(req))
	if err != nil {
		return nil, err
	}
	r.lazy = lazy(req)
	return newScan(ctx, s.memory, r, r.all, req.BatchRows), nil
}

// widthOf is how many requests a scan makes side by side: one after another, and
// only when rows are wanted, where the reader may stop early.
func (s *Source) widthOf(req connector.ScanRequest) int {
	if lazy(req) {
		return 1
	}
	return s.width
}

// lazy tells whether the reader of a scan may stop early.
func lazy(req connector.ScanRequest) bool { return req.Limit > 0 || req.BatchRows > 0 }

// reading makes a plan ready to be read: with the zone of days, and the names of
// projects, where some are wanted. A plan whose rows are only counted needs
// newReading alone.
func (s *Source) reading(ctx context.Context, p *plan, trip *rest.Trip, width int) (*reading, error) {
	zone, err := s.zoneFor(ctx, p, trip)
	if err != nil {
		return nil, err
	}
	terms, err := s.termsFor(ctx, p, trip)
	if err != nil {
		return nil, err
	}
	return newReading(p, trip, zone, terms, width), nil
}

// used are the columns that a plan reads, at the levels that they are of.
func (p *plan) used() []*relation.Column {
	var list []*relation.Column
	last := len(p.chain) - 1
	for i := range p.columns {
		if from, err := p.chain.origin(last, p.columns[i].Name); err == nil {
			list = append(list, from.column)
		}
	}
	for i := range p.levels {
		for _, c := range p.levels[i].conditions {
			list = append(list, c.column)
		}
	}
	return list
}

// zoneFor returns the zone in which days begin. It is asked only where days are
// read.
func (s *Source) zoneFor(ctx context.Context, p *plan, trip *rest.Trip) (*time.Location, error) {
	isDay := func(c *relation.Column) bool { return c.Type == relation.Date }
	if p.none != "" || !slices.ContainsFunc(p.used(), isDay) {
		return time.UTC, nil
	}
	if s.zone != nil {
		return s.zone, nil
	}
	return s.space.Zone(ctx, trip)
}

// termsFor returns what the ids of projects stand for. It is asked only where
// that is read.
func (s *Source) termsFor(ctx context.Context, p *plan, trip *rest.Trip) (relation.Terms, error) {
	isTerm := func(c *relation.Column) bool { return c.Term }
	if p.none != "" || !slices.ContainsFunc(p.used(), isTerm) {
		return nil, nil
	}
	t := &projectTerms{}
	if err := t.take(s.space.Terms(ctx, trip, relation.Projects, nil)); err != nil {
		return nil, err
	}
	return func(of relation.Vocabulary, by relation.Facet, id int64) (connector.Value, bool) {
		if of != relation.Projects {
			return connector.Null(), false
		}
		return t.value(by, id, func() ([]space.Term, error) { return s.space.Refresh(ctx, trip, relation.Projects, nil) })
	}, nil
}

// projectTerms are the projects that rows are of, by their ids.
type projectTerms struct {
	mu   sync.Mutex
	byID map[int64]space.Term
}

func (t *projectTerms) take(terms []space.Term, err error) error {
	t.byID = make(map[int64]space.Term, len(terms))
	for _, term := range terms {
		t.byID[term.ID] = term
	}
	return err
}

// value returns a facet of a project; of one that is not known, perhaps because
// it is new, after asking again. Where that fails, the project stays unknown,
// and the row that names it is the error.
func (t *projectTerms) value(by relation.Facet, id int64, ask func() ([]space.Term, error)) (connector.Value, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	term, ok := t.byID[id]
	if !ok {
		if terms, err := ask(); err == nil && t.take(terms, nil) == nil {
			term, ok = t.byID[id]
		}
	}
	if !ok {
		return connector.Null(), false
	}
	return term.Value(by), true
}

// Close frees nothing: connections belong to the connector.
func (s *Source) Close() error { return nil }

// ended returns an error of Kind Canceled once ctx has ended.
func ended(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return &connector.Error{Kind: connector.Canceled, Err: context.Cause(ctx)}
}
