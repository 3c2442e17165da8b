package rpc

import (
	"errors"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// pieces reads as one stream what arrives in pieces.
type pieces struct {
	// next returns the next piece, which may be empty, or why there is none:
	// io.EOF at the end.
	next func() ([]byte, error)
	left []byte
	err  error
}

// Read is called by the Arrow reader.
func (p *pieces) Read(b []byte) (int, error) {
	for len(p.left) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		p.left, p.err = p.next()
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	return n, nil
}

// failed tells whether the pieces ended with an error.
func (p *pieces) failed() bool { return p.err != nil && !errors.Is(p.err, io.EOF) }

// batches decodes an Arrow IPC stream that nobody vouches for: each batch has
// the schema that was promised, and holds together, before anybody sees it.
type batches struct {
	schema *arrow.Schema
	mem    memory.Allocator
	from   *pieces
	stream *ipc.Reader
	batch  arrow.RecordBatch
}

// next returns the next batch, valid until the next call, or nil at the end of
// the stream. Errors are of Kind Corrupt, or those of from.
func (b *batches) next() (arrow.RecordBatch, error) {
	b.release()
	if b.stream == nil {
		if err := b.begin(); err != nil {
			return nil, b.fault(err)
		}
	}
	if !b.stream.Next() {
		return nil, b.fault(b.stream.Err())
	}
	raw := b.stream.RecordBatch()
	if err := array.ValidateRecordFull(raw); err != nil {
		return nil, connector.Errorf(connector.Corrupt, "a batch is broken: %w", err)
	}
	for i, f := range b.schema.Fields() {
		if nulls := raw.Column(i).NullN(); nulls > 0 && !f.Nullable {
			return nil, connector.Errorf(connector.Corrupt, "column %s is never NULL as it is declared, and is in a batch", f.Name)
		}
	}
	b.batch = array.NewRecordBatch(b.schema, raw.Columns(), raw.NumRows())
	return b.batch, nil
}

// begin reads the schema, and compares it with the one that was promised.
func (b *batches) begin() error {
	stream, err := ipc.NewReader(b.from, ipc.WithAllocator(b.mem), ipc.WithBodySizeLimit(bodyBytes), ipc.WithMetadataSizeLimit(bodyBytes))
	if err != nil {
		return err
	}
	b.stream = stream
	return sameSchema(b.schema, stream.Schema())
}

// fault prefers the reason why the bytes ended to what that made of the stream.
func (b *batches) fault(err error) error {
	switch {
	case b.from.failed():
		return b.from.err
	case err == nil:
		return nil
	case connector.KindOf(err) != connector.Internal:
		return err
	}
	return connector.Errorf(connector.Corrupt, "the stream of rows is broken: %w", err)
}

// sameSchema tells how a stream's schema differs from the one promised.
func sameSchema(want, got *arrow.Schema) error {
	if want.NumFields() != got.NumFields() {
		return connector.Errorf(connector.Corrupt, "the batches have %d columns, %d were asked for", got.NumFields(), want.NumFields())
	}
	for i, w := range want.Fields() {
		g := got.Field(i)
		if g.Name != w.Name || !arrow.TypeEqual(g.Type, w.Type) {
			return connector.Errorf(connector.Corrupt, "column %d of the batches is %s of type %s, declared is %s of type %s",
				i+1, g.Name, g.Type, w.Name, w.Type)
		}
		if g.Nullable && !w.Nullable {
			return connector.Errorf(connector.Corrupt, "column %s of the batches may be NULL, declared is that it never is", g.Name)
		}
	}
	return nil
}

// release frees the present batch.
func (b *batches) release() {
	if b.batch != nil {
		b.batch.Release()
		b.batch = nil
	}
}

// close frees everything.
func (b *batches) close() {
	b.release()
	if b.stream != nil {
		b.stream.Release()
		b.stream = nil
	}
}
