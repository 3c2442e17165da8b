package backlogtest

import (
	"net/http"
	"time"
)

// FaultKind is how a request fails.
type FaultKind uint8

// The kinds of faults.
const (
	// ServerError is 500 with code 1; nothing was done.
	ServerError FaultKind = iota
	// BadGateway is 502 with a page of HTML, as from a proxy; nothing was done.
	BadGateway
	// CutOff ends the body in its middle, against its Content-Length.
	CutOff
	// BadJSON is 200 with a body that ends in the middle of a value, and has the
	// Content-Length of what is there.
	BadJSON
	// Slow answers rightly after Delay.
	Slow
	// TooMany is 429 with code 13 though the budget is not used up.
	TooMany
	// Reset ends the connection without an answer; nothing was done.
	Reset
	// LostAnswer does what was asked, and ends the connection without an answer.
	LostAnswer
	// Expired is the 401 of an access token that has expired.
	Expired
	// Forbidden is 403 with code 4, as of a space that allows some addresses only.
	Forbidden
)

// Fault makes requests fail.
type Fault struct {
	// Match chooses requests; all where nil. It may not call the Server.
	Match func(*http.Request) bool
	// Times is how many requests fail; all from now on where zero.
	Times int
	Kind  FaultKind
	// Delay is how long a Slow answer takes longer; 30 s where zero.
	Delay time.Duration
}

// early is the answer where the fault comes before the request is looked at;
// nil where it is done as it should be.
func (f *Fault) early() *reply {
	switch f.Kind {
	case ServerError:
		return replyOf(refuse(InternalError, "Internal error."))
	case BadGateway:
		return &reply{
			status: http.StatusBadGateway, header: http.Header{"Content-Type": {"text/html"}},
			body: []byte("<html><body><h1>502 Bad Gateway</h1></body></html>\n"),
		}
	case TooMany:
		return replyOf(refuse(TooManyRequestsError, "Rate limit exceeded."))
	case Expired:
		return replyOf(&tokenError{"The access token expired"})
	case Forbidden:
		return replyOf(refuse(AccessDeniedError, "Access from this address is not allowed."))
	case Reset:
		return &reply{reset: true}
	case CutOff, BadJSON, Slow, LostAnswer:
	}
	return nil
}

// late is what becomes of the answer of a request that was done.
func (f *Fault) late(r *reply) *reply {
	switch f.Kind {
	case CutOff:
		r.cut = true
	case BadJSON:
		r.body = r.body[:len(r.body)/2]
	case LostAnswer:
		r.reset = true
	case Slow, ServerError, BadGateway, TooMany, Reset, Expired, Forbidden:
	}
	return r
}

// delay is how long the fault makes the answer wait.
func (f *Fault) delay() time.Duration {
	if f == nil || f.Kind != Slow {
		return 0
	}
	if f.Delay == 0 {
		return 30 * time.Second
	}
	return f.Delay
}
