package duck

import (
	"context"
	"fmt"

	duckdb "github.com/duckdb/duckdb-go-bindings"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/trackql/trackql/connector"
)

// Param is a value for a parameter of a statement: by Name, or, where that is
// empty, by its position in the list.
type Param struct {
	Name  string
	Value connector.Value
}

// Stmt is a prepared statement.
type Stmt struct {
	conn *Conn
	stmt mapping.PreparedStatement
}

// Prepare binds one statement. Where DuckDB makes several of it, as of a PIVOT
// whose values it must look up first, all but the last are run here and now.
// The caller closes the statement.
func (c *Conn) Prepare(ctx context.Context, sql string) (*Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	defer c.interruptOn(ctx)()
	var parts mapping.ExtractedStatements
	n := mapping.ExtractStatements(c.conn, sql, &parts)
	defer mapping.DestroyExtracted(&parts)
	if n == 0 {
		return nil, c.failure(ctx, mapping.ExtractStatementsError(parts))
	}
	for i := range n - 1 {
		part, err := c.prepare(ctx, parts, i)
		if err != nil {
			return nil, err
		}
		err = part.finish(ctx)
		part.Close()
		if err != nil {
			return nil, err
		}
	}
	return c.prepare(ctx, parts, n-1)
}

func (c *Conn) prepare(ctx context.Context, parts mapping.ExtractedStatements, i mapping.IdxT) (*Stmt, error) {
	s := &Stmt{conn: c}
	if mapping.PrepareExtractedStatement(c.conn, parts, i, &s.stmt) != mapping.StateSuccess {
		message := mapping.PrepareError(s.stmt)
		s.Close()
		return nil, c.failure(ctx, message)
	}
	return s, nil
}

// finish runs the statement and forgets its rows.
func (s *Stmt) finish(ctx context.Context) error {
	var result mapping.Result
	defer mapping.DestroyResult(&result)
	if mapping.ExecutePrepared(s.stmt, &result) != mapping.StateSuccess {
		return s.conn.failure(ctx, mapping.ResultError(&result))
	}
	return nil
}

// Close frees the statement.
func (s *Stmt) Close() { mapping.DestroyPrepare(&s.stmt) }

// ReadOnly tells whether the statement only reads: a query, or an EXPLAIN of
// one.
func (s *Stmt) ReadOnly() bool {
	switch mapping.PreparedStatementType(s.stmt) {
	case mapping.StatementTypeSelect, mapping.StatementTypeExplain:
		return true
	}
	return false
}

// Params returns the names of the parameters, in order; a parameter without a
// name has its number.
func (s *Stmt) Params() []string {
	names := make([]string, mapping.NParams(s.stmt))
	for i := range names {
		names[i] = mapping.ParameterName(s.stmt, mapping.IdxT(i+1))
	}
	return names
}

// Run begins the statement; its rows stream. The caller closes them, before
// the statement.
func (s *Stmt) Run(ctx context.Context, params []Param) (*RowStream, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if err := s.bind(params); err != nil {
		return nil, err
	}
	stop := s.conn.interruptOn(ctx)
	var pending mapping.PendingResult
	defer mapping.DestroyPending(&pending)
	if duckdb.PendingPreparedStreaming(s.stmt, &pending) != mapping.StateSuccess {
		stop()
		return nil, s.conn.failure(ctx, mapping.PendingError(pending))
	}
	rows := &RowStream{ctx: ctx, conn: s.conn, stop: stop}
	if mapping.ExecutePending(pending, &rows.result) != mapping.StateSuccess {
		err := s.conn.failure(ctx, mapping.ResultError(&rows.result))
		mapping.DestroyResult(&rows.result)
		stop()
		return nil, err
	}
	if err := rows.describe(); err != nil {
		rows.Close()
		return nil, err
	}
	return rows, nil
}

func (s *Stmt) bind(params []Param) error {
	if want := int(mapping.NParams(s.stmt)); want != len(params) {
		return connector.Errorf(connector.Invalid, "the statement has %d parameters, and %d values were given", want, len(params))
	}
	for i, p := range params {
		index := mapping.IdxT(i + 1)
		if p.Name != "" && mapping.BindParameterIndex(s.stmt, &index, p.Name) != mapping.StateSuccess {
			return connector.Errorf(connector.Invalid, "the statement has no parameter $%s", p.Name)
		}
		if bindValue(s.stmt, index, p.Value) != mapping.StateSuccess {
			return connector.Errorf(connector.Invalid, "parameter %d cannot take %s", i+1, p.Value)
		}
	}
	return nil
}

func bindValue(stmt mapping.PreparedStatement, index mapping.IdxT, v connector.Value) mapping.State {
	switch v.Kind() {
	case connector.NullValue:
		return mapping.BindNull(stmt, index)
	case connector.BoolValue:
		return mapping.BindBoolean(stmt, index, v.Bool())
	case connector.IntValue:
		return mapping.BindInt64(stmt, index, v.Int())
	case connector.FloatValue:
		return mapping.BindDouble(stmt, index, v.Float())
	case connector.BytesValue:
		return mapping.BindBlob(stmt, index, []byte(v.Text()))
	case connector.DateValue:
		return mapping.BindDate(stmt, index, mapping.NewDate(int32(v.Int())))
	case connector.TimeValue:
		return mapping.BindTime(stmt, index, mapping.NewTime(v.Int()))
	case connector.TimestampValue:
		return mapping.BindTimestampTZ(stmt, index, mapping.NewTimestamp(v.Int()))
	case connector.LocalValue:
		return mapping.BindTimestamp(stmt, index, mapping.NewTimestamp(v.Int()))
	case connector.TextValue, connector.DecimalValue:
		return mapping.BindVarcharLength(stmt, index, v.Text(), mapping.IdxT(len(v.Text())))
	}
	panic(fmt.Sprintf("duck: value of unknown kind %d", v.Kind()))
}
