package connector

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind classifies an error by what the caller can do about it.
type Kind uint8

// The kinds of errors.
const (
	// Internal: a fault in the program; the zero Kind.
	Internal Kind = iota
	// Invalid: what the user wrote cannot be.
	Invalid
	// NotFound: what was named is not there.
	NotFound
	// Unauthorized: the system does not know who asks, or refuses them.
	Unauthorized
	// RateLimited: too many requests; RetryAfter tells how long to wait.
	RateLimited
	// Unavailable: the system does not answer, or not now; trying again may help.
	Unavailable
	// Conflict: the thing was changed meanwhile, or is there already.
	Conflict
	// Unimplemented: the source cannot do this, and another way must be taken.
	Unimplemented
	// Corrupt: what the system or file gave is broken.
	Corrupt
	// Incomplete: fewer rows came than there are.
	Incomplete
	// Canceled: the caller gave up.
	Canceled

	kinds = iota
)

var kindNames = [kinds]string{
	"internal", "invalid", "not found", "unauthorized", "rate limited", "unavailable",
	"conflict", "unimplemented", "corrupt", "incomplete", "canceled",
}

func (k Kind) String() string { return nameOf(uint8(k), "kind", kindNames[:]...) }

// Error is the one error type of the program. It crosses process boundaries
// whole, but for the chain below Err, of which the text remains.
type Error struct {
	Kind Kind
	// Op is what was being done: "scan pt.Issues". It may be empty.
	Op string
	// Place is where in a file the fault is, where it has a place.
	Place Place
	// Err is the cause: what a person reads.
	Err error
	// Hint is the next step for a person, a whole sentence; it may be empty.
	Hint string
	// RetryAfter is how long to wait before trying again; 0 is unknown.
	RetryAfter time.Duration
}

// Errorf returns an error of a kind, with the message of [fmt.Errorf].
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...)}
}

// Exhausted is the error of a source that was allowed so many requests for a
// statement, and needs more.
func Exhausted(most int64) *Error {
	return Errorf(Invalid, "max_requests allows %d here, and the statement needs more", most).
		WithHint("Ask for less: EXPLAIN shows what each scan takes, and why. Or allow more: SET VARIABLE max_requests = 0 is any number.")
}

// WithHint returns a copy of the error with a hint for the person.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// At returns a copy of the error with its place.
func (e *Error) At(p Place) *Error {
	c := *e
	c.Place = p
	return &c
}

// Error shows operation, place and cause, joined by colons.
func (e *Error) Error() string {
	text := e.Kind.String()
	if e.Err != nil {
		text = e.Err.Error()
	}
	if place := e.Place.String(); place != "" {
		text = place + ": " + text
	}
	if e.Op != "" {
		text = e.Op + ": " + text
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the Kind of the first [Error] in err's chain: Canceled for the
// errors of an ended context, Internal for any other.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Kind
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Canceled
	}
	return Internal
}

// HintOf returns the first hint in err's chain.
func HintOf(err error) string {
	for err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return ""
		}
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}
