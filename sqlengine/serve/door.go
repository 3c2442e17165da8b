package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// door is what Flight SQL calls: statements here, prepared ones in prepared.go,
// what there is in catalog.go.
type door struct {
	flightsql.BaseServer
	server  *Server
	clients *clients

	mu       sync.Mutex
	waiting  map[string]*waiting // answers that nobody reads yet, by ticket
	prepared map[string]*prepared
	closed   bool
	streams  sync.WaitGroup
}

// waiting is an answer that waits for its reader.
type waiting struct {
	answer  *answer
	expires *time.Timer
}

func newDoor(s *Server) (*door, error) {
	d := &door{server: s, waiting: map[string]*waiting{}, prepared: map[string]*prepared{}}
	d.clients = &clients{
		seats: &seats{engine: s.cfg.Engine, spare: 2 * runtime.NumCPU(), most: s.cfg.MostSessions},
		idle:  s.cfg.Idle, known: map[string]*client{}, spare: &spare{most: s.cfg.MostKept},
	}
	return d, d.tellInfo()
}

// keyError is the key of errors in log records.
const keyError = "error"

// warm makes a session before anybody asks, so that the first answer comes soon.
func (d *door) warm() {
	if err := d.clients.seats.warm(d.server.ended); err != nil && d.server.ended.Err() == nil {
		d.server.cfg.Log.Warn("a session could not be made ready", keyError, err)
	}
}

// wait keeps an answer for its reader, and returns its ticket.
func (d *door) wait(a *answer) (string, error) {
	ticket := rand.Text()
	if err := d.admit(ticket, a); err != nil {
		return "", errors.Join(err, a.close())
	}
	return ticket, nil
}

func (d *door) admit(ticket string, a *answer) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return errClosed
	}
	if most := d.server.cfg.MostUnread; len(d.waiting) >= most {
		return connector.Errorf(connector.RateLimited, "%d answers wait for their readers, and no more are kept", most).
			WithHint("Read answers, or cancel them.")
	}
	d.waiting[ticket] = &waiting{a, time.AfterFunc(d.server.cfg.Unread, func() { _ = d.abandon(ticket) })}
	return nil
}

// fetch returns the answer of a ticket, to be read once.
func (d *door) fetch(ticket string) (*answer, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w, ok := d.waiting[ticket]
	if !ok {
		return nil, false
	}
	delete(d.waiting, ticket)
	w.expires.Stop()
	return w.answer, true
}

// abandon ends an answer that nobody reads.
func (d *door) abandon(ticket string) error {
	a, ok := d.fetch(ticket)
	if !ok {
		return nil
	}
	return a.close()
}

// close ends everything. No call may be under way.
func (d *door) close() error {
	d.mu.Lock()
	d.closed = true
	var tickets []string
	for ticket := range d.waiting {
		tickets = append(tickets, ticket)
	}
	d.mu.Unlock()
	var errs []error
	for _, ticket := range tickets {
		errs = append(errs, d.abandon(ticket))
	}
	d.streams.Wait()
	return errors.Join(append(errs, d.clients.close())...)
}

// offer begins a text and tells where its rows are to be had.
func (d *door) offer(ctx context.Context, text string, params []connector.Value, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	a, err := d.begin(ctx, text, params)
	if err != nil {
		return nil, fault(err)
	}
	schema, changed := a.schema(), a.changed
	ticket, err := d.wait(a)
	if err != nil {
		return nil, fault(err)
	}
	bytes, err := flightsql.CreateStatementQueryTicket([]byte(ticket))
	if err != nil {
		return nil, fault(errors.Join(err, d.abandon(ticket)))
	}
	return &flight.FlightInfo{
		Schema: flight.SerializeSchema(schema, memory.DefaultAllocator), FlightDescriptor: of,
		Endpoint:     []*flight.FlightEndpoint{{Ticket: &flight.Ticket{Ticket: bytes}}},
		TotalRecords: changed, TotalBytes: -1,
	}, nil
}

// GetFlightInfoStatement begins a text of statements.
func (d *door) GetFlightInfoStatement(ctx context.Context, q flightsql.StatementQuery, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	if err := noTransaction(q.GetTransactionId()); err != nil {
		return nil, fault(err)
	}
	return d.offer(ctx, q.GetQuery(), nil, of)
}

func noTransaction(id []byte) error {
	if len(id) == 0 {
		return nil
	}
	return connector.Errorf(connector.Unimplemented, "there are no transactions over trackers").
		WithHint("Each statement stands for itself: use autocommit.")
}

// GetSchemaStatement tells what a statement would answer with.
func (d *door) GetSchemaStatement(ctx context.Context, q flightsql.StatementQuery, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	p, err := d.describe(ctx, q.GetQuery())
	if err != nil {
		return nil, fault(err)
	}
	return schemaResult(p), nil
}

func schemaResult(p sqlengine.Prepared) *flight.SchemaResult {
	schema := p.Schema
	if schema == nil {
		schema = noRows
	}
	return &flight.SchemaResult{Schema: flight.SerializeSchema(schema, memory.DefaultAllocator)}
}

// describe prepares a text in a session of its client.
func (d *door) describe(ctx context.Context, text string) (p sqlengine.Prepared, err error) {
	taken, err := d.clients.take(ctx, true)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, taken.leave(false)) }()
	if p, err = taken.session.Prepare(ctx, text); err == nil && p.Schema != nil {
		p.Schema, _ = plainSchema(p.Schema)
	}
	return p, err
}

// DoGetStatement streams the rows of an answer.
func (d *door) DoGetStatement(ctx context.Context, t flightsql.StatementQueryTicket) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	a, ok := d.fetch(string(t.GetStatementHandle()))
	if !ok {
		return nil, nil, fault(connector.Errorf(connector.NotFound, "there is no such answer: it was read already, or not for %s", d.server.cfg.Unread).
			WithHint("Ask again."))
	}
	return a.schema(), d.stream(ctx, a), nil
}

func (d *door) stream(ctx context.Context, a *answer) <-chan flight.StreamChunk {
	rows := make(chan flight.StreamChunk)
	d.streams.Go(func() { a.stream(ctx, rows) })
	return rows
}

// DoPutCommandStatementUpdate runs a text, and tells how many rows it changed.
func (d *door) DoPutCommandStatementUpdate(ctx context.Context, u flightsql.StatementUpdate) (int64, error) {
	if err := noTransaction(u.GetTransactionId()); err != nil {
		return 0, fault(err)
	}
	return d.update(ctx, u.GetQuery(), nil)
}

func (d *door) update(ctx context.Context, text string, params []connector.Value) (int64, error) {
	a, err := d.begin(ctx, text, params)
	if err != nil {
		return 0, fault(err)
	}
	rows, err := a.drain(ctx)
	if a.result != nil {
		return rows, fault(err)
	}
	return a.changed, fault(err)
}

// CancelFlightInfo ends an answer that is not read yet. One that is being read
// ends with the call that reads it.
func (d *door) CancelFlightInfo(_ context.Context, req *flight.CancelFlightInfoRequest) (flight.CancelFlightInfoResult, error) {
	for _, endpoint := range req.GetInfo().GetEndpoint() {
		ticket, err := flightsql.GetStatementQueryTicket(endpoint.GetTicket())
		if err != nil {
			continue
		}
		if a, ok := d.fetch(string(ticket.GetStatementHandle())); ok {
			if err := a.close(); err != nil {
				return flight.CancelFlightInfoResult{}, fault(err)
			}
			return flight.CancelFlightInfoResult{Status: flight.CancelStatusCancelled}, nil
		}
	}
	return flight.CancelFlightInfoResult{Status: flight.CancelStatusNotCancellable}, nil
}

// CloseSession forgets what a client has made, prepared, and not read.
func (d *door) CloseSession(ctx context.Context, _ *flight.CloseSessionRequest) (*flight.CloseSessionResult, error) {
	id := caller(ctx)
	var errs []error
	for _, ticket := range d.leavings(id) {
		errs = append(errs, d.abandon(ticket))
	}
	errs = append(errs, d.clients.forget(id))
	d.clients.notes.take(id)
	if err := errors.Join(errs...); err != nil {
		return nil, fault(err)
	}
	return &flight.CloseSessionResult{Status: flight.CloseSessionResultClosed}, nil
}

// leavings forgets the statements that a client has prepared, and returns the tickets
// of the answers that it has not come for.
func (d *door) leavings(id string) (tickets []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for handle, p := range d.prepared {
		if p.client == id {
			d.discard(handle, p)
		}
	}
	for ticket, w := range d.waiting {
		if w.answer.seat.client.id == id {
			tickets = append(tickets, ticket)
		}
	}
	return tickets
}
