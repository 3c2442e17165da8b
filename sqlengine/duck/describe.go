package duck

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/duckdb/duckdb-go/v2/arrowmapping"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// HasRows tells whether the statement will answer with rows.
func (s *Stmt) HasRows() bool {
	switch mapping.PreparedStatementType(s.stmt) {
	case mapping.StatementTypeSelect, mapping.StatementTypeExplain, mapping.StatementTypePragma, mapping.StatementTypeCall:
		return true
	case mapping.StatementTypeInsert, mapping.StatementTypeUpdate, mapping.StatementTypeDelete:
		return !s.counts()
	}
	return false
}

// counts tells whether a change answers with how many rows it changed, and not
// with the rows of its RETURNING.
func (s *Stmt) counts() bool {
	return mapping.PreparedStatementColumnCount(s.stmt) == 1 &&
		mapping.PreparedStatementColumnName(s.stmt, 0) == "Count" &&
		mapping.PreparedStatementColumnType(s.stmt, 0) == mapping.TypeBigInt
}

// Schema returns the columns of the rows that the statement will answer with;
// nil where DuckDB knows them only once parameters have values.
func (s *Stmt) Schema() (*arrow.Schema, error) {
	n := mapping.PreparedStatementColumnCount(s.stmt)
	types := make([]mapping.LogicalType, 0, n)
	names := make([]string, n)
	defer func() {
		for i := range types {
			mapping.DestroyLogicalType(&types[i])
		}
	}()
	for i := range n {
		if mapping.PreparedStatementColumnType(s.stmt, i) == mapping.TypeInvalid {
			return nil, nil
		}
		types = append(types, mapping.PreparedStatementColumnLogicalType(s.stmt, i))
		names[i] = mapping.PreparedStatementColumnName(s.stmt, i)
	}
	var options arrowmapping.ArrowOptions
	arrowmapping.ConnectionGetArrowOptions(s.conn.conn, &options)
	defer arrowmapping.DestroyArrowOptions(&options)
	schema, data := arrowmapping.NewArrowSchema(options, types, names)
	if err := takeError(data); err != nil {
		return nil, err
	}
	return schema, nil
}
