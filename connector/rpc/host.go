package rpc

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// How long a child may take before it is given up.
const (
	// HandshakeTimeout is for starting and saying what it is.
	HandshakeTimeout = 10 * time.Second
	// CallTimeout is for Tables and Close.
	CallTimeout = 30 * time.Second
	// StallTimeout is for a scan that gives no rows and gets no further, and for
	// every other call.
	StallTimeout = 5 * time.Minute
)

// Host starts plugins. Its zero value is ready to use. It may be copied.
type Host struct {
	// Log takes what is worth telling of children that have no source yet; nil
	// is nothing.
	Log *slog.Logger
	// Allocator is where batches are put; nil is Arrow's default.
	Allocator memory.Allocator
	// Clock tells when to give up; nil is the machine's.
	Clock Clock
	// StallTimeout, CallTimeout and HandshakeTimeout are the limits; 0 is the
	// constant of the same name.
	StallTimeout, CallTimeout, HandshakeTimeout time.Duration
}

func (h Host) withDefaults() Host {
	if h.Log == nil {
		h.Log = slog.New(slog.DiscardHandler)
	}
	if h.Allocator == nil {
		h.Allocator = memory.DefaultAllocator
	}
	if h.Clock == nil {
		h.Clock = wallClock{}
	}
	h.StallTimeout = cmp.Or(h.StallTimeout, StallTimeout)
	h.CallTimeout = cmp.Or(h.CallTimeout, CallTimeout)
	h.HandshakeTimeout = cmp.Or(h.HandshakeTimeout, HandshakeTimeout)
	return h
}

// Start starts a plugin and asks it what it is. The caller closes what it
// returns.
//
// Errors are of Kind NotFound where the executable is not there, Invalid where
// it cannot be run, has not the checksum that it must have, or speaks another
// version of the protocol, Unavailable where it dies or does not answer, and
// Corrupt where it answers nonsense.
func (h Host) Start(ctx context.Context, p Program) (*Plugin, error) {
	h = h.withDefaults()
	child, err := start(ctx, h, p)
	if err != nil {
		return nil, err
	}
	return &Plugin{host: h, program: p, info: child.info, version: child.version, idle: child}, nil
}
