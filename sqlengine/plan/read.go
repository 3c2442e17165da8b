package plan

import (
	"encoding/json"
	"strings"

	"github.com/trackql/trackql/connector"
)

// Read reads the JSON that [Query] answered for a statement. The error is a
// [RefusedError] where DuckDB could not plan the statement, else Kind Internal for
// JSON that makes no sense: the engine then fetches the tables whole, with
// [Whole].
func Read(planJSON []byte, tables Tables, opts Options) (*Plan, error) {
	roots, err := decode(planJSON)
	if err != nil {
		return nil, err
	}
	r := &reader{
		tables:    tables,
		opts:      opts,
		functions: map[string]bool{},
		shared:    map[index]*relation{},
	}
	for _, root := range roots {
		clear(r.shared)
		r.walk(root, place{})
	}
	if r.err != nil {
		return nil, r.err
	}
	return r.plan(), nil
}

// reader collects what a plan reads.
type reader struct {
	tables    Tables
	opts      Options
	scans     []*scan
	locals    []*scan
	edges     []edge
	barriers  []barrier
	functions map[string]bool
	calls     []Call
	targets   []Target
	changes   []Change
	// shared are the common table expressions met so far, by their index.
	shared map[index]*relation
	// emptied are the tables whose further columns are among those of results
	// that DuckDB knows to be empty.
	emptied []Ref
	err     error
}

// table finds the source's table of a name, where it is in the catalog of the
// sources.
func (r *reader) table(catalog, schema, name string) (*connector.Table, bool) {
	if r.opts.Catalog != "" && !strings.EqualFold(catalog, r.opts.Catalog) {
		return nil, false
	}
	return r.tables(schema, name)
}

// place is where in the plan an operator stands.
type place struct {
	// repeated: in the part of a recursive query that runs again and again.
	repeated bool
	// depth counts the joins above with duplicate elimination, of whose outer
	// side distinct values are read here; outer are those of the nearest one.
	depth int
	outer []column
}

// walk reads an operator and all below it.
func (r *reader) walk(op *operator, at place) *relation {
	if op == nil {
		return &relation{open: true, why: "a part of the plan that is not known"}
	}
	r.change(op)
	switch op.Type {
	case "LOGICAL_GET":
		return r.get(op, at)
	case "LOGICAL_PROJECTION":
		return r.projection(op, at)
	case "LOGICAL_FILTER":
		return r.filtered(op, at)
	case "LOGICAL_LIMIT", "LOGICAL_TOP_N":
		return r.limited(op, at)
	case "LOGICAL_ORDER_BY":
		return r.sorted(op, at)
	case "LOGICAL_COMPARISON_JOIN", "LOGICAL_ASOF_JOIN", "LOGICAL_ANY_JOIN", "LOGICAL_DELIM_JOIN":
		return r.join(op, at)
	case "LOGICAL_AGGREGATE_AND_GROUP_BY":
		return r.aggregate(op, at)
	case "LOGICAL_DISTINCT":
		return r.distinct(op, at)
	case "LOGICAL_WINDOW":
		return r.window(op, at)
	case "LOGICAL_UNNEST":
		return r.unnest(op, at)
	case "LOGICAL_RECURSIVE_CTE", "LOGICAL_MATERIALIZED_CTE", "LOGICAL_CTE_REF":
		return r.common(op, at)
	case "LOGICAL_INSERT", "LOGICAL_UPDATE", "LOGICAL_DELETE", "LOGICAL_MERGE_INTO":
		return r.write(op, at)
	}
	return r.other(op, at)
}

// names of operators in notes, for those that let nothing through.
var between = map[string]string{
	"LOGICAL_UNION":           "a set operation",
	"LOGICAL_EXCEPT":          "a set operation",
	"LOGICAL_INTERSECT":       "a set operation",
	"LOGICAL_CROSS_PRODUCT":   "a join",
	"LOGICAL_POSITIONAL_JOIN": "a join",
	"LOGICAL_SAMPLE":          "a sample",
	"LOGICAL_PIVOT":           "a pivot",
}

// other reads an operator of which nothing more is needed than what lies below
// it and what its columns are.
func (r *reader) other(op *operator, at place) *relation {
	out := &relation{why: "another operator"}
	if why, ok := between[op.Type]; ok {
		out.why = why
	}
	below := &relation{}
	for _, child := range op.Children {
		c := r.walk(child, at)
		below.add(c.columns, c.open)
		out.scans = append(out.scans, c.scans...)
		if op.Type == "LOGICAL_CROSS_PRODUCT" || op.Type == "LOGICAL_UNION" {
			out.streams = append(out.streams, c.streams...)
		}
	}
	switch op.Type {
	case "LOGICAL_CROSS_PRODUCT":
		out.add(below.columns, below.open)
	case "LOGICAL_POSITIONAL_JOIN", "LOGICAL_SAMPLE":
		out.add(fixed(below.columns), below.open)
	default:
		out.columns, out.open = r.leaf(op, at)
	}
	return out
}

// leaf returns the columns of an operator that makes its own, and whether there
// may be more.
func (r *reader) leaf(op *operator, at place) ([]column, bool) {
	switch op.Type {
	case "LOGICAL_DELIM_GET":
		if at.depth == 1 && len(at.outer) == len(op.ChunkTypes) {
			return fixed(at.outer), false
		}
		return make([]column, len(op.ChunkTypes)), false
	case "LOGICAL_CHUNK_GET":
		return constants(op), false
	case "LOGICAL_EXPRESSION_GET":
		return r.values(op), false
	case "LOGICAL_DUMMY_SCAN":
		return make([]column, 1), false
	case "LOGICAL_EMPTY_RESULT":
		r.empty(op.ReturnTypes)
		return make([]column, len(op.ReturnTypes)), false
	case "LOGICAL_UNION", "LOGICAL_EXCEPT", "LOGICAL_INTERSECT":
		return unknowns(op.ColumnCount)
	}
	return nil, true
}

func (r *reader) scope(columns []column) *scope {
	return &scope{columns: columns, params: r.opts.Params}
}

func (r *reader) child(op *operator, at place) *relation {
	if len(op.Children) == 0 {
		return r.walk(nil, at)
	}
	out := r.walk(op.Children[0], at)
	for _, extra := range op.Children[1:] {
		out.scans = append(out.scans, r.walk(extra, at).scans...)
	}
	return out
}

// expressions decodes the expressions of an operator that has a flat list.
func (r *reader) expressions(op *operator) []*expression {
	var list []*expression
	if len(op.Expressions) == 0 {
		return nil
	}
	if err := json.Unmarshal(op.Expressions, &list); err != nil {
		r.err = connector.Errorf(connector.Internal, "plan: %s: expressions: %w", op.Type, err)
	}
	return list
}
