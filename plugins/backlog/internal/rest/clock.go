package rest

import (
	"context"
	"time"
)

// Clock is what time it is and how to wait. Its methods are called concurrently.
type Clock interface {
	Now() time.Time
	// Sleep returns nil after d, or at once the cause of ctx's end.
	Sleep(ctx context.Context, d time.Duration) error
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now returns the time.
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep returns nil after d, or at once the cause of ctx's end.
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
