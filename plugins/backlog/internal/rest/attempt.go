package rest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/trackql/trackql/connector"
)

const (
	// maxTries is how often a request is tried where the server is at fault.
	maxTries = 4
	// firstBackoff is the longest wait after the first fault; it doubles.
	firstBackoff = 500 * time.Millisecond
	// longestRetryAfter is how long a server that is at fault may ask us to
	// wait; where it asks for more, the request fails.
	longestRetryAfter = time.Minute
)

// The keys of log lines.
const (
	logPath = "path"
	logWhy  = "why"
	logWait = "wait"
)

// reply is a whole answer of the server.
type reply struct {
	status int
	header http.Header
	body   string
}

// attempt is one call on its way, with its tries. It is what retryablehttp asks
// whether to try again, and the http.RoundTripper below it, which returns
// answers that are whole and valid, or fails with a connector.Error whose Kind
// tells whether to try again.
type attempt struct {
	client *Client
	trip   *Trip
	call   Call
	json   bool // the answer must be JSON

	last    reply
	sent    int // requests
	faults  int
	renewed bool
	wait    time.Duration // before the next try
}

// fetch sends a call, again where that may help, and returns the answer.
func (a *attempt) fetch(ctx context.Context) (reply, error) {
	if err := a.trip.allow(); err != nil {
		return reply{}, err
	}
	defer func() {
		if a.sent == 0 {
			a.trip.unsent()
		}
	}()
	address := a.call.url(a.client.cfg.Base)
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return reply{}, a.fail(connector.Invalid, "no address of a request can be made of it")
	}
	req.Header.Set("User-Agent", "trackql")
	retrying := &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: a, CheckRedirect: a.redirect},
		RetryMax:     math.MaxInt, // again decides
		CheckRetry:   a.again,
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return 0 },
		PrepareRetry: a.pause,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, err := retrying.Do(req)
	if err != nil {
		return reply{}, a.failure(ctx, err)
	}
	defer resp.Body.Close()
	if a.last.status < 200 || a.last.status > 299 {
		return reply{}, a.refusal()
	}
	return a.last, nil
}

// failure returns what went wrong where there is no answer.
func (a *attempt) failure(ctx context.Context, err error) error {
	var known *connector.Error
	switch {
	case ctx.Err() != nil:
		return canceled(ctx)
	case errors.As(err, &known):
		return known
	}
	// RoundTrip and redirect fail with no other error, and net/http of itself
	// only where it cannot read where to go. It would show the whole address.
	return a.fail(connector.Invalid, "the server redirects to an address that is none").WithHint(wrongBaseHint)
}

// again tells whether to try again; see retryablehttp.CheckRetry.
func (a *attempt) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, canceled(ctx)
	}
	if err != nil {
		kind := connector.KindOf(err)
		return (kind == connector.Unavailable || kind == connector.Corrupt) && a.fault(0, err.Error()), nil
	}
	after, _ := retryAfter(resp.Header, a.client.cfg.Clock.Now())
	switch status := resp.StatusCode; {
	case status == http.StatusUnauthorized:
		return a.renew(ctx, resp.Header)
	case status == http.StatusTooManyRequests:
		a.log("rate limit", 0) // the budget makes the next try wait
		return true, nil
	case status == http.StatusRequestTimeout, status >= 500 && status != http.StatusNotImplemented:
		return a.fault(after, resp.Status), nil
	}
	return false, nil
}

// fault counts a try that failed, and tells whether there is another.
func (a *attempt) fault(after time.Duration, why string) bool {
	a.faults++
	if a.faults >= maxTries || after > longestRetryAfter {
		return false
	}
	longest := firstBackoff << (a.faults - 1)
	a.wait = max(after, longest/2+rand.N(longest/2))
	a.log(why, a.wait)
	return true
}

func (a *attempt) log(why string, wait time.Duration) {
	a.client.cfg.Log.Debug("trying again", logPath, a.call.Path, logWhy, why, logWait, wait)
}

// renew asks the credentials for something newer, once.
func (a *attempt) renew(ctx context.Context, refused http.Header) (bool, error) {
	if a.renewed || parseRefusal(a.last).code == codeUnauthorizedOperation {
		return false, nil
	}
	a.renewed = true
	renewed, err := a.client.cfg.Credentials.Renew(ctx, refused)
	if err != nil {
		return false, a.fail(connector.KindOf(err), "%w", err)
	}
	return renewed, nil
}

// pause waits before a further try.
func (a *attempt) pause(req *http.Request) error {
	wait := a.wait
	a.wait = 0
	if wait == 0 {
		return nil
	}
	return a.client.cfg.Clock.Sleep(req.Context(), wait)
}
