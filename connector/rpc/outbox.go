package rpc

import (
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// boxBatches is how many batches are held where they are small.
const boxBatches = 256

// outbox holds batches between the goroutine that reads them and the one that
// sends them, so that both work at once, and many small ones travel as one. It
// is full with pieceBytes or boxBatches: whoever has more waits.
type outbox struct {
	mu      sync.Mutex
	changed sync.Cond // taken from, or given up
	pending []arrow.RecordBatch
	bytes   int64
	ready   chan struct{} // holds a token while there is something to take
	closed  bool
	err     error // why nothing more comes
	gone    bool  // nobody takes any more
}

func newOutbox() *outbox {
	b := &outbox{ready: make(chan struct{}, 1)}
	b.changed.L = &b.mu
	return b
}

// put puts a batch into the box, which retains it, and tells whether somebody
// still takes from it.
func (b *outbox) put(batch arrow.RecordBatch) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for (b.bytes >= pieceBytes || len(b.pending) >= boxBatches) && !b.gone {
		b.changed.Wait()
	}
	if b.gone {
		return false
	}
	batch.Retain()
	b.pending = append(b.pending, batch)
	for _, column := range batch.Columns() {
		b.bytes += bytesOf(column)
	}
	b.signal()
	return true
}

// bytesOf is about what an array holds, and at most what its buffers do.
func bytesOf(column arrow.Array) (bytes int64) {
	if c, ok := column.(array.BinaryLike); ok {
		return int64(len(c.ValueBytes()))
	}
	if t, ok := column.DataType().(arrow.FixedWidthDataType); ok {
		return int64(t.BitWidth()) * int64(column.Len()) / 8
	}
	return buffersOf(column.Data())
}

func buffersOf(data arrow.ArrayData) (bytes int64) {
	for _, buffer := range data.Buffers() {
		if buffer != nil {
			bytes += int64(buffer.Len())
		}
	}
	for _, child := range data.Children() {
		bytes += buffersOf(child)
	}
	return bytes
}

// close says that nothing more comes, and why.
func (b *outbox) close(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed, b.err = true, err
	b.signal()
}

// signal lets the taker know.
func (b *outbox) signal() {
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

// take returns what is in the box, which the caller releases, and whether
// nothing more comes, and why. It does not wait: a token in ready says that
// there is something.
func (b *outbox) take() (batches []arrow.RecordBatch, last bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	batches, b.pending, b.bytes = b.pending, nil, 0
	b.changed.Broadcast()
	return batches, b.closed, b.err
}

// abandon makes every put fail from now on.
func (b *outbox) abandon() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gone = true
	release(b.pending)
	b.pending = nil
	b.changed.Broadcast()
}

func release(batches []arrow.RecordBatch) {
	for _, batch := range batches {
		batch.Release()
	}
}
