package rpc

import "time"

// Clock tells when to give up. Tests pass one of their own.
type Clock interface {
	// AfterFunc calls f on a goroutine of its own once d is over, as
	// [time.AfterFunc].
	AfterFunc(d time.Duration, f func()) Timer
}

// Timer is a call to come. *time.Timer is one.
type Timer interface {
	// Reset moves the call to d from now.
	Reset(d time.Duration) bool
	// Stop makes that it never comes, if it has not yet.
	Stop() bool
}

// wallClock is the machine's clock.
type wallClock struct{}

func (wallClock) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }
