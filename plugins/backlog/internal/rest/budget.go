package rest

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// budget is one allowance of one caller at one server: how many requests of a
// category the present window still has. It lets requests through so that they
// are never more than that.
//
// Until the server has said how many there are, and when a window has ended,
// one request goes alone; its answer tells.
type budget struct {
	mu sync.Mutex
	// changed is closed, and made anew, when what follows has changed.
	changed chan struct{}

	known   bool // the server has answered
	limited bool // and told a limit

	limit, remaining int64
	reset            int64     // of the window, epoch seconds by the server's clock
	ends             time.Time // of the window, by ours
	blocked          time.Time // nobody goes before, since a 429

	inflight int64
	probing  bool // one goes alone

	// lost are requests that the server may have counted without telling us; the
	// answer to one that was sent later tells.
	lost           int64
	sent, lastLost uint64

	skew   time.Duration // at most what the server's clock is ahead of ours
	skewed bool
}

// pass is the right to send one request. It is given back when the request has
// been answered, or has failed.
type pass struct {
	budget *budget
	probe  bool
	number uint64 // in the order of sending
}

func newBudget() *budget { return &budget{changed: make(chan struct{})} }

// take waits until a request may be sent.
func (b *budget) take(ctx context.Context, clock Clock) (pass, error) {
	for {
		now := clock.Now()
		p, wait, changed := b.admit(now)
		if p.budget != nil {
			return p, nil
		}
		if err := waitFor(ctx, clock, wait, changed); err != nil {
			return pass{}, err
		}
	}
}

// admit returns a pass, or how long to wait for one: 0 is until a change.
func (b *budget) admit(now time.Time) (pass, time.Duration, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if wait := b.blocked.Sub(now); wait > 0 {
		return pass{}, wait, b.changed
	}
	if !b.known || b.limited && !now.Before(b.ends) {
		if b.probing {
			return pass{}, 0, b.changed
		}
		b.probing = true
		return b.pass(true), 0, nil
	}
	if b.limited && b.left() <= 0 {
		return pass{}, b.ends.Sub(now), b.changed
	}
	return b.pass(false), 0, nil
}

func (b *budget) pass(probe bool) pass {
	b.inflight++
	b.sent++
	return pass{b, probe, b.sent}
}

// left returns how many requests may still be sent in the window.
func (b *budget) left() int64 { return b.remaining - b.lost - b.inflight }

// waitFor returns after d, or on a change; d 0 is without an end.
func waitFor(ctx context.Context, clock Clock, d time.Duration, changed <-chan struct{}) error {
	if d == 0 {
		select {
		case <-changed:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	sleep, wake := context.WithCancel(ctx)
	defer wake()
	go func() {
		select {
		case <-changed:
			wake()
		case <-sleep.Done():
		}
	}()
	if err := clock.Sleep(sleep, d); err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// unused gives back a pass with which nothing was sent.
func (p pass) unused() {
	b := p.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	b.giveBack(p)
}

// lost gives back the pass of a request without an answer. The server may have
// counted it.
func (p pass) lost() {
	b := p.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lose()
	b.giveBack(p)
}

// answered gives back the pass of a request that was answered now.
func (p pass) answered(status int, header http.Header, now time.Time) {
	b := p.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	b.learn(p, status, header, now)
	b.giveBack(p)
}

func (b *budget) lose() {
	b.lost++
	b.lastLost = b.sent
}

func (b *budget) giveBack(p pass) {
	b.inflight--
	if p.probe {
		b.probing = false
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

// learn takes what an answer tells.
func (b *budget) learn(p pass, status int, header http.Header, now time.Time) {
	b.learnClock(header, now)
	window, ok := parseWindow(header)
	switch {
	case ok:
		b.learnWindow(p, window, now)
		b.known, b.limited = true, true
		if p.number > b.lastLost {
			b.lost = 0
		}
	case b.limited:
		b.lose()
	case status < http.StatusInternalServerError:
		b.known = true
	}
	if status == http.StatusTooManyRequests {
		b.known = false
		b.blocked = later(b.blocked, now.Add(retryWait(header, b.serverTime(now))))
	}
}

// slack is by how many seconds two answers may tell the same window's end.
const slack = 2

// learnWindow takes what is left of a window. The request that goes alone tells
// of a new one. The others' answers may come in another order than the server
// counted them: of one window the least holds, and of two the later.
func (b *budget) learnWindow(p pass, w window, now time.Time) {
	switch {
	case p.probe || w.reset > b.reset+slack:
		b.remaining, b.reset = w.remaining, w.reset
	case w.reset < b.reset-slack:
		return
	default:
		b.remaining, b.reset = min(b.remaining, w.remaining), max(b.reset, w.reset)
	}
	b.limit = w.limit
	switch ends := time.Unix(b.reset, 0).Add(-b.skew); {
	case !ends.After(now): // the server's windows end in the past
		b.ends = now.Add(minWait)
	case ends.Sub(now) > maxWait:
		b.ends = now.Add(maxWait)
	default:
		b.ends = ends
	}
}

// learnClock takes the server's time. A date has whole seconds, rounded down,
// and an answer has been under way: the server's clock is ahead of ours by at
// least their difference. The greatest of these differences is near the truth,
// until one of the clocks is set.
func (b *budget) learnClock(header http.Header, now time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	ahead := date.Sub(now)
	if !b.skewed || ahead > b.skew || ahead < b.skew-3*time.Second {
		b.skew, b.skewed = ahead, true
	}
}

func (b *budget) serverTime(now time.Time) time.Time { return now.Add(b.skew) }

// quota returns what is known of the window at a time.
func (b *budget) quota(now time.Time) (Quota, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.limited {
		return Quota{}, false
	}
	q := Quota{Limit: b.limit, Remaining: max(0, b.left()), Reset: b.ends}
	if !now.Before(b.ends) {
		q.Remaining = b.limit
	}
	return q, true
}

// waits returns how long nobody will be let through.
func (b *budget) waits(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := max(0, b.blocked.Sub(now))
	if b.known && b.limited && b.inflight == 0 && b.left() <= 0 {
		wait = max(wait, b.ends.Sub(now))
	}
	return wait
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
