package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/trackql/trackql/connector"
)

// rowID is the column index that stands for the row itself.
const rowID = index(math.MaxUint64)

// RefusedError is the error of [Read] for the JSON that DuckDB gives where a
// statement cannot be planned.
type RefusedError struct {
	// Type is DuckDB's kind of the error: "catalog", "parser", "binder",
	// "internal", "not implemented" …
	Type string `json:"error_type"`
	// Subtype refines it: "MISSING_ENTRY" where a table is not there.
	Subtype string `json:"error_subtype"`
	// Message is the error in DuckDB's words.
	Message string `json:"error_message"`
	// Name is what the error is about, such as the missing table's name, where
	// DuckDB tells, and Entry what kind of thing it would be: "Table".
	Name  string `json:"name"`
	Entry string `json:"type"`
	// Candidates are names that were perhaps meant, joined by commas.
	Candidates string `json:"candidates"`
	// Position is the offset in bytes in the statement's text, in decimal; empty
	// where unknown.
	Position string `json:"position"`
}

func (r *RefusedError) Error() string { return r.Message }

// document is the answer of [Query].
type document struct {
	Failed bool `json:"error"`
	RefusedError
	Plans []*operator `json:"plans"`
}

// operator is a node of a logical plan: the union of the fields of all kinds
// of nodes that matter here.
type operator struct {
	Type     string      `json:"type"`
	Children []*operator `json:"children"`

	// LOGICAL_GET
	Name          string          `json:"name"`
	Names         []string        `json:"names"`
	ReturnedTypes []*logicalType  `json:"returned_types"`
	FunctionData  json.RawMessage `json:"function_data"`
	TableFilters  tableFilters    `json:"table_filters"`
	ColumnIndexes []columnIndex   `json:"column_indexes"`
	ProjectionIDs []index         `json:"projection_ids"`
	InputColumns  []index         `json:"projected_input"`
	Parameters    []*constant     `json:"parameters"`
	ExtraInfo     struct {
		Sample json.RawMessage `json:"sample_options"`
	} `json:"extra_info"`

	// Expressions is a list, or lists of lists in LOGICAL_EXPRESSION_GET.
	Expressions   json.RawMessage `json:"expressions"`
	ProjectionMap []index         `json:"projection_map"`
	Projections   []index         `json:"projections"`

	// joins
	JoinType   string        `json:"join_type"`
	LeftMap    []index       `json:"left_projection_map"`
	RightMap   []index       `json:"right_projection_map"`
	Conditions []joinOn      `json:"conditions"`
	Condition  *expression   `json:"condition"`
	Duplicates []*expression `json:"duplicate_eliminated_columns"`
	Flipped    bool          `json:"delim_flipped"`

	// limits, orders, distinct
	LimitValue  *limitNode    `json:"limit_val"`
	OffsetValue *limitNode    `json:"offset_val"`
	Limit       index         `json:"limit"`
	Offset      index         `json:"offset"`
	Orders      []orderNode   `json:"orders"`
	Distinct    string        `json:"distinct_type"`
	Targets     []*expression `json:"distinct_targets"`

	// aggregates
	Groups            []*expression     `json:"groups"`
	GroupingSets      [][]index         `json:"grouping_sets"`
	GroupingFunctions []json.RawMessage `json:"grouping_functions"`

	// constants, common table expressions, set operations
	TableIndex  index          `json:"table_index"`
	CTEIndex    index          `json:"cte_index"`
	ColumnCount index          `json:"column_count"`
	Collection  *collection    `json:"collection"`
	ChunkTypes  []*logicalType `json:"chunk_types"`
	ExprTypes   []*logicalType `json:"expr_types"`
	ReturnTypes []*logicalType `json:"return_types"`

	// Info tells what a statement makes, changes or drops in the catalog.
	Info json.RawMessage `json:"info"`

	// writes
	TableInfo   *tableInfo     `json:"table_info"`
	Columns     []index        `json:"columns"`
	ColumnMap   columnMap      `json:"column_index_map"`
	Actions     []mergeActions `json:"actions"`
	ReturnChunk bool           `json:"return_chunk"`
}

// columnMap gives for each column of a table its position among the columns
// that an INSERT names, or rowID; it is empty where an INSERT names none.
type columnMap struct {
	Positions []index `json:"internal_vector"`
}

// mergeActions are what a MERGE does in one of its cases.
type mergeActions struct {
	Actions []struct {
		Type      string    `json:"action_type"`
		Columns   []index   `json:"columns"`
		ColumnMap columnMap `json:"column_index_map"`
	} `json:"value"`
}

type columnIndex struct {
	Index index `json:"index"`
	// Kind is FULL_READ or absent, or PUSHDOWN_EXTRACT for a scan that gives a
	// field of a nested column in place of the column.
	Kind string `json:"index_type"`
}

type joinOn struct {
	Left       *expression `json:"left"`
	Right      *expression `json:"right"`
	Comparison string      `json:"comparison"`
}

type limitNode struct {
	Type       string      `json:"type"`
	Constant   index       `json:"constant_integer"`
	Expression *expression `json:"expression"`
}

type orderNode struct {
	Type       string      `json:"type"`
	Expression *expression `json:"expression"`
}

// collection are rows of constants, column by column.
type collection struct {
	Values [][]*constant `json:"values"`
}

type tableInfo struct {
	Catalog string `json:"catalog"`
	Schema  string `json:"schema"`
	Table   string `json:"table"`
	Columns struct {
		Columns []struct {
			Name string `json:"name"`
		} `json:"columns"`
	} `json:"columns"`
}

// scanData is the function data of a scan of a table.
type scanData struct {
	Catalog string `json:"catalog"`
	Schema  string `json:"schema"`
	Table   string `json:"table"`
}

type tableFilters struct {
	Filters []struct {
		Column index   `json:"key"`
		Filter *filter `json:"value"`
	} `json:"filters"`
}

// filter is a condition on one column that DuckDB pushed into a scan.
type filter struct {
	Type       string      `json:"filter_type"`
	Comparison string      `json:"comparison_type"`
	Constant   *constant   `json:"constant"`
	Values     []*constant `json:"values"`
	Children   []*filter   `json:"child_filters"`
	Child      *filter     `json:"child_filter"`
	ChildName  string      `json:"child_name"`
	Expression *expression `json:"expr"`
}

// expression is a node of an expression: the union of the fields of all kinds.
type expression struct {
	Class      string        `json:"expression_class"`
	Type       string        `json:"type"`
	Alias      string        `json:"alias"`
	ReturnType *logicalType  `json:"return_type"`
	Index      index         `json:"index"`
	Name       string        `json:"name"`
	Left       *expression   `json:"left"`
	Right      *expression   `json:"right"`
	Child      *expression   `json:"child"`
	Children   []*expression `json:"children"`
	Value      *constant     `json:"value"`
	Identifier string        `json:"identifier"`
	Location   *index        `json:"query_location"`
	TryCast    bool          `json:"try_cast"`

	// BOUND_BETWEEN
	Input          *expression `json:"input"`
	Lower          *expression `json:"lower"`
	Upper          *expression `json:"upper"`
	LowerInclusive bool        `json:"lower_inclusive"`
	UpperInclusive bool        `json:"upper_inclusive"`

	// BOUND_AGGREGATE and BOUND_WINDOW
	AggregateType string        `json:"aggregate_type"`
	Filter        *expression   `json:"filter"`
	Partitions    []*expression `json:"partitions"`
	Orders        []orderNode   `json:"orders"`

	// BOUND_CASE
	Checks []struct {
		When *expression `json:"when_expr"`
		Then *expression `json:"then_expr"`
	} `json:"case_checks"`
	Else *expression `json:"else_expr"`
}

type logicalType struct {
	ID   string `json:"id"`
	Info *struct {
		Width index        `json:"width"`
		Scale index        `json:"scale"`
		Child *logicalType `json:"child_type"`
		// Fields are those of a STRUCT, and Values those of an ENUM.
		Fields []struct {
			Type *logicalType `json:"second"`
		} `json:"child_types"`
		Values json.RawMessage `json:"values"`
	} `json:"type_info"`
}

// constant is a value as DuckDB writes it: its form depends on the type.
type constant struct {
	Type  logicalType     `json:"type"`
	Null  bool            `json:"is_null"`
	Value json.RawMessage `json:"value"`
}

// index is a position or a count. Numbers that are none become rowID, which no
// list is long enough for.
type index uint64

func (i *index) UnmarshalJSON(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 64)
	*i = index(n)
	if err != nil {
		*i = rowID
	}
	return nil
}

// decode reads the answer of [Query].
func decode(text []byte) ([]*operator, error) {
	var doc document
	if err := json.Unmarshal(quoteNumbers(text), &doc); err != nil {
		return nil, connector.Errorf(connector.Internal, "plan: %w", err)
	}
	if doc.Failed {
		return nil, &doc.RefusedError
	}
	if len(doc.Plans) == 0 {
		return nil, connector.Errorf(connector.Internal, "plan: no plan in %s", shorten(text))
	}
	return doc.Plans, nil
}

func shorten(text []byte) string {
	const most = 100
	if len(text) > most {
		text = text[:most]
	}
	return fmt.Sprintf("%q", text)
}

// quoteNumbers puts quotes around NaN, Infinity and -Infinity, which DuckDB
// writes bare and JSON does not have.
func quoteNumbers(text []byte) []byte {
	if !bytes.Contains(text, []byte("NaN")) && !bytes.Contains(text, []byte("Infinity")) {
		return text
	}
	out := make([]byte, 0, len(text)+16)
	inside := false
	for i := 0; i < len(text); i++ {
		if inside {
			if text[i] == '\\' && i+1 < len(text) {
				out = append(out, text[i])
				i++
			} else if text[i] == '"' {
				inside = false
			}
			out = append(out, text[i])
			continue
		}
		inside = text[i] == '"'
		if word := bareNumber(text[i:]); word != "" {
			out = strconv.AppendQuote(out, word)
			i += len(word) - 1
			continue
		}
		out = append(out, text[i])
	}
	return out
}

func bareNumber(text []byte) string {
	for _, word := range []string{"NaN", "Infinity", "-Infinity"} {
		if bytes.HasPrefix(text, []byte(word)) {
			return word
		}
	}
	return ""
}
