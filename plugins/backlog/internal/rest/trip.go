package rest

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// Trip is one scan's, or one other call's, use of a client: it counts its
// requests, and it remembers answers within its statement. It is safe for
// concurrent use.
type Trip struct {
	client    *Client
	statement string
	// ledger is what the statement took on whose account the trip is, and most
	// how many requests it may make; see Account.
	ledger *ledger
	most   int64

	requests [Metadata + 1]atomic.Int64
	retries  atomic.Int64
	bytes    atomic.Int64
	pending  [relation.Icon + 1]atomic.Int64 // calls that have no answer yet
}

// Tally is what a trip has cost until now. A request that it shares with
// another trip is counted by the one that sent it.
type Tally struct {
	// Data, Count and Metadata are requests by their purpose. Each is counted
	// once, and its further tries are Retries.
	Data, Count, Metadata, Retries int64
	// Bytes are those of the answers, unpacked.
	Bytes int64
	// Waiting says what the trip waits for, "rate limit, 12s"; empty where it
	// does not.
	Waiting string
}

// Get returns the answer of a call: one whole, valid JSON text, which is the
// caller's. Its errors are a [connector.Error]: of Kind NotFound, Unauthorized,
// Invalid and so on by what the server said ([Code] tells its own code),
// Unavailable and Corrupt after the last try, and Canceled with the cause of
// ctx's end.
func (t *Trip) Get(ctx context.Context, call Call) ([]byte, error) {
	a, err := t.get(ctx, call, 0)
	if err != nil {
		return nil, err
	}
	return []byte(a.body), nil
}

// Count returns the number in an answer {"count": n}.
func (t *Trip) Count(ctx context.Context, call Call) (int64, error) {
	n, _, err := t.count(ctx, call, 0)
	return n, err
}

// KnownCount returns what the call's answer said before in this statement, where
// that is still remembered. It makes no request.
func (t *Trip) KnownCount(call Call) (int64, bool) {
	a, ok := t.client.cfg.Shared.recall(t.statement, t.key(call), 0)
	if !ok {
		return 0, false
	}
	return countIn(a)
}

// Tally returns what the trip has cost until now. It may be called at any time,
// and does not block.
func (t *Trip) Tally() Tally {
	return Tally{
		Data:     t.requests[Data].Load(),
		Count:    t.requests[Count].Load(),
		Metadata: t.requests[Metadata].Load(),
		Retries:  t.retries.Load(),
		Bytes:    t.bytes.Load(),
		Waiting:  t.waiting(),
	}
}

func (t *Trip) waiting() string {
	var longest time.Duration
	now := t.client.cfg.Clock.Now()
	for category := range relation.Category(len(t.pending)) {
		if t.pending[category].Load() > 0 {
			longest = max(longest, t.client.budget(category).waits(now))
		}
	}
	if longest == 0 {
		return ""
	}
	return fmt.Sprintf("rate limit, %s", (longest + time.Second - 1).Truncate(time.Second))
}

// sent counts a request.
func (t *Trip) sent(purpose Purpose, again bool) {
	t.note(func(l *ledger) { add(&l.sum, purpose, again) })
	if again {
		t.retries.Add(1)
		return
	}
	t.requests[purpose].Add(1)
}

// received counts the bytes of an answer.
func (t *Trip) received(size int64) {
	t.note(func(l *ledger) { l.sum.Bytes += size })
	t.bytes.Add(size)
}

func (t *Trip) key(call Call) string {
	return t.client.scope + call.url(t.client.cfg.Base).String()
}

// get returns the answer of a call: one that the statement remembers, or of a
// request, which others may share; in either case of a request that began after
// the given moment.
func (t *Trip) get(ctx context.Context, call Call, after uint64) (answer, error) {
	if ctx.Err() != nil {
		return answer{}, canceled(ctx)
	}
	shared, key := t.client.cfg.Shared, t.key(call)
	if a, ok := shared.recall(t.statement, key, after); ok {
		return a, nil
	}
	pending := &t.pending[call.Category]
	pending.Add(1)
	defer pending.Add(-1)
	send := func(ctx context.Context) (answer, error) { return t.send(ctx, call) }
	a, joined, err := shared.join(ctx, key, after, send)
	for again := false; err != nil && joined && ctx.Err() == nil && (isExhausted(err) || !again && !definite(err)); again = true {
		// What failed for another need not fail for us: it is asked once more, and
		// again as often as another's limit ended it.
		a, joined, err = shared.join(ctx, key, a.ended, send)
	}
	if err != nil {
		return answer{}, err
	}
	shared.remember(t.statement, key, a)
	return a, nil
}

// definite tells whether an error is the server's answer to the question, and
// not something that befell the one who asked.
func definite(err error) bool {
	if isExhausted(err) {
		return false
	}
	switch connector.KindOf(err) {
	case connector.NotFound, connector.Invalid:
		return true
	}
	return false
}

func (t *Trip) send(ctx context.Context, call Call) (answer, error) {
	r, err := (&attempt{client: t.client, trip: t, call: call, json: true}).fetch(ctx)
	if err != nil {
		return answer{}, err
	}
	return answer{body: r.body, moment: t.client.moment(r.header)}, nil
}

// count returns the number in an answer, and the answer.
func (t *Trip) count(ctx context.Context, call Call, after uint64) (int64, answer, error) {
	a, err := t.get(ctx, call, after)
	if err != nil {
		return 0, answer{}, err
	}
	n, ok := countIn(a)
	if !ok {
		return 0, answer{}, t.fail(call, connector.Corrupt, "the answer holds no count").WithHint(otherServerHint)
	}
	return n, a, nil
}

func (t *Trip) fail(call Call, kind connector.Kind, format string, args ...any) *connector.Error {
	return (&attempt{client: t.client, call: call}).fail(kind, format, args...)
}

// Unexpected returns the error of an answer that is good JSON, and nothing that
// the call can be answered by.
func (t *Trip) Unexpected(call Call) error {
	return t.fail(call, connector.Corrupt, "the answer is nothing that is expected there").WithHint(otherServerHint)
}

func countIn(a answer) (int64, bool) {
	n := gjson.Get(a.body, "count")
	return n.Int(), n.Type == gjson.Number && !strings.HasPrefix(n.Raw, "-")
}
