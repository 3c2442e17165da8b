package plan

import (
	"github.com/trackql/trackql/connector"
)

// Query asks DuckDB for the plan of the statement whose text is its one
// parameter, as one text in JSON for [Read]. It must be asked with only the
// optimizers of one of [Optimizers] on.
const Query = `SELECT json_serialize_plan(?::VARCHAR, skip_default := true, optimize := true)::VARCHAR`

// Optimizers returns the optimizers of DuckDB that planning leaves on, to be
// tried in this order; all others, of those that duckdb_optimizers() lists, are
// disabled. The first set gives a plan for nearly every statement. The second
// one is for those that the first answers with a [RefusedError] of type "internal":
// it makes DuckDB compute the types of a plan once more, and may swap the sides
// of joins.
//
// The shadows are empty, so whatever looks at the number of rows would plan the
// tables away, and some other optimizers make plans that cannot be written as
// JSON.
func Optimizers() [][]string {
	first := []string{
		"expression_rewriter", "filter_pullup", "filter_pushdown", "cte_filter_pusher",
		"in_clause", "deliminator", "unused_columns", "top_n", "limit_pushdown",
		"cte_inlining", "empty_result_pullup", "regex_range",
	}
	second := append([]string{"build_side_probe_side"}, first...)
	return [][]string{first, second}
}

// Tables finds the table that a scan of the planning catalog stands for. The
// schema is the source's name. It answers false for what is no table of a
// source: the plan then says nothing about it.
type Tables func(schema, table string) (*connector.Table, bool)

// Options are what else goes into a plan. The zero value asks for nothing
// special.
type Options struct {
	// NoPushdown asks for every table whole: no predicates, limits, counts or
	// links.
	NoPushdown bool
	// Catalog is the one in which the sources' tables are: one of the same name
	// in another catalog is no source's. Empty is any.
	Catalog string
	// CallFunction is the name of the table function that calls a procedure: of an
	// id and a list of texts. Empty is none.
	CallFunction string
	// Params are the values bound to the statement's parameters, by DuckDB's
	// identifier: "1" for the first ? and for $1, "name" for $name. The kind
	// must be that of the type it is bound with: an integer as IntValue, a
	// TIMESTAMPTZ as TimestampValue. A parameter without a value is unknown.
	Params map[string]connector.Value
}

// Plan is what to ask the sources for, so that a statement can be run.
type Plan struct {
	// Fetches are the requests, one for each table that the statement reads, in
	// the order in which the plan first mentions the tables. A table that
	// DuckDB planned away, because no row of it can matter, is not among them.
	Fetches []Fetch
	// Links are the dynamic filters that would be sound. Each stands for
	// itself: the engine may use any of them or none, as long as no fetch waits
	// for itself.
	Links []Link
	// Locals are the tables of no source whose rows could narrow a fetch, and
	// LocalLinks how: the dynamic filters by what is here already. Each stands for
	// itself.
	Locals     []Local
	LocalLinks []LocalLink
	// Barred are joins that make no dynamic filter, with the reason.
	Barred []Barred
	// Unasked are the columns marked Asked that the statement compares, but not
	// with one constant by = that goes down: it must not run.
	Unasked []Unasked
	// Further are the tables whose further columns must be known before the
	// statement can run; the plan is for none but to ask for them then.
	Further []Further
	// Functions are the names of the table functions that the plan calls, each
	// once, sorted: what the engine has to refuse is among them.
	Functions []string
	// Calls are the calls of procedures, in the order of the plan.
	Calls []Call
	// Targets are the tables of sources that the statement writes; nearly always
	// none or one.
	Targets []Target
	// Changes are what the statement does beside reading and writing rows; nearly
	// always nothing, or one thing.
	Changes []Change
	// Notes say what holds for the statement as a whole, such as why nothing is
	// pushed down.
	Notes []string
}

// Call is a call of a procedure, made when the statement runs.
type Call struct {
	// ID is what the call function knows the procedure by.
	ID string
	// Arguments are texts and NULLs.
	Arguments []connector.Value
}

// Fetch asks for the rows of one table.
type Fetch struct {
	// Source is the source's name, as the plan spells its schema.
	Source string
	// Request is what to ask for. Its Columns are those that the statement
	// needs, in the table's order, so also those of every filter. Where holds
	// predicates graded Inexact or Exact only. Limit and Order are set only
	// where the contract allows it.
	Request connector.ScanRequest
	// Reads is how often the plan reads the table. Where it is more than one,
	// the rows must be fetched once and kept: the predicates are those that all
	// reads have in common. A read in the part of a recursive query that is run
	// again and again counts twice.
	Reads int
	// CountOnly says that the statement needs nothing of the table but the
	// number of rows that satisfy Where: a count(*) over predicates that are
	// all Exact. DuckDB, when it runs the statement, still asks for the columns
	// of Request, to filter by them.
	CountOnly bool
	// Groups says that the statement needs nothing of the table but how many of
	// the rows that satisfy Where there are of each combination of these columns'
	// values; the predicates are all Exact then. None where it needs more, or
	// where CountOnly is set. As with CountOnly, DuckDB still asks for the columns
	// of Request; of those that are neither here nor in Where it looks only at
	// whether they are NULL, and they never are.
	Groups []string
	// EarlyStop says that the statement may have enough before all rows were
	// read: a limit without a sort or an aggregate lies above. Then nothing is
	// read ahead, and Request.BatchRows is set.
	EarlyStop bool
	// Selective says that the predicates sent, or a limit, can be expected to
	// leave few of the table's rows: what to look for at the From side of a
	// Link.
	Selective bool
	// Holds are conditions that the rows satisfy of which the statement needs
	// something, whether they are sent or not; their columns are among those of
	// the request.
	Holds []connector.Predicate
	// Sent are the conditions that go to the source, and Kept those that only
	// DuckDB applies.
	Sent []Sent
	Kept []Kept
	// Apart says that it is one of several scans of its table, whose rows are kept
	// together.
	Apart bool
	// By says of a scan that takes keys of another one of the table which these are;
	// nearly always it is empty.
	By string
	// Parts are the scans, of several reads, that could take the place of this one
	// fetch of all of them: each of few rows, together with all that is needed, and
	// perhaps with some rows twice. None where this fetch is the better one.
	Parts []Part
}

// RowsOnly tells whether no column of the table is needed, only its rows.
func (f *Fetch) RowsOnly() bool { return len(f.Request.Columns) == 0 }

// Sent is a predicate of a request.
type Sent struct {
	Predicate connector.Predicate
	Grade     connector.Grade
}

// Kept is a condition, limit or order that does not go down to the source.
type Kept struct {
	// What is the thing, as a person would recognise it.
	What string
	// Why says why it stays, in words that continue a sentence: "the source
	// does not filter Summary by prefix".
	Why string
}

// Link is a dynamic filter: rows of the To table matter only where ToColumn
// equals some value that one of FromColumns has in the rows of the From fetch.
// NULL is no such value. The From rows must be fetched once and kept, and be
// the very rows that the statement then reads.
type Link struct {
	// From and To are positions in Plan.Fetches, never the same.
	From, To int
	// FromColumns are columns of the From table, at least one, and among those
	// of its request.
	FromColumns []string
	// Casts are the types in SQL to which values of FromColumns are converted, one
	// after the other, to be keys; what cannot be converted is none. Nearly always
	// there is nothing to convert.
	Casts []string
	// ToColumn is a column of the To table whose source takes In.
	ToColumn string
	// Grade is how it takes it.
	Grade connector.Grade
}

// Unasked is a column that is compared in a way in which it has no value.
type Unasked struct {
	Source, Table, Column string
}

// Action is what a statement does to a table.
type Action uint8

// The actions.
const (
	Insert Action = iota
	Update
	Delete
	Merge
)

func (a Action) String() string {
	return [...]string{"insert", "update", "delete", "merge"}[a]
}

// Target is a table that the statement writes.
type Target struct {
	Source, Table string
	Action        Action
	// Columns are those that the statement names: to insert into, or to update.
	// For an insert that names none they are all; for a delete there are none.
	// A merge may update some and insert others: they are here together.
	Columns []string
	// Returning says that the statement has a RETURNING clause.
	Returning bool
}

// Ref names a table of a source.
type Ref struct {
	Source, Table string
}

// Whole returns a plan that fetches the given tables whole, each once and kept:
// for a statement that has no plan. The reason continues a sentence:
// "everything is fetched whole: " + reason. A table that is not found is left
// out.
func Whole(refs []Ref, tables Tables, reason string) *Plan {
	p := &Plan{Notes: []string{"everything is fetched whole: " + reason}}
	for _, ref := range refs {
		table, ok := tables(ref.Source, ref.Table)
		if !ok {
			continue
		}
		p.Fetches = append(p.Fetches, Fetch{
			Source:  ref.Source,
			Request: connector.ScanRequest{Table: table.Name, Columns: table.ColumnNames()},
			Reads:   unknownReads,
		})
	}
	return p
}

// unknownReads stands for a number of reads that cannot be known: the rows must
// be kept.
const unknownReads = 2
