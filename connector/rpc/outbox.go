package rpc

import (
	"io"
	"sync"
)

// outbox holds bytes between the goroutine that encodes rows and the one that
// sends them, so that both work at once, and many small batches travel as one
// message. It holds pieceBytes at most: whoever writes more waits.
type outbox struct {
	mu      sync.Mutex
	changed sync.Cond // pending, full, closed or given up
	pending []byte
	spare   []byte
	ready   chan struct{} // holds a token while there is something to take
	closed  bool
	gone    bool // nobody takes any more
}

func newOutbox() *outbox {
	b := &outbox{ready: make(chan struct{}, 1)}
	b.changed.L = &b.mu
	return b
}

// Write puts p into the box. It fails with [io.ErrClosedPipe] once nobody takes
// from it.
func (b *outbox) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	written := 0
	for {
		for len(b.pending) >= pieceBytes && !b.gone {
			b.changed.Wait()
		}
		if b.gone {
			return written, io.ErrClosedPipe
		}
		n := min(len(p), pieceBytes-len(b.pending))
		b.pending = append(b.pending, p[:n]...)
		written += n
		p = p[n:]
		if len(b.pending) > 0 {
			b.signal()
		}
		if len(p) == 0 {
			return written, nil
		}
	}
}

// close says that nothing more comes.
func (b *outbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.signal()
}

// signal lets the taker know.
func (b *outbox) signal() {
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

// take returns what is in the box, until the next call, and whether nothing
// more comes. It does not wait: a token in ready says that there is something.
func (b *outbox) take() (piece []byte, last bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	piece, b.pending, b.spare = b.pending, b.spare[:0], b.pending
	b.changed.Broadcast()
	return piece, b.closed
}

// abandon makes every Write fail from now on.
func (b *outbox) abandon() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gone = true
	b.changed.Broadcast()
}
