package connector

import (
	"context"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Source is one configured instance of a connector. All methods may be called
// concurrently; none is called after Close.
type Source interface {
	// Tables describes every table of the source, in the order in which to
	// list them. Names are unique without regard to case. The engine calls it
	// once a session and treats the answer as read-only.
	Tables(ctx context.Context) ([]Table, error)

	// Scan streams rows of one table under the superset law. The reader's
	// schema has exactly the columns of the request, in its order, with the
	// types that Tables declared. The caller reads from one goroutine and
	// calls Release when done, at the end or earlier; Release frees everything
	// the scan holds. When ctx ends, a blocked Next returns false soon, and Err
	// tells why. A stream that ends without an error claims to be whole.
	//
	// The reader may implement [Reporter].
	//
	// Errors: NotFound for a table or column that Tables does not list,
	// Invalid for a predicate whose constant has a type that the column cannot
	// be compared with. A predicate that the source grades Unsupported is
	// ignored, not refused.
	Scan(ctx context.Context, req ScanRequest) (array.RecordReader, error)

	// Close frees what the source holds. It is called once, after all readers
	// are released.
	Close() error
}

// ScanRequest asks for rows of one table. The zero value of each field but
// Table and Columns asks for nothing special.
type ScanRequest struct {
	// Table is the table's name, in the spelling of Tables.
	Table string
	// Columns are the columns wanted, in this order, each once. None asks for
	// rows without columns: only their number counts.
	Columns []string
	// Where are predicates that the wanted rows satisfy, all of them.
	Where []Predicate
	// Order is how the first rows are chosen when there is a Limit, and the
	// order in which rows arrive. It holds columns declared Sortable only.
	Order []Order
	// Limit is how many rows suffice: a source may stop after this many that
	// satisfy Where. 0 is all of them. It is set only where every predicate is
	// graded Exact.
	Limit int64
	// BatchRows is a hint: at most how many rows a batch should have, because
	// the reader may stop early. 0 leaves it to the source.
	BatchRows int
	// Part is what Splitter.Split put here; empty for the whole table.
	Part string
	// Statement names the statement that the scan is part of; empty where there
	// is none. What a system answered to one scan of a statement may serve its
	// others: to the statement they are one moment.
	Statement string
	// MaxRequests is how many requests, but for further tries, the source may
	// make in all for the Statement, which then is not empty: where that is not
	// enough, the scan fails with [Exhausted] before it sends more. 0 is any
	// number, and a negative one none. A source that is no [Spender] leaves it.
	MaxRequests int64
}

// Order is one key of a sort order.
type Order struct {
	Column     string
	Descending bool
}

// Reporter is implemented by the reader of a scan that knows how far it is and
// what it met. Report may be called at any time, also concurrently with Next
// and after the end; it does not block.
type Reporter interface {
	Report() Report
}

// Counter is implemented by a source that can count rows without reading them.
type Counter interface {
	// Count returns how many rows satisfy all predicates, exactly. It is
	// called only where every predicate is graded Exact. Kind Unimplemented says
	// that this one cannot be counted without reading.
	Count(ctx context.Context, req CountRequest) (int64, error)
}

// CountRequest asks for a number of rows.
type CountRequest struct {
	Table string
	Where []Predicate
	// Statement and MaxRequests are as in [ScanRequest].
	Statement   string
	MaxRequests int64
}

// Aggregator is implemented by a source that can group at its end.
type Aggregator interface {
	// Aggregate streams one row a group: the GroupBy columns, then one int64
	// column of rows in the group named "count". Groups without rows may be
	// left out. Kind Unimplemented says that reading is the better way.
	Aggregate(ctx context.Context, req AggregateRequest) (array.RecordReader, error)
}

// AggregateRequest asks for the number of rows of each group. It is made only
// where every predicate is graded Exact.
type AggregateRequest struct {
	Table   string
	Where   []Predicate
	GroupBy []string
	// Statement and MaxRequests are as in [ScanRequest].
	Statement   string
	MaxRequests int64
}

// Estimator is implemented by a source that can tell what a scan would cost,
// without making it. It may ask the system for a count, once for a statement.
type Estimator interface {
	Estimate(ctx context.Context, req ScanRequest) (Estimate, error)
}

// Estimate tells what a scan would cost. A negative number is unknown.
type Estimate struct {
	Rows  int64
	Bytes int64
	// Requests are those for rows and counts, and Metadata those for what the
	// source must know beside them: which ids a name stands for.
	Requests int64
	Metadata int64
	// AtLeast says that there may be more requests, because nothing tells how
	// many rows there are until they come.
	AtLeast bool
	// Category is the quota that the requests are taken from.
	Category string
	// Takes is how long the requests last under what is left of the quota; 0 is
	// unknown.
	Takes time.Duration
	// Notes tell a person how the source goes about the scan, each in a line of
	// its own: "StatusName = 'Open' is StatusId IN (1)", "cache: hit".
	Notes []string
}

// GroupEstimator is implemented by a source that can tell what it would take to
// count rows, in groups or all of them, without doing it.
type GroupEstimator interface {
	// EstimateGroups tells what [Aggregator] would take for the request, and of
	// one without GroupBy what [Counter] would. Rows are the groups, at most. It
	// may ask the system for a count, once for a statement. Kind Unimplemented
	// says that they would refuse: reading is the better way. They may still
	// refuse what was estimated, where that shows only in counting.
	EstimateGroups(ctx context.Context, req AggregateRequest) (Estimate, error)
}

// Spender is implemented by a source that knows what its statements cost, and
// keeps to what they are allowed.
type Spender interface {
	// Spent tells what the scans, counts, groups and estimates of a statement
	// took until now. It makes no request, and forgets only statements that ended
	// long ago: of those, as of one that it never heard of, nothing was spent.
	Spent(ctx context.Context, statement string) (Spending, error)
}

// Quotas is implemented by a source that limits requests.
type Quotas interface {
	Quotas(ctx context.Context) ([]Quota, error)
}

// Splitter is implemented by a source that can cut a scan into pieces that may
// run side by side, here or elsewhere.
type Splitter interface {
	// Split returns requests that together give what req gives, each row once:
	// copies of req with Part set. It may return req alone, and returns about
	// n at most.
	Split(ctx context.Context, req ScanRequest, n int) ([]ScanRequest, error)
}

// Watcher is implemented by a source that can tell what changed.
type Watcher interface {
	// Mark returns a token for now, without reading rows: Changes since it gives
	// what changed after the call; what changed while Mark ran may come, too. It
	// takes a request or two, beside metadata that the source must know. Kind
	// Unimplemented says that rows of the table do not tell when they changed.
	Mark(ctx context.Context, req MarkRequest) (token string, err error)
	// Changes streams the rows of a table that were changed since a token of an
	// earlier call, or of Mark ("" for all of them), and the keys of rows that
	// are gone.
	Changes(ctx context.Context, req ChangesRequest) (Changes, error)
}

// MarkRequest asks for a token for now.
type MarkRequest struct {
	Table string
	// Statement and MaxRequests are as in [ScanRequest].
	Statement   string
	MaxRequests int64
}

// ChangesRequest asks for the rows changed since a moment.
type ChangesRequest struct {
	Table   string
	Columns []string
	// Since is the Token of an earlier answer, or what Mark returned, or empty.
	Since string
	// Statement and MaxRequests are as in [ScanRequest].
	Statement   string
	MaxRequests int64
}

// Changes are the rows changed since a moment. The caller releases both
// readers.
type Changes struct {
	// Rows are the rows as they are now.
	Rows array.RecordReader
	// Gone are the primary keys of the rows deleted since; nil where the source
	// cannot tell.
	Gone array.RecordReader
	// Token is what to pass as Since the next time, valid once Rows and Gone
	// have ended without an error.
	Token string
}

// Procedures is implemented by a source that offers actions beside tables.
type Procedures interface {
	Procedures(ctx context.Context) ([]Procedure, error)
	// Call runs one procedure and streams its result, of the declared columns.
	// The caller releases the reader.
	Call(ctx context.Context, req CallRequest) (array.RecordReader, error)
}

// Procedure describes an action of a source.
type Procedure struct {
	Name string
	Doc  string
	// Arguments are what it takes; those that are not Nullable are required.
	Arguments []Column
	// Result are the columns of what it returns.
	Result []Column
	// Writes says that a call may change the system.
	Writes bool
}

// CallRequest calls a procedure.
type CallRequest struct {
	Procedure string
	Arguments []Argument
}

// Argument is a named argument of a call.
type Argument struct {
	Name  string
	Value Value
}

// Widener is implemented by a source that has tables with further columns,
// which it lists only when asked, because to know them takes requests.
type Widener interface {
	// Widen describes a table that is marked Wider with all columns that its
	// rows can have where they satisfy all predicates: those that Tables lists,
	// in the same order, and behind them the further ones. A scan takes every
	// column that an earlier Widen of the source told. A further column that was
	// told once keeps its name and type. Kind NotFound tells of a table that is
	// not there, or not Wider.
	Widen(ctx context.Context, table string, where []Predicate) (Table, error)
}

// Wrapper is implemented by decorators: a Source that wraps another.
type Wrapper interface {
	Unwrap() Source
}

// Facets is implemented by a Source that learns only when it is open what else
// it can do, such as one in another process.
type Facets interface {
	// Facet sets target, a pointer to an optional interface, to what implements
	// it, or answers false where the source does not offer it.
	Facet(target any) bool
}

// As finds a T in src, or in what src wraps. Use it to ask for an optional
// interface; never assert on a Source directly, or a decorator hides what the
// source can do.
func As[T any](src Source) (T, bool) {
	for src != nil {
		if t, ok := src.(T); ok {
			return t, true
		}
		var t T
		if f, ok := src.(Facets); ok && f.Facet(&t) {
			return t, true
		}
		w, ok := src.(Wrapper)
		if !ok {
			break
		}
		src = w.Unwrap()
	}
	var zero T
	return zero, false
}
