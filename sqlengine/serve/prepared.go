package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// prepared is a statement that a client will run with parameters.
type prepared struct {
	text string
	told sqlengine.Prepared
	// params are the values for the next run.
	params  []connector.Value
	client  string // who has prepared it
	expires *time.Timer
}

// CreatePreparedStatement checks a statement and keeps it.
func (d *door) CreatePreparedStatement(ctx context.Context, req flightsql.ActionCreatePreparedStatementRequest) (result flightsql.ActionCreatePreparedStatementResult, err error) {
	if err := noTransaction(req.GetTransactionId()); err != nil {
		return result, fault(err)
	}
	text := req.GetQuery()
	p := &prepared{text: text, client: caller(ctx)}
	if len(sqlengine.Split(text)) == 1 {
		if p.told, err = d.describe(ctx, text); err != nil {
			return result, fault(err)
		}
	}
	handle := rand.Text()
	d.mu.Lock()
	defer d.mu.Unlock()
	if most := d.server.cfg.MostPrepared; len(d.prepared) >= most {
		return result, fault(connector.Errorf(connector.RateLimited, "%d statements are prepared, and no more are kept", most).
			WithHint("Close statements that are not used any more."))
	}
	d.prepared[handle] = p
	p.expires = time.AfterFunc(d.server.cfg.Idle, func() { d.unprepare(handle) })
	update := p.told.Kind == sqlengine.Done && p.told.Schema == nil && len(sqlengine.Split(text)) == 1
	result = flightsql.ActionCreatePreparedStatementResult{
		Handle: []byte(handle), DatasetSchema: p.told.Schema, ParameterSchema: parameters(p.told.Params), IsUpdate: &update,
	}
	return result, nil
}

// parameters describes n parameters, each of any type.
func parameters(n int) *arrow.Schema {
	fields := make([]arrow.Field, n)
	for i := range fields {
		fields[i] = arrow.Field{Type: arrow.Null, Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// ClosePreparedStatement forgets a statement.
func (d *door) ClosePreparedStatement(_ context.Context, req flightsql.ActionClosePreparedStatementRequest) error {
	d.unprepare(string(req.GetPreparedStatementHandle()))
	return nil
}

func (d *door) unprepare(handle string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.prepared[handle]; ok {
		d.discard(handle, p)
	}
}

// discard forgets a statement, for a caller that holds the lock.
func (d *door) discard(handle string, p *prepared) {
	p.expires.Stop()
	delete(d.prepared, handle)
}

// handled returns a prepared statement as it is now.
func (d *door) handled(handle []byte) (prepared, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok := d.prepared[string(handle)]
	if !ok {
		return prepared{}, connector.Errorf(connector.NotFound, "there is no such prepared statement: it was closed, or not used for %s", d.server.cfg.Idle).
			WithHint("Prepare it again.")
	}
	p.expires.Reset(d.server.cfg.Idle)
	return *p, nil
}

// GetSchemaPreparedStatement tells what a statement will answer with.
func (d *door) GetSchemaPreparedStatement(_ context.Context, q flightsql.PreparedStatementQuery, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	p, err := d.handled(q.GetPreparedStatementHandle())
	if err != nil {
		return nil, fault(err)
	}
	return schemaResult(p.told), nil
}

// DoPutPreparedStatementQuery takes the values of a query's parameters: one row.
func (d *door) DoPutPreparedStatementQuery(_ context.Context, q flightsql.PreparedStatementQuery, rows flight.MessageReader, _ flight.MetadataWriter) ([]byte, error) {
	handle := q.GetPreparedStatementHandle()
	if _, err := d.handled(handle); err != nil {
		return nil, fault(err)
	}
	sets, err := valueRows(rows)
	if err != nil {
		return nil, fault(err)
	}
	if len(sets) != 1 {
		return nil, fault(connector.Errorf(connector.Invalid, "a query takes one row of parameters, and %d came", len(sets)).
			WithHint("Run it once for each row."))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.prepared[string(handle)]; ok {
		p.params = sets[0]
	}
	return handle, nil
}

// GetFlightInfoPreparedStatement begins a prepared statement with the values
// that came last.
func (d *door) GetFlightInfoPreparedStatement(ctx context.Context, q flightsql.PreparedStatementQuery, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	p, err := d.handled(q.GetPreparedStatementHandle())
	if err != nil {
		return nil, fault(err)
	}
	return d.offer(ctx, p.text, p.params, of)
}

// DoGetPreparedStatement runs a prepared statement for a client that does not
// ask where its rows are.
func (d *door) DoGetPreparedStatement(ctx context.Context, q flightsql.PreparedStatementQuery) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	p, err := d.handled(q.GetPreparedStatementHandle())
	if err != nil {
		return nil, nil, fault(err)
	}
	a, err := d.begin(ctx, p.text, p.params)
	if err != nil {
		return nil, nil, fault(err)
	}
	return a.schema(), d.stream(ctx, a), nil
}

// DoPutPreparedStatementUpdate runs a statement once for each row of values, and
// tells how many rows were changed in all.
func (d *door) DoPutPreparedStatementUpdate(ctx context.Context, u flightsql.PreparedStatementUpdate, rows flight.MessageReader) (int64, error) {
	p, err := d.handled(u.GetPreparedStatementHandle())
	if err != nil {
		return 0, fault(err)
	}
	sets, err := valueRows(rows)
	if err != nil {
		return 0, fault(err)
	}
	if len(sets) == 0 {
		sets = [][]connector.Value{p.params}
	}
	total := int64(-1)
	for _, params := range sets {
		n, err := d.update(ctx, p.text, params)
		if err != nil {
			return max(total, 0), err
		}
		if n >= 0 {
			total = max(total, 0) + n
		}
	}
	return total, nil
}

// valueRows reads rows of parameters.
func valueRows(from flight.MessageReader) ([][]connector.Value, error) {
	var rows [][]connector.Value
	for from.Next() {
		batch := from.RecordBatch()
		for row := range int(batch.NumRows()) {
			values := make([]connector.Value, batch.NumCols())
			for i := range values {
				v, ok := connector.ValueAt(batch.Column(i), row)
				if !ok {
					return nil, connector.Errorf(connector.Invalid, "parameter %d is a %s, which is no value for a statement", i+1, batch.Column(i).DataType()).
						WithHint("Give a number, a text, a truth value, bytes, a date or a time.")
				}
				values[i] = v
			}
			rows = append(rows, values)
		}
	}
	if err := from.Err(); err != nil && !errors.Is(err, io.EOF) {
		return nil, connector.Errorf(connector.Invalid, "the parameters cannot be read: %w", err)
	}
	return rows, nil
}
