package rpc

import (
	"errors"
	"fmt"
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
		return nil, connector.Errorf(connector.Corrupt, "a batch is broken: %s", utf8Of(err.Error()))
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
	stream, err := newStream(b.from, b.mem)
	if err != nil {
		return err
	}
	b.stream = stream
	return sameSchema(b.schema, stream.Schema())
}

// newStream begins to read a stream that nobody vouches for. [ipc.NewReader] has
// no limits of sizes.
func newStream(r io.Reader, mem memory.Allocator) (*ipc.Reader, error) {
	options := []ipc.Option{
		ipc.WithAllocator(bounded{mem}),
		ipc.WithMetadataSizeLimit(metadataBytes), ipc.WithBodySizeLimit(bodyBytes),
	}
	messages := ipc.NewMessageReader(r, options...)
	stream, err := ipc.NewReaderFromMessageReader(messages, options...)
	if err != nil {
		return nil, err
	}
	return stream, nil
}

// bounded refuses to allocate more than a batch may have: a size that is a lie,
// such as that of what is compressed, costs an error and not this process. Arrow
// makes an error of the panic.
type bounded struct{ memory.Allocator }

func (b bounded) Allocate(size int) []byte {
	refuse(size)
	return b.Allocator.Allocate(size)
}

func (b bounded) Reallocate(size int, old []byte) []byte {
	refuse(size)
	return b.Allocator.Reallocate(size, old)
}

func refuse(size int) {
	if size > bodyBytes {
		panic(fmt.Errorf("%d bytes are wanted, a batch may have %d", size, int64(bodyBytes)))
	}
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
