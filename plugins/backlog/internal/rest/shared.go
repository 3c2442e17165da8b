package rest

import (
	"context"
	"sync"
	"time"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// memoryBytes is how much the answers may take that statements remember.
const memoryBytes = 64 << 20

// Shared is what the clients of a process share: allowances, requests under
// way, and answers that statements remember. It is safe for concurrent use.
type Shared struct {
	mu      sync.Mutex
	budgets map[budgetKey]*budget
	flights map[string]*flight
	memory  memory
	rows    memory // by statement, kind and id
	ticks   uint64
}

type budgetKey struct {
	scope    string
	category relation.Category
}

// NewShared returns a Shared that holds nothing yet.
func NewShared() *Shared {
	return &Shared{
		budgets: make(map[budgetKey]*budget),
		flights: make(map[string]*flight),
		memory:  newMemory(memoryBytes),
		rows:    newMemory(rowBytes),
	}
}

// answer is what a request gave.
type answer struct {
	body string
	// moment is when it was made, by the server's clock, in whole seconds.
	moment time.Time
	// began and ended order it among the others of a [Shared]: one that began
	// later than another ended saw the server after that one.
	began, ended uint64
}

// flight is a request under way, with those who wait for it.
type flight struct {
	began  uint64
	done   chan struct{}
	cancel context.CancelCauseFunc

	waiting int // guarded by Shared.mu

	// Set before done is closed.
	answer answer
	err    error
}

func (s *Shared) budget(scope string, category relation.Category) *budget {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := budgetKey{scope, category}
	b, ok := s.budgets[key]
	if !ok {
		b = newBudget()
		s.budgets[key] = b
	}
	return b
}

// tick returns a moment, later than all before.
func (s *Shared) tick() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ticks++
	return s.ticks
}

// recall returns what a statement was answered, by a request that began after
// the given moment.
func (s *Shared) recall(statement, key string, after uint64) (answer, bool) {
	if statement == "" {
		return answer{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.memory.get(statement + " " + key)
	return a, ok && a.began >= after
}

func (s *Shared) remember(statement, key string, a answer) {
	if statement == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.memory.put(statement+" "+key, a)
}

// join returns the answer of a request that began after the given moment: of
// one under way, or else of fetch, which then runs for all who join it, until
// the last of them leaves. Joined tells that the request is another's.
func (s *Shared) join(ctx context.Context, key string, after uint64,
	fetch func(context.Context) (answer, error),
) (a answer, joined bool, err error) {
	s.mu.Lock()
	f, ok := s.flights[key]
	joined = ok && f.began >= after
	if !joined {
		f = s.launch(ctx, key, fetch)
	}
	f.waiting++
	s.mu.Unlock()

	select {
	case <-f.done:
		return f.answer, joined, f.err
	case <-ctx.Done():
		s.leave(key, f, context.Cause(ctx))
		return answer{}, joined, canceled(ctx)
	}
}

// launch begins a request that outlives ctx, as others may join it.
func (s *Shared) launch(ctx context.Context, key string, fetch func(context.Context) (answer, error)) *flight {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	s.ticks++
	f := &flight{began: s.ticks, done: make(chan struct{}), cancel: cancel}
	s.flights[key] = f
	go func() {
		defer cancel(nil)
		f.answer, f.err = fetch(ctx)
		s.mu.Lock()
		s.ticks++
		f.answer.began, f.answer.ended = f.began, s.ticks
		s.forget(key, f)
		s.mu.Unlock()
		close(f.done)
	}()
	return f
}

// leave takes one who waits away; after the last, the request ends.
func (s *Shared) leave(key string, f *flight, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.waiting--
	if f.waiting == 0 {
		s.forget(key, f)
		f.cancel(cause)
	}
}

func (s *Shared) forget(key string, f *flight) {
	if s.flights[key] == f {
		delete(s.flights, key)
	}
}
