package plan

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// scan is one read of a table.
type scan struct {
	source string
	table  *connector.Table
	// local is the table of no source that is read; nil where it is a source's.
	local *Local
	// types are DuckDB's types of the table's columns, by position in the table.
	types map[int]string
	// needed are the positions of the columns that the plan reads.
	needed map[int]bool
	// further says that the plan reads columns that the table does not list.
	further bool
	// repeated says that the read lies in the part of a recursive query that is
	// run again and again.
	repeated bool
	// conditions hold for every row of this read that the statement needs.
	conditions []condition
	// compared are the positions of columns marked Asked that a condition is
	// about.
	compared map[int]bool
	// limit is the limit above, when nothing but conditions lies between.
	limit *limit
	// groups says that the statement needs nothing but numbers of rows; nil where
	// it needs more.
	groups *grouping
	// early says that the statement may have enough before the end.
	early bool
}

// condition is a part of a WHERE, as far as it concerns one scan.
type condition struct {
	formula *formula
	// text shows it to people; for a single test it is the test's own.
	text string
	// mentions are the scans that it refers to.
	mentions []*scan
	// optional says that DuckDB states it for speed only: other conditions
	// imply it.
	optional bool
	// later says that it stands above more than this scan, where a limit or a
	// count of the scan cannot be.
	later bool
}

// limit is a number of rows that suffices.
type limit struct {
	rows  int64
	order []connector.Order
	text  string
	// why is set where the limit cannot go down, whatever the source can do.
	why string
	// ends says that the statement has enough after some number of rows, even
	// where it is not known here.
	ends bool
}

// column is an output column of an operator.
type column struct {
	// scan and pos tell whose value it is; scan is nil for a computed one.
	scan *scan
	pos  int
	// rowOf is the scan whose row id it is; scan is nil then.
	rowOf *scan
	// movable says that leaving out rows of the scan that fail a condition on
	// this column leaves out rows of the operator that fail it, and no others.
	movable bool
	// padded says that an outer join may have put NULL in its place.
	padded bool
	// known says that all its values are constants of the plan: values.
	known  bool
	values []*constant
	// computed says that it is computed from the columns of from, and from
	// nothing else.
	computed bool
	from     []column
	// truth and falsity are when a boolean column is true and when it is false,
	// where that is a formula.
	truth, falsity *formula
}

// same tells whether two columns are the same one of the same read.
func (c column) same(d column) bool { return c.scan == d.scan && c.pos == d.pos }

// sameTable tells whether two columns are the same one of the same table, in
// whichever read of it.
func (c column) sameTable(d column) bool {
	return c.scan != nil && d.scan != nil && c.pos == d.pos &&
		c.scan.source == d.scan.source && c.scan.table.Name == d.scan.table.Name
}

// definition returns what the table says about the column.
func (c column) definition() *connector.Column { return &c.scan.table.Columns[c.pos] }

// fixed returns the column as it is above an operator that does not let
// conditions through.
func (c column) fixed() column {
	c.movable = false
	c.truth, c.falsity = nil, nil
	return c
}

// relation is what is known of an operator's output.
type relation struct {
	// columns are the output columns, in the order in which expressions above
	// count them; open says that there may be more behind them.
	columns []column
	open    bool
	// pure is the scan whose rows these are, each once, left out by nothing but
	// its conditions; nil where that is not so, and then why says what lies
	// between, as in "a join".
	pure *scan
	why  string
	// order is how the rows are sorted, where a sort lies below and pure is set.
	order []sortKey
	// scans are all scans below, and streams those of them whose rows come
	// through one by one, as they are read.
	scans, streams []*scan
}

// sortKey is a key of a sort; ok says that it is a column of the scan.
type sortKey struct {
	on         column
	ok         bool
	descending bool
	text       string
}

// at returns an output column; one of which nothing is known where there is no
// such column.
func (r *relation) at(i index) column {
	if i >= index(len(r.columns)) {
		return column{}
	}
	return r.columns[i]
}

// blocked returns the relation as it is above an operator through which nothing
// goes down.
func (r *relation) blocked(why string) *relation {
	return &relation{columns: fixed(r.columns), open: r.open, why: why, scans: r.scans}
}

// add appends columns, where their positions are known.
func (r *relation) add(columns []column, open bool) {
	if r.open {
		return
	}
	r.columns = append(slices.Clip(r.columns), columns...)
	r.open = open
}

// chosen returns the relation with the columns at the given positions, or with
// all where there is no position.
func (r *relation) chosen(positions []index) *relation {
	out := *r
	if len(positions) == 0 {
		return &out
	}
	out.open = false
	out.columns = make([]column, len(positions))
	for i, p := range positions {
		out.columns[i] = r.at(p)
	}
	return &out
}

func fixed(columns []column) []column {
	out := make([]column, len(columns))
	for i, c := range columns {
		out[i] = c.fixed()
	}
	return out
}

func padded(columns []column) []column {
	out := make([]column, len(columns))
	for i, c := range columns {
		c.padded = true
		c.known, c.truth, c.falsity = false, nil, nil
		out[i] = c
	}
	return out
}
