package sqlengine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
	"github.com/trackql/trackql/sqlengine/plan"
)

// run is one statement being run.
type run struct {
	session *Session
	ctx     context.Context // of the statement: scans end with it
	cancel  context.CancelCauseFunc
	// id names the statement to the sources, as no other statement is named.
	id      string
	plan    *plan.Plan
	fetches []*fetch
	stages  int
	// staging is the scan whose rows are being kept, where it is not the first of
	// its table.
	staging *fetch
	// links is the walk through the plan's links, and costs what sources said of
	// the scans.
	links  *chase
	costs  costs
	budget budget
	began  time.Time

	calls calls

	mu    sync.Mutex
	feeds []*feed
}

// fetch is what the statement asks one table for.
type fetch struct {
	relation *relation
	request  connector.ScanRequest
	planned  *plan.Fetch
	// stage names the temporary table that holds the rows; empty where they
	// stream.
	stage string
	// early is a scan that began before DuckDB asked for it.
	early *feed
	// counted are rows that stand for the table's; nil where those are read.
	counted *counted
	// links say what became of each dynamic filter, and awaits of whose keys one
	// is expected, for EXPLAIN.
	links, awaits []string
	// parts are further scans of the table, of other reads of it; partial says that
	// it is one.
	parts   []scanPart
	partial bool
	// narrowed says that keys of what is here narrow it.
	narrowed bool
	// uncountable says that the source was asked for the number of rows, and does
	// not tell it.
	uncountable bool
	// ungroupable says that the source was asked for groups, and is read for
	// less.
	ungroupable bool
}

func newRun(ctx context.Context, s *Session) *run {
	r := &run{session: s, id: rand.Text(), began: time.Now()}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	return r
}

// adopt takes a plan over.
func (r *run) adopt(p *plan.Plan) error {
	r.plan = p
	for i := range p.Fetches {
		planned := &p.Fetches[i]
		rel, ok := r.session.catalog.find(planned.Source, planned.Request.Table)
		if !ok {
			return connector.Errorf(connector.Internal, "the plan reads %s.%s, which is not there", planned.Source, planned.Request.Table)
		}
		f := &fetch{relation: rel, request: planned.Request, planned: planned}
		f.request.Statement = r.id
		if _, ok := connector.As[connector.Aggregator](rel.source.Source); !ok {
			planned.Groups = nil
		}
		r.fetches = append(r.fetches, f)
	}
	r.split()
	return nil
}

// fail ends the statement with err, unless something ended it before.
func (r *run) fail(err error) { r.cancel(err) }

func (r *run) add(f *feed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.feeds = append(r.feeds, f)
}

// opened returns the scans that DuckDB has asked for rows.
func (r *run) opened() []*feed {
	r.mu.Lock()
	defer r.mu.Unlock()
	var opened []*feed
	for _, f := range r.feeds {
		if f.opened.Load() {
			opened = append(opened, f)
		}
	}
	return opened
}

func (r *run) reports() []ScanReport {
	var reports []ScanReport
	for _, f := range r.opened() {
		reports = append(reports, ScanReport{
			Source: f.relation.source.Name, Table: f.relation.table.Name, Report: f.report(), Stopped: !f.whole.Load(),
		})
	}
	for _, c := range r.calls.begun() {
		p := c.first().procedure
		reports = append(reports, ScanReport{Source: p.source.Name, Table: p.described.Name, Report: c.report()})
	}
	return reports
}

// open is what DuckDB calls to read a relation: it gives the scan that the plan
// foresaw, or begins one.
func (s *Session) open(rel *relation, columns []int) (duck.Feed, error) {
	s.mu.Lock()
	r := s.running
	s.mu.Unlock()
	if r == nil {
		return nil, connector.Errorf(connector.Internal, "%s is read outside a statement", rel.name())
	}
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = rel.table.Columns[column].Name
	}
	return r.open(rel, names)
}

func (r *run) open(rel *relation, names []string) (duck.Feed, error) {
	request := connector.ScanRequest{Table: rel.table.Name, Statement: r.id}
	onRequest := false
	f := r.fetch(rel)
	if f != nil {
		if f.counted != nil {
			if feed, ok := f.counted.feed(names); ok {
				return feed, nil
			}
		}
		if early := r.takeEarly(f); early != nil {
			if picked, ok := early.picking(names); ok {
				return picked, nil
			}
			early.stop()
		}
		request, onRequest = f.request, f.planned.EarlyStop
	}
	request.Columns = names
	if f == nil || r.budget.lazy {
		if err := r.chargeUnforeseen(rel, request); err != nil {
			return nil, err
		}
	}
	picked, _ := r.newFeed(rel, request, onRequest).picking(names)
	return picked, nil
}

func (r *run) takeEarly(f *fetch) *feed {
	r.mu.Lock()
	defer r.mu.Unlock()
	early := f.early
	f.early = nil
	return early
}

func (r *run) fetch(rel *relation) *fetch {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.staging != nil && r.staging.relation == rel {
		return r.staging
	}
	for _, f := range r.fetches {
		if f.relation == rel {
			return f
		}
	}
	return nil
}

// prepare makes everything ready for DuckDB to run the statement: it counts
// what can be counted, in all or in groups, fetches and keeps what is read more
// than once or filters something else, and begins the other scans.
func (r *run) prepare() error {
	if err := errors.Join(r.followLocal(), r.foresee()); err != nil {
		return err
	}
	for _, f := range r.fetches {
		if f.planned.CountOnly {
			if err := r.tryCount(f); err != nil {
				return err
			}
			if f.uncountable = f.counted == nil; f.uncountable {
				if err := r.recount(f); err != nil {
					return err
				}
			}
		}
	}
	if err := r.follow(); err != nil {
		return err
	}
	if !r.budget.lazy {
		if err := r.charge(r.fetches...); err != nil {
			return err
		}
	}
	for _, f := range r.fetches {
		if f.stage == "" {
			if err := r.tryGroup(f); err != nil {
				return err
			}
		}
	}
	for _, f := range r.fetches {
		if f.planned.Reads > 1 && f.stage == "" && f.counted == nil && !f.partial {
			if err := r.keep(f); err != nil {
				return err
			}
		}
	}
	for _, f := range r.fetches {
		if f.stage == "" && f.counted == nil && !f.planned.EarlyStop && !f.partial {
			f.early = r.newFeed(f.relation, f.request, false)
		}
	}
	return nil
}

// keep fetches the rows of f into a temporary table, and points the table's
// view at it.
func (r *run) keep(f *fetch) error {
	if err := r.charge(f); err != nil {
		return err
	}
	if err := r.tryGroup(f); err != nil {
		return err
	}
	stage := fmt.Sprintf("trackql_stage_%d", r.stages)
	r.stages++
	columns := "NULL AS none"
	if len(f.request.Columns) > 0 {
		names := make([]string, len(f.request.Columns))
		for i, name := range f.request.Columns {
			names[i] = quote(name)
		}
		columns = strings.Join(names, ", ")
	}
	sql := fmt.Sprintf("CREATE TEMP TABLE %s AS SELECT %s FROM %s", quote(stage), columns, f.relation.scan.SQL())
	if err := r.session.conn.Exec(r.ctx, sql); err != nil {
		return err
	}
	f.stage = stage
	for _, p := range f.parts {
		if err := r.keepPart(f, p, columns); err != nil {
			return err
		}
	}
	return r.session.conn.Exec(r.ctx, f.relation.stagedSQL(stage, f.request.Columns))
}

// restore points the views of kept tables at their scans again, and drops what
// was kept: for statements that are committed.
func (r *run) restore(ctx context.Context) error {
	for _, f := range r.fetches {
		if f.stage == "" {
			continue
		}
		if err := r.session.conn.Exec(ctx, f.relation.viewSQL()); err != nil {
			return err
		}
		if err := r.session.conn.Exec(ctx, "DROP TABLE temp."+quote(f.stage)); err != nil {
			return err
		}
	}
	return nil
}

// The keys of log records.
const (
	keySource    = "source"
	keyTable     = "table"
	keyProcedure = "procedure"
)

// end stops all scans and calls, and waits until their goroutines have ended. One
// that ignores its context is left behind after a while, and named in the log.
func (r *run) end() {
	r.cancel(context.Canceled)
	r.mu.Lock()
	feeds := r.feeds
	for _, f := range r.fetches {
		if f.early != nil {
			f.early.stop()
			f.early = nil
		}
	}
	r.mu.Unlock()
	patience := time.NewTimer(r.session.engine.cfg.Patience)
	defer patience.Stop()
	for _, f := range feeds {
		select {
		case <-f.done:
		case <-patience.C:
			r.session.engine.cfg.Log.Warn("a scan ignores that it was canceled, and is left behind",
				keySource, f.relation.source.Name, keyTable, f.relation.table.Name)
			return
		}
	}
	for _, c := range r.calls.begun() {
		select {
		case <-c.done:
			c.release()
		case <-patience.C:
			r.session.engine.cfg.Log.Warn("a call ignores that it was canceled, and is left behind",
				keySource, c.first().procedure.source.Name, keyProcedure, c.first().procedure.described.Name)
			return
		}
	}
}
