package connectortest

import (
	"context"
	"fmt"
	"sync"
)

// Op is an operation of a [Memory].
type Op uint8

// The operations that a Hook is asked about.
const (
	TablesCall Op = iota
	ScanCall
	PageCall // one page of a scan, before it is read
	CountCall
	AggregateCall
	SplitCall
	EstimateCall
	WidenCall
	MarkCall // of Mark and of Changes
)

func (o Op) String() string {
	return [...]string{"tables", "scan", "page", "count", "aggregate", "split", "estimate", "widen", "mark"}[o]
}

// Call is one operation that a [Memory] is about to do.
type Call struct {
	Op    Op
	Table string
	// Page counts the pages of one scan from 0.
	Page int
}

func (c Call) String() string {
	switch c.Op {
	case TablesCall:
		return "tables"
	case PageCall:
		return fmt.Sprintf("scan %s: page %d", c.Table, c.Page)
	}
	return c.Op.String() + " " + c.Table
}

// Hook is called by a [Memory] before each operation, on the goroutine of the
// caller, also concurrently. It may wait; where it returns an error, the
// operation fails with it.
type Hook func(ctx context.Context, call Call) error

// Hooks returns a hook that calls each of them until one fails.
func Hooks(hooks ...Hook) Hook {
	return func(ctx context.Context, call Call) error {
		for _, hook := range hooks {
			if err := hook(ctx, call); err != nil {
				return err
			}
		}
		return nil
	}
}

// FailAt returns a hook that makes the scans of a table fail at a page, counted
// from 0.
func FailAt(table string, page int, err error) Hook {
	return func(_ context.Context, call Call) error {
		if call == (Call{Op: PageCall, Table: table, Page: page}) {
			return err
		}
		return nil
	}
}

// Gate holds up every scan of a table at one page until it is opened.
type Gate struct {
	call     Call
	stubborn bool
	arrive   sync.Once
	leave    sync.Once
	reached  chan struct{}
	opened   chan struct{}
}

// NewGate returns a closed gate at a page of a table, counted from 0. Its hook
// is Gate.Before. A scan whose context ends does not wait any longer.
func NewGate(table string, page int) *Gate {
	return &Gate{
		call:    Call{Op: PageCall, Table: table, Page: page},
		reached: make(chan struct{}), opened: make(chan struct{}),
	}
}

// NewStubbornGate returns a gate at which a scan waits even when its context
// ends: a source that does not listen.
func NewStubbornGate(table string, page int) *Gate {
	g := NewGate(table, page)
	g.stubborn = true
	return g
}

// Before is the gate's hook.
func (g *Gate) Before(ctx context.Context, call Call) error {
	if call != g.call {
		return nil
	}
	g.arrive.Do(func() { close(g.reached) })
	ended := ctx.Done()
	if g.stubborn {
		ended = nil
	}
	select {
	case <-g.opened:
		return nil
	case <-ended:
		return context.Cause(ctx)
	}
}

// Reached is closed when the first scan waits at the gate.
func (g *Gate) Reached() <-chan struct{} { return g.reached }

// Open lets all scans pass, from now on.
func (g *Gate) Open() { g.leave.Do(func() { close(g.opened) }) }
