package rpc

import (
	"context"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// held are changes that a child holds while their readers live.
type held struct {
	source *source
	child  *child
	cancel context.CancelFunc
	users  atomic.Int64
}

// let gives back one use; the last one lets the child drop the changes.
func (h *held) let() {
	if h.users.Add(-1) == 0 {
		h.cancel()
		h.child.leave()
	}
}

// Mark returns a token for now.
func (w watcher) Mark(ctx context.Context, req connector.MarkRequest) (string, error) {
	answer, err := ask(ctx, w.s, "Mark of "+req.Table, w.s.plugin.host.StallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.MarkResponse, error) {
			return remote.Mark(ctx, markToWire(req))
		})
	return answer.GetToken(), err
}

// Changes streams what changed. The child holds it until both readers are
// released.
func (w watcher) Changes(ctx context.Context, req connector.ChangesRequest) (connector.Changes, error) {
	table, err := w.s.table(ctx, req.Table)
	if err != nil {
		return connector.Changes{}, err
	}
	schema, err := table.Schema(req.Columns)
	if err != nil {
		return connector.Changes{}, err
	}
	key, err := table.Schema(table.Key)
	if err != nil {
		return connector.Changes{}, w.s.lies(err)
	}
	child, err := w.s.enter(ctx)
	if err != nil {
		return connector.Changes{}, err
	}
	life, cancel := context.WithCancel(ctx)
	h := &held{source: w.s, child: child, cancel: cancel}
	h.users.Store(1)
	defer h.let()
	answer, err := h.ask(ctx, life, req)
	if err != nil {
		return connector.Changes{}, err
	}
	changes := connector.Changes{Token: answer.Token}
	if changes.Rows, err = h.fetch(ctx, answer.Id, schema, false); err != nil {
		return connector.Changes{}, err
	}
	if !answer.Gone {
		return changes, nil
	}
	if changes.Gone, err = h.fetch(ctx, answer.Id, key, true); err != nil {
		changes.Rows.Release()
		return connector.Changes{}, err
	}
	return changes, nil
}

// ask makes a call that lives as long as life, and waits for its one answer.
func (h *held) ask(ctx, life context.Context, req connector.ChangesRequest) (*wire.ChangesResponse, error) {
	return call(ctx, h.child, "Changes of "+req.Table, h.source.plugin.host.StallTimeout,
		func(ctx context.Context) (*wire.ChangesResponse, error) {
			stop := context.AfterFunc(ctx, h.cancel)
			defer stop()
			stream, err := h.child.remote.Changes(life, changesToWire(req))
			if err != nil {
				return nil, err
			}
			return stream.Recv()
		})
}

// fetch opens one of the readers.
func (h *held) fetch(ctx context.Context, id uint64, schema *arrow.Schema, gone bool) (array.RecordReader, error) {
	return h.source.read(ctx, "Changes", schema, func(ctx context.Context, remote wire.ConnectorClient, r *rows) error {
		h.users.Add(1)
		leave := r.done
		r.done = func() { leave(); h.let() }
		stream, err := remote.ChangedRows(ctx, &wire.ChangedRowsRequest{Id: id, Gone: gone})
		if err == nil {
			r.receive = stream.Recv
		}
		return err
	})
}
