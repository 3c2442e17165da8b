package serve

import (
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// reader is between the rows of a statement and their client. It reads a batch
// when the one before it was taken; where another statement of the client waits
// for the session it reads on by itself, and keeps what it reads for the client.
type reader struct {
	// batches hands out the rows, and is closed when there are no more.
	batches chan arrow.RecordBatch
	// started is closed when the client has come for the rows, and left when nobody
	// wants them any more: why says the reason.
	started, left     chan struct{}
	starting, leaving sync.Once
	why               error
	// busy says that the statement may be computing.
	busy atomic.Bool
}

func newReader() *reader {
	return &reader{batches: make(chan arrow.RecordBatch), started: make(chan struct{}), left: make(chan struct{})}
}

// start says that the client has come for the rows.
func (r *reader) start() { r.starting.Do(func() { close(r.started) }) }

// unwanted tells whether nobody wants the rows any more.
func (r *reader) unwanted() bool {
	select {
	case <-r.left:
		return true
	default:
		return false
	}
}

// leave says that nobody wants the rows any more, and why. A statement that
// computes is ended; one that waits for its client ends by itself.
func (a *answer) leave(why error) {
	a.leaving.Do(func() {
		a.why = why
		close(a.left)
	})
	if a.busy.Load() {
		a.cancel(why)
	}
}

// read is the reader at work, in a goroutine of its own. It ends the statement
// when that has no more rows, or nobody wants them.
func (a *answer) read() {
	defer close(a.batches)
	k := kept{spare: a.seat.clients.spare}
	defer k.release()
	wanted, more := a.seat.wanted, true
	select {
	case <-a.started:
	case <-wanted:
	case <-a.left:
	}
	for more || len(k.batches) > 0 {
		if more && len(k.batches) == 0 {
			more = a.one(&k)
			continue
		}
		select {
		case a.batches <- k.batches[0]:
			k.shift()
		case <-wanted:
			wanted = nil // once
			more = a.rest(&k, more)
		case <-a.left:
			if a.failed = a.why; more {
				a.finish()
			}
			return
		}
	}
}

// one reads a batch. Where there is none, it ends the statement and answers false.
func (a *answer) one(k *kept) bool {
	a.busy.Store(true)
	defer a.busy.Store(false)
	if !a.unwanted() && a.result.Next() {
		k.add(a.result.RecordBatch())
		return true
	}
	a.finish()
	return false
}

// rest reads what there is, as far as there is room; an answer that there is no
// room for is given up where its client has not come for it. more says whether
// there may be rows, before and after.
func (a *answer) rest(k *kept, more bool) bool {
	for more && k.room() {
		more = a.one(k)
	}
	if !more {
		return false
	}
	select {
	case <-a.started:
		close(a.seat.full)
	default:
		a.leave(errGivenUp)
	}
	return true
}

// errGivenUp is why an answer ends that nobody has come for.
var errGivenUp = connector.Errorf(connector.Conflict, "the answer was given up: another statement of this connection came, and its rows are too many to keep").
	WithHint("Read an answer before the next statement, or use another connection.")

// spare is the room for rows that were read before their clients take them, of all
// clients together, in bytes.
type spare struct {
	most int64
	used atomic.Int64
}

// kept are the batches of an answer that were read before their client takes them.
type kept struct {
	spare   *spare
	batches []arrow.RecordBatch
	sizes   []int64
}

// room tells whether there is some for another batch.
func (k *kept) room() bool { return k.spare.used.Load() < k.spare.most }

func (k *kept) add(batch arrow.RecordBatch) {
	batch.Retain()
	bytes := size(batch)
	k.batches, k.sizes = append(k.batches, batch), append(k.sizes, bytes)
	k.spare.used.Add(bytes)
}

// shift takes out the first batch, which somebody else releases.
func (k *kept) shift() {
	k.spare.used.Add(-k.sizes[0])
	k.batches, k.sizes = k.batches[1:], k.sizes[1:]
}

func (k *kept) release() {
	for len(k.batches) > 0 {
		batch := k.batches[0]
		k.shift()
		batch.Release()
	}
}
