package sqlengine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
	"github.com/trackql/trackql/sqlengine/plan"
)

// boundCall is a call that DuckDB has bound: a reference in a statement. It may
// be bound for a plan only, or again, and acts when it is read.
type boundCall struct {
	procedure *procedure
	arguments []connector.Argument
	// run is the statement under way when it was bound, and after how many calls
	// that statement had made by then.
	run   *run
	after int
}

// bindCall is what DuckDB calls to bind a call of a procedure.
func (s *Session) bindCall(p *procedure, texts []connector.Value) (func([]int) (duck.Feed, error), error) {
	arguments, err := p.arguments(texts)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.misbound = err
		return nil, err
	}
	b := &boundCall{procedure: p, arguments: arguments, run: s.running}
	if b.run != nil {
		b.after = b.run.calls.made()
	}
	return func(columns []int) (duck.Feed, error) {
		s.mu.Lock()
		r := s.running
		s.mu.Unlock()
		if r == nil {
			return nil, connector.Errorf(connector.Internal, "%s is called outside a statement", p.name())
		}
		return &callFeed{call: r.calls.of(b, r), columns: columns}, nil
	}, nil
}

func (s *Session) clearMisbound() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.misbound = nil
}

// takeMisbound returns why a call could not be bound, where that is what the
// statement failed of.
func (s *Session) takeMisbound() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.misbound
	s.misbound = nil
	return err
}

// calls are those of one statement.
type calls struct {
	mu   sync.Mutex
	list []*call
}

// call is one call of a procedure by a statement: made once, when its first rows
// are asked for, however often DuckDB reads them. Its answer is kept until the
// end.
type call struct {
	run *run
	// references are the bound calls that it answers.
	references []*boundCall
	once       sync.Once
	begun      atomic.Bool
	done       chan struct{}

	// Valid once done is closed:
	took     time.Duration
	batches  []arrow.RecordBatch
	rows     int64
	reporter connector.Reporter
	err      error
}

// made returns how many calls there are.
func (c *calls) made() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.list)
}

// begun returns the calls that are under way, or over.
func (c *calls) begun() []*call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.list), func(made *call) bool { return !made.begun.Load() })
}

// of returns the call of a reference. Where DuckDB makes several statements of
// one, as of a PIVOT whose values it must look up first, a reference that is
// bound when calls were made already is one of those again.
func (c *calls) of(b *boundCall, r *run) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, made := range c.list {
		if slices.Contains(made.references, b) {
			return made
		}
		again := b.run == r && i < b.after && !slices.ContainsFunc(made.references, func(other *boundCall) bool { return other.after == b.after })
		if again && made.first().procedure == b.procedure && slices.Equal(made.first().arguments, b.arguments) {
			made.references = append(made.references, b)
			return made
		}
	}
	made := &call{run: r, references: []*boundCall{b}, done: make(chan struct{})}
	c.list = append(c.list, made)
	return made
}

func (c *call) first() *boundCall { return c.references[0] }

// begin makes the call, the first time.
func (c *call) begin() {
	c.once.Do(func() {
		c.begun.Store(true)
		go func() {
			defer close(c.done)
			began := time.Now()
			err := c.act()
			c.took = time.Since(began)
			if err == nil {
				return
			}
			c.err = fmt.Errorf("call %s: %w", c.first().procedure.name(), err)
			if c.run.ctx.Err() == nil {
				c.run.fail(c.err)
			}
		}()
	})
}

// act has the source act, and takes the answer.
func (c *call) act() (err error) {
	source, described := c.first().procedure.source, c.first().procedure.described
	defer func() {
		if fault := recover(); fault != nil {
			err = connector.Errorf(connector.Internal, "the connector %s failed: %v", source.Connector, fault)
		}
	}()
	offering, ok := connector.As[connector.Procedures](source.Source)
	if !ok {
		return connector.Errorf(connector.Internal, "the source has no procedures any more")
	}
	reader, err := offering.Call(c.run.ctx, connector.CallRequest{Procedure: described.Name, Arguments: c.first().arguments})
	if err != nil {
		return err
	}
	defer reader.Release()
	c.reporter, _ = reader.(connector.Reporter)
	for reader.Next() {
		batch := reader.RecordBatch()
		if int(batch.NumCols()) != len(described.Result) {
			return connector.Errorf(connector.Corrupt, "the answer has %d columns, and %d were declared", batch.NumCols(), len(described.Result))
		}
		batch.Retain()
		c.batches, c.rows = append(c.batches, batch), c.rows+batch.NumRows()
	}
	if err := reader.Err(); err != nil {
		return err
	}
	if len(described.Result) == 0 {
		return c.succeed()
	}
	return context.Cause(c.run.ctx)
}

// succeed answers with one row for a procedure that returns nothing.
func (c *call) succeed() error {
	schema, err := c.first().procedure.schema()
	if err != nil {
		return err
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	b.Field(0).(*array.BooleanBuilder).Append(true)
	c.release()
	c.batches, c.rows = []arrow.RecordBatch{b.NewRecordBatch()}, 1
	return nil
}

func (c *call) release() {
	for _, batch := range c.batches {
		batch.Release()
	}
	c.batches = nil
}

// report tells how the call is getting on, or has ended.
func (c *call) report() connector.Report {
	report := connector.Report{Verdict: connector.Verdict{Completeness: connector.Partial}}
	select {
	case <-c.done:
	default:
		return report
	}
	if c.err != nil {
		return report
	}
	if c.reporter != nil {
		report = c.reporter.Report()
	}
	if c.reporter == nil || report.Verdict.Completeness == connector.Unknown {
		report.Verdict.Completeness = connector.Complete
	}
	report.Progress.Rows = c.rows
	return report
}

// callFeed gives DuckDB some columns of a call's answer.
type callFeed struct {
	call    *call
	columns []int
	at      int
}

var _ duck.Feed = (*callFeed)(nil)

// Next makes the call, the first time.
func (f *callFeed) Next() (arrow.RecordBatch, error) {
	f.call.begin()
	select {
	case <-f.call.done:
	case <-f.call.run.ctx.Done():
		return nil, context.Cause(f.call.run.ctx)
	}
	if f.call.err != nil || f.at == len(f.call.batches) {
		return nil, f.call.err
	}
	batch := f.call.batches[f.at]
	f.at++
	fields := make([]arrow.Field, len(f.columns))
	columns := make([]arrow.Array, len(f.columns))
	for i, column := range f.columns {
		fields[i], columns[i] = batch.Schema().Field(column), batch.Column(column)
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, batch.NumRows()), nil
}

// Close does nothing: the answer is kept for other reads.
func (f *callFeed) Close() {}

// callLines says which calls a planned statement would make.
func (s *Session) callLines(p *plan.Plan) []string {
	var lines []string
	for _, c := range p.Calls {
		procedure, ok := s.procedures.find(c.ID)
		if !ok {
			continue
		}
		arguments, err := procedure.arguments(c.Arguments)
		if err != nil {
			continue // which binding it has refused
		}
		line := "call " + callText(procedure, arguments) + ": once, when the statement runs"
		if procedure.described.Writes {
			line += "; it may change " + connector.QuoteName(procedure.source.Name)
		}
		lines = append(lines, line)
	}
	return lines
}

// callLines says which calls were made.
func (r *run) callLines() []string {
	var lines []string
	for _, c := range r.calls.begun() {
		lines = append(lines, fmt.Sprintf("called %s: %s, %s", callText(c.first().procedure, c.first().arguments), amount(c.rows, "row"), c.took.Round(time.Millisecond)))
	}
	if made := len(lines); made < len(r.plan.Calls) {
		lines = append(lines, fmt.Sprintf("not called: %d of %s, whose rows were not needed", len(r.plan.Calls)-made, amount(int64(len(r.plan.Calls)), "call")))
	}
	return lines
}
