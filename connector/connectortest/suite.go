package connectortest

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// T is where a check reports. *testing.T satisfies it.
type T interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	// Fatalf reports and ends the check.
	Fatalf(format string, args ...any)
}

// Runner is a T that runs named checks: *testing.T is a Runner[*testing.T].
type Runner[R any] interface {
	T
	Run(name string, check func(R)) bool
}

// Config tells the suite how to come by sources.
type Config struct {
	// Open returns a new source with always the same rows, whose batches come
	// from mem: the suite checks that they go back there. It is called once a
	// check and more; each source is closed before the next one is opened.
	// Where a source takes memory from elsewhere, leaks cannot be found.
	Open func(ctx context.Context, mem memory.Allocator) (connector.Source, error)

	// Failing returns a scan that must fail midway: a recorded answer is cut
	// off, a file is broken. nil leaves the check "failure" out.
	Failing func(ctx context.Context, mem memory.Allocator) (Failure, error)

	// Blocking returns a scan that comes to wait for its system and would wait
	// for ever. nil leaves that part of the check "cancel" out.
	Blocking func(ctx context.Context, mem memory.Allocator) (Blockage, error)

	// Changing returns a source in which a row can be changed. nil leaves that
	// part of the check "changes" out.
	Changing func(ctx context.Context, mem memory.Allocator) (Changing, error)

	// ExactRows says that Table.Rows is no estimate: a scan gives as many.
	ExactRows bool

	// Constants bounds how many constants each column is compared with by each
	// operator; 0 is 32. Conjunctions bounds how many predicates are chosen at
	// random to be combined, and how many combinations; 0 is 30.
	Constants, Conjunctions int

	// Seed chooses the random requests; 0 is 1. Failures print it.
	Seed uint64
}

// Failure is a scan that must fail midway.
type Failure struct {
	Source  connector.Source
	Request connector.ScanRequest
	// Kind is the kind of the error.
	Kind connector.Kind
}

// Blockage is a scan that comes to wait for its system and would wait for ever.
type Blockage struct {
	Source  connector.Source
	Request connector.ScanRequest
	// Waiting is closed when the scan waits.
	Waiting <-chan struct{}
}

// Changing is a source in which a row can be changed.
type Changing struct {
	Source connector.Source
	// Table is a table that tells what changed, of several rows.
	Table string
	// Change changes one row, and returns a column of the table and the value
	// there that no other row has. It is called once.
	Change func() (column string, value connector.Value, err error)
}

// Check is one promise of the contract.
type Check struct {
	// Name names the subtest.
	Name string
	// Promise is what a source that passes has kept.
	Promise string

	run func(s *session)
	// alone says that run opens its sources itself.
	alone bool
}

// Run checks every promise in a subtest of its own.
//
// The suite does not use the clock: where a source must stop by itself and does
// not, the test hangs, and Go's own time limit shows where.
func Run[R Runner[R]](t R, cfg Config) {
	t.Helper()
	cfg = cfg.withDefaults()
	sweep := new(sweep)
	for _, check := range Checks() {
		t.Run(check.Name, func(t R) {
			t.Helper()
			check.in(t, cfg, sweep)
		})
	}
}

func (c Config) withDefaults() Config {
	if c.Constants == 0 {
		c.Constants = 32
	}
	if c.Conjunctions == 0 {
		c.Conjunctions = 30
	}
	if c.Seed == 0 {
		c.Seed = 1
	}
	return c
}

// session is one check under way, on a source of its own.
type session struct {
	T
	ctx    context.Context
	cfg    Config
	src    connector.Source
	tables []connector.Table
	rand   *rand.Rand
	sweep  *sweep
	wholes map[string]*whole
	made   map[asked][]connector.Predicate
	// statement is what scans with predicates are part of.
	statement string
}

// in runs the check on a new source.
func (c Check) in(t T, cfg Config, sweep *sweep) {
	t.Helper()
	hash := fnv.New64a()
	fmt.Fprint(hash, c.Name)
	s := &session{
		T: t, ctx: context.Background(), cfg: cfg, sweep: sweep, made: map[asked][]connector.Predicate{},
		rand: rand.New(rand.NewPCG(cfg.Seed, hash.Sum64())),
	}
	if c.alone {
		c.run(s)
		return
	}
	s.open(s.ctx, memory.DefaultAllocator)
	defer s.close()
	c.run(s)
}

// open makes a new source the session's, with all columns of its tables.
func (s *session) open(ctx context.Context, mem memory.Allocator) {
	s.Helper()
	s.openNarrow(ctx, mem)
	s.widen()
}

// openNarrow makes a new source the session's, with the columns that Tables
// lists.
func (s *session) openNarrow(ctx context.Context, mem memory.Allocator) {
	s.Helper()
	if s.cfg.Open == nil {
		s.Fatalf("Config.Open is nil; it must return a source")
	}
	src, err := s.cfg.Open(ctx, mem)
	if err != nil {
		s.Fatalf("Open = %v", err)
	}
	s.src, s.wholes = src, map[string]*whole{}
	if s.tables, err = src.Tables(ctx); err != nil {
		s.close()
		s.Fatalf("Tables = %v", err)
	}
	for _, t := range s.tables {
		for _, c := range t.Columns {
			if c.Type == nil {
				s.close()
				s.Fatalf("table %s: column %s has no type", t.Name, c.Name)
			}
		}
	}
}

func (s *session) close() {
	s.Helper()
	if err := s.src.Close(); err != nil {
		s.Errorf("Close = %v", err)
	}
}

// failf reports a broken promise about a table, with what repeats the test.
func (s *session) failf(table, format string, args ...any) {
	s.Helper()
	s.Errorf("table %s: %s\n(seed %d)", table, fmt.Sprintf(format, args...), s.cfg.Seed)
}

// Checks lists the promises in the order in which they are checked.
func Checks() []Check {
	return []Check{
		{Name: "tables", Promise: "tables and columns are described without contradiction", run: checkTables},
		{Name: "documentation", Promise: "every table and column is documented, with two examples a table", run: checkDocumentation},
		{Name: "schema", Promise: "batches have the declared names, types and nullability", run: checkSchema},
		{Name: "keys", Promise: "declared keys are unique", run: checkKeys},
		{Name: "values", Promise: "a declared set of values is closed", run: checkValues},
		{Name: "projection", Promise: "a scan gives the columns asked for, in that order", run: checkProjection},
		{Name: "superset", Promise: "no predicate loses a row that satisfies it", run: checkSuperset},
		{Name: "exact", Promise: "a predicate graded Exact leaves in no other row", run: checkExact},
		{Name: "unsupported", Promise: "a predicate graded Unsupported is ignored", run: checkUnsupported},
		{Name: "asked", Promise: "a column marked Asked holds what a scan compares it with, and NULL without", run: checkAsked},
		{Name: "conjunction", Promise: "several predicates together hold what each of them does", run: checkConjunctions},
		{Name: "limit", Promise: "a limit leaves as many rows as it says", run: checkLimit},
		{Name: "limit-stops", Promise: "StopsAtLimit is true just where a scan stops at its limit", run: checkLimitStops},
		{Name: "order", Promise: "an order by Sortable columns is the engine's", run: checkOrder},
		{Name: "batches", Promise: "batches are as small as asked for, and last as long as they are held", run: checkBatches},
		{Name: "stable", Promise: "the same request gives the same rows", run: checkStable},
		{Name: "complete", Promise: "a stream that ends without an error is whole", run: checkComplete},
		{Name: "count", Promise: "Count counts what a scan gives", run: checkCount},
		{Name: "aggregate", Promise: "Aggregate groups what a scan gives", run: checkAggregate},
		{Name: "split", Promise: "the pieces of a scan give each row once", run: checkSplit},
		{Name: "estimate", Promise: "Estimate answers for any scan, twice the same", run: checkEstimate},
		{Name: "estimate-groups", Promise: "EstimateGroups foresees what Aggregate and Count do, twice the same", run: checkEstimateGroups},
		{Name: "spending", Promise: "Spent tells what a statement took, and MaxRequests holds", run: checkSpending},
		{Name: "statement", Promise: "what a scan is part of changes no row of it", run: checkStatement},
		{Name: "wider", Promise: "Widen tells further columns of rows, by lasting names, and scans take them", run: checkWider, alone: true},
		{Name: "changes", Promise: "Changes since a Mark hold what was changed after it, and not all rows", run: checkChanges},
		{Name: "report", Promise: "Report may be called at any time, and never goes back", run: checkReport},
		{Name: "writes", Promise: "tables declare writes just where the source is a Writer", run: checkWrites},
		{Name: "errors", Promise: "errors have the Kind that the contract names", run: checkErrors},
		{Name: "failure", Promise: "a scan that fails says so, and how", run: checkFailure, alone: true},
		{Name: "cancel", Promise: "a scan whose context ends stops with Kind Canceled", run: checkCancel},
		{Name: "concurrent", Promise: "scans at the same time do not disturb each other", run: checkConcurrent},
		{Name: "release", Promise: "Release frees all memory, at the end or earlier", run: checkRelease, alone: true},
		{Name: "goroutines", Promise: "no goroutine outlives its source", run: checkGoroutines, alone: true},
	}
}
