package sqlengine

import (
	"context"
	"errors"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// start begins one statement.
func (s *Session) start(ctx context.Context, stmt statement, params []connector.Value) (*Result, error) {
	switch {
	case stmt.keyword(0) == "EXPLAIN" && stmt.keyword(1) == "ANALYZE":
		return s.explainAnalyze(ctx, stmt.from(2), params)
	case stmt.keyword(0) == "EXPLAIN":
		return s.explain(ctx, stmt.from(1), params)
	}
	return s.execute(ctx, stmt, params)
}

// execute begins a statement that is no EXPLAIN. Where it turns out to call a
// procedure that DuckDB was not told of, because there is no plan in which it
// would have been seen, that is made up for.
func (s *Session) execute(ctx context.Context, stmt statement, params []connector.Value) (*Result, error) {
	result, err := s.attempt(ctx, stmt, params)
	name, ok := missingFunction(err)
	if !ok {
		return result, err
	}
	made, failed := s.supplyProcedure(ctx, name, stmt)
	if failed != nil {
		return nil, failed
	}
	if !made {
		if better := s.unknownProcedure(stmt, name); better != nil {
			return nil, better
		}
		return nil, err
	}
	return s.attempt(ctx, stmt, params)
}

func (s *Session) attempt(ctx context.Context, stmt statement, params []connector.Value) (_ *Result, err error) {
	if err := errors.Join(refuseStatement(stmt), refuseFunctions(stmt), s.refuseReach(stmt)); err != nil {
		return nil, err
	}
	r := newRun(ctx, s)
	result := &Result{session: s, run: r, stmt: stmt, notices: habits(stmt)}
	defer func() {
		if err != nil {
			err = errors.Join(s.hinted(ctx, stmt, s.callError(stmt, cause(r, err))), result.abort())
		}
	}()
	p, err := s.decide(r.ctx, stmt, params, result)
	if err != nil {
		return nil, err
	}
	if err := s.permit(p, stmt); err != nil {
		return nil, err
	}
	if err := errors.Join(r.adopt(p), r.allow(stmt)); err != nil {
		return nil, err
	}
	if err := s.setThreads(r.ctx, len(r.fetches) > 0 || result.called); err != nil {
		return nil, err
	}
	s.setRunning(r)
	if err := r.prepare(); err != nil {
		return nil, err
	}
	return result, result.begin(params)
}

// cause returns what ended the run, where something of ours did.
func cause(r *run, err error) error {
	if why := context.Cause(r.ctx); why != nil {
		return why
	}
	return err
}

func (s *Session) setRunning(r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = r
}

// decide finds out what to fetch for a statement. Where it opens a transaction
// it says so in the result.
func (s *Session) decide(ctx context.Context, stmt statement, params []connector.Value, result *Result) (*plan.Plan, error) {
	s.clearMisbound()
	called, err := s.callsProcedure(ctx, stmt)
	if err != nil {
		return nil, err
	}
	if result.called = called; asksCatalog(stmt) && !called {
		notices, err := s.showAll(ctx)
		if err != nil {
			return nil, err
		}
		result.notices = append(result.notices, notices...)
		if err := s.widenShown(ctx, stmt); err != nil {
			return nil, err
		}
		return s.whole(ctx, stmt, "the statement looks at the catalog")
	}
	if !planned[stmt.keyword(0)] {
		return s.whole(ctx, stmt, stmt.keyword(0)+" has no plan")
	}
	text, err := newPlanText(stmt, params)
	if err != nil {
		return nil, err
	}
	p, err := s.plan(ctx, stmt, text)
	var none *noPlanError
	switch {
	case errors.As(err, &none):
		if p, err = s.whole(ctx, stmt, none.why); err == nil {
			err = s.conn.Exec(ctx, "BEGIN")
		}
	case err != nil:
		return nil, err
	}
	result.transaction = err == nil
	return p, err
}

// readsAsAsked tells whether what a statement names is read when it asks for
// rows, if it does.
func readsAsAsked(stmt statement) bool { return !planned[stmt.keyword(0)] || asksCatalog(stmt) }

// whole plans to fetch the tables that the statement names, whole.
func (s *Session) whole(ctx context.Context, stmt statement, why string) (*plan.Plan, error) {
	if err := s.inspect(ctx, stmt); err != nil {
		return nil, err
	}
	narrow, err := s.narrowOnes(ctx, stmt)
	if err != nil {
		return nil, err
	}
	if err := s.widenAll(ctx, narrow); err != nil {
		return nil, err
	}
	all, err := s.catalog.within(ctx, stmt)
	if err != nil {
		return nil, err
	}
	var refs []plan.Ref
	for _, r := range all {
		if !stmt.mentions(r.table.Name) {
			continue
		}
		if err := s.use(ctx, r); err != nil {
			return nil, err
		}
		refs = append(refs, plan.Ref{Source: r.source.Name, Table: r.table.Name})
	}
	if err := s.makeMentioned(ctx, stmt); err != nil {
		return nil, err
	}
	p := plan.Whole(refs, s.catalog.table, why)
	if readsAsAsked(stmt) {
		for i := range p.Fetches { // read as the statement asks, if it does
			p.Fetches[i].Reads, p.Fetches[i].EarlyStop = 1, true
		}
	}
	return p, nil
}

// showAll makes every table and saved query visible, and hides what is ours. It
// returns notices of the saved queries that are broken.
func (s *Session) showAll(ctx context.Context) ([]Notice, error) {
	if err := s.detachPlanning(ctx); err != nil {
		return nil, err
	}
	all, err := s.catalog.all(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if err := s.use(ctx, r); err != nil {
			return nil, err
		}
	}
	return s.makeAllSaved(ctx)
}

// setThreads sees that one thread works on a statement that waits for sources,
// and as many as the session has on others. While a thread of DuckDB's waits for
// a scan, the others look for work without a pause, each at the cost of a core;
// and as a scan has one reader, there is none.
func (s *Session) setThreads(ctx context.Context, waits bool) error {
	switch {
	case waits == (s.threads != ""):
		return nil
	case !waits:
		if err := s.conn.Exec(ctx, "SET threads = "+s.threads); err != nil {
			return err
		}
		s.threads = ""
		return nil
	}
	had, err := s.conn.Strings(ctx, "SELECT current_setting('threads')::VARCHAR")
	if err != nil {
		return err
	}
	if err := s.conn.Exec(ctx, "SET threads = 1"); err != nil {
		return err
	}
	s.threads = had[0][0]
	return nil
}
