package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/trackql/trackql/connector"
)

// Source is a source to examine, with its checked options.
type Source struct {
	Name      string
	Connector connector.Connector
	// Settings are what the person wrote; Options is what became of it.
	Settings []connector.Setting
	Options  connector.Options
}

// Config is what sources are examined with.
type Config struct {
	Sources []Source
	// Timezone is the session's, never nil.
	Timezone *time.Location
	// Timeout is how long one source may take in all.
	Timeout time.Duration
	// Patience is how long a source may take to stop after that. One that takes
	// longer is left behind.
	Patience time.Duration
}

// errTimeout is the cause for which an examination ends early.
var errTimeout = errors.New("no answer in time")

// mostQuotas and mostFindings are how many quotas of a source are told of, and
// how many findings there may be in all.
const (
	mostQuotas   = 16
	mostFindings = mostQuotas + 16
)

// Check is the name under which a source's findings stand.
func Check(source string) string { return "source " + source }

// Examine examines all sources side by side, and tells what it finds in their
// order, each as soon as it is known. It ends early with the error of told, or
// where ctx ends.
func (c Config) Examine(ctx context.Context, told func(Finding) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	found := make([]chan Finding, len(c.Sources))
	for i, source := range c.Sources {
		found[i] = make(chan Finding, mostFindings) // for none to wait for those before it
		go func() {
			defer close(found[i])
			c.examine(ctx, source, found[i])
		}()
	}
	var failed error
	for _, findings := range found {
		for f := range findings {
			if failed == nil {
				failed = told(f)
			}
			if failed != nil {
				cancel()
			}
		}
	}
	if failed != nil {
		return failed
	}
	return ctx.Err()
}

// examine sends what it finds about one source, until ctx ends.
func (c Config) examine(ctx context.Context, s Source, out chan<- Finding) {
	limited, cancel := context.WithTimeoutCause(ctx, c.Timeout, errTimeout)
	defer cancel()
	e := &examination{source: s, config: c, hide: secretsOf(s), found: make(chan Finding), left: make(chan struct{})}
	defer close(e.left)
	go e.run(limited)
	ended := limited.Done()
	var enough <-chan time.Time
	for {
		select {
		case f, more := <-e.found:
			if !more {
				return
			}
			send(ctx, out, f)
		case <-ended:
			ended, enough = nil, time.After(c.Patience)
		case <-enough:
			send(ctx, out, e.finding(Fault, fmt.Sprintf("%s: no answer within %s, and it does not stop", e.step.Load(), c.Timeout), slow))
			return
		}
	}
}

func send(ctx context.Context, out chan<- Finding, f Finding) {
	select {
	case out <- f:
	case <-ctx.Done():
	}
}

// examination looks at one source. It runs on a goroutine of its own, which is
// left behind where the source does not stop.
type examination struct {
	source Source
	config Config
	hide   hider
	step   atomic.Value // a string: what is under way
	found  chan Finding // closed at the end
	left   chan struct{}
}

func (e *examination) finding(status Status, found, do string) Finding {
	return Finding{
		Status: status, Check: Check(e.source.Name),
		Found: strings.ReplaceAll(e.hide(found), "\n", "; "), Do: e.hide(do),
	}
}

// tell sends a finding, if anyone is still there.
func (e *examination) tell(status Status, do, format string, args ...any) {
	select {
	case e.found <- e.finding(status, fmt.Sprintf(format, args...), do):
	case <-e.left:
	}
}

// fault tells of an error.
func (e *examination) fault(ctx context.Context, err error) {
	step := e.step.Load()
	switch {
	case errors.Is(context.Cause(ctx), errTimeout):
		e.tell(Fault, slow, "%s: no answer within %s", step, e.config.Timeout)
	case ctx.Err() == nil:
		e.tell(Fault, advice(err), "%s: %v", step, err)
	}
}

const faulty = "This is a fault in the connector: tell its authors what is written here."

const slow = "Give it longer with --timeout; else check the network, and whether the system is overloaded."

// advice returns the next step after an error of a source.
func advice(err error) string {
	if hint := connector.HintOf(err); hint != "" {
		return hint
	}
	switch connector.KindOf(err) {
	case connector.Unauthorized:
		return "Check the source's credentials, and what they may read."
	case connector.NotFound:
		return "Check the path or the address of the source."
	case connector.Invalid:
		return "Check the source's options: trackql help sources lists them."
	case connector.RateLimited:
		return "Wait until the system takes requests again."
	case connector.Unavailable:
		return "Check the network and the address, or try again later."
	case connector.Corrupt, connector.Incomplete:
		return "Get the data again from the system: what it gave is broken."
	}
	return faulty
}
