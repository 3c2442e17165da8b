package rpc

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow/array"
	"google.golang.org/grpc"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// heldChanges are the readers of changes that nobody has fetched yet: nil are
// those that are not there, or were.
type heldChanges struct {
	rows, gone array.RecordReader
}

// Mark returns a token for now.
func (s *server) Mark(ctx context.Context, w *wire.MarkRequest) (*wire.MarkResponse, error) {
	watcher, err := facet[connector.Watcher](s)
	if err != nil {
		return nil, err
	}
	token, err := watcher.Mark(ctx, markFromWire(w))
	return &wire.MarkResponse{Token: token}, failure(err)
}

// Changes answers, and holds the readers until the host ends the call.
func (s *server) Changes(w *wire.ChangesRequest, stream grpc.ServerStreamingServer[wire.ChangesResponse]) error {
	watcher, err := facet[connector.Watcher](s)
	if err != nil {
		return err
	}
	changes, err := watcher.Changes(stream.Context(), changesFromWire(w))
	if err != nil {
		return failure(err)
	}
	id := s.hold(&heldChanges{rows: changes.Rows, gone: changes.Gone})
	defer s.drop(id)
	if err := stream.Send(&wire.ChangesResponse{Id: id, Token: changes.Token, Gone: changes.Gone != nil}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

func (s *server) hold(h *heldChanges) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	s.changes[s.lastID] = h
	return s.lastID
}

// drop releases what was not fetched.
func (s *server) drop(id uint64) {
	for _, gone := range []bool{false, true} {
		if r := s.claim(id, gone); r != nil {
			r.Release()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.changes, id)
}

// claim hands out a reader, once: the caller releases it.
func (s *server) claim(id uint64, gone bool) array.RecordReader {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.changes[id]
	if h == nil {
		return nil
	}
	which := &h.rows
	if gone {
		which = &h.gone
	}
	r := *which
	*which = nil
	return r
}

// ChangedRows streams one of the readers that Changes holds.
func (s *server) ChangedRows(w *wire.ChangedRowsRequest, stream grpc.ServerStreamingServer[wire.Rows]) error {
	r := s.claim(w.Id, w.Gone)
	if r == nil {
		return failure(connector.Errorf(connector.Internal, "there are no changes %d to fetch", w.Id))
	}
	t := transfer{server: s, where: "Changes", reader: r, send: stream.Send}
	return t.run(stream.Context())
}
