package rest

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

const (
	// maxAnswer is how many bytes an answer may have, unpacked.
	maxAnswer = 256 << 20
	// maxRefusal is how much is read of an answer that tells of an error.
	maxRefusal = 1 << 20

	maxRedirects = 10
)

// RoundTrip sends one request and returns the whole answer, as a.last.
func (a *attempt) RoundTrip(req *http.Request) (*http.Response, error) {
	send := a.sendAway
	if a.ours(req.URL) {
		send = a.sendOurs
	}
	var err error
	if a.last, err = send(req.Context(), req); err != nil {
		return nil, err
	}
	if err := a.checkJSON(); err != nil {
		return nil, err
	}
	status := a.last.status
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Header: a.last.header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody, Request: req,
	}, nil
}

// sendOurs asks the server, as the caller, when its allowance lets us.
func (a *attempt) sendOurs(ctx context.Context, req *http.Request) (reply, error) {
	clock := a.client.cfg.Clock
	p, err := a.client.budget(a.call.Category).take(ctx, clock)
	if err != nil {
		return reply{}, canceled(ctx)
	}
	req = req.Clone(ctx)
	if err := a.client.cfg.Credentials.Authorize(ctx, req); err != nil {
		p.unused()
		return reply{}, a.fail(connector.KindOf(err), "%w", err)
	}
	if err := a.enter(ctx); err != nil {
		p.unused()
		return reply{}, err
	}
	defer a.leave()
	r, err := a.read(ctx, req)
	if r.header == nil {
		p.lost()
	} else {
		p.answered(r.status, r.header, clock.Now())
	}
	return r, err
}

// sendAway asks another server, which is not told who asks.
func (a *attempt) sendAway(ctx context.Context, req *http.Request) (reply, error) {
	if err := a.enter(ctx); err != nil {
		return reply{}, err
	}
	defer a.leave()
	return a.read(ctx, req)
}

// enter waits until the client may send one more request.
func (a *attempt) enter(ctx context.Context) error {
	select {
	case a.client.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return canceled(ctx)
	}
}

func (a *attempt) leave() { <-a.client.slots }

var errTimeout = errors.New("timeout")

// read sends a request and reads the answer to its end. With an error, the
// answer may have a header.
func (a *attempt) read(ctx context.Context, req *http.Request) (reply, error) {
	limited, cancel := context.WithTimeoutCause(ctx, a.client.cfg.Timeout, errTimeout)
	defer cancel()
	a.trip.sent(a.call.Purpose, a.sent > 0)
	a.sent++
	resp, err := a.client.cfg.Transport.RoundTrip(req.WithContext(limited))
	if err != nil {
		return reply{}, a.broken(ctx, limited, err)
	}
	defer resp.Body.Close()
	r := reply{status: resp.StatusCode, header: resp.Header}
	limit := a.client.maxAnswer
	if resp.StatusCode > 299 {
		limit = maxRefusal
	}
	var body strings.Builder
	body.Grow(int(min(max(resp.ContentLength, 0), limit)))
	size, err := io.Copy(&body, io.LimitReader(resp.Body, limit+1))
	a.trip.received(size)
	switch {
	case err != nil:
		return r, a.broken(ctx, limited, err)
	case size > limit && resp.StatusCode <= 299:
		return r, a.fail(connector.Invalid, "the answer has more than %d MiB", limit>>20).WithHint(
			"Ask for less at a time: set PageSize to a smaller number, or narrow the statement.")
	}
	r.body = body.String()
	return r, nil
}

// broken returns what is wrong where a request got no whole answer.
func (a *attempt) broken(ctx, limited context.Context, err error) error {
	var (
		from        *url.Error
		unknownHost *net.DNSError
		network     *net.OpError
		certificate *tls.CertificateVerificationError
		noTLS       tls.RecordHeaderError
		packed      flate.CorruptInputError
	)
	if errors.As(err, &from) {
		err = from.Err
	}
	switch {
	case ctx.Err() != nil:
		return canceled(ctx)
	case errors.Is(context.Cause(limited), errTimeout):
		return a.fail(connector.Unavailable, "no whole answer within %s", a.client.cfg.Timeout).
			WithHint("Try again later, or give the server more time with Timeout.")
	case errors.As(err, &unknownHost) && unknownHost.IsNotFound:
		hint := wrongBaseHint
		if unknownHost.Name != a.client.cfg.Base.Hostname() {
			hint = wrongProxyHint
		}
		return a.fail(connector.NotFound, "there is no host %q", unknownHost.Name).WithHint("%s", hint)
	case errors.As(err, &certificate):
		return a.fail(connector.Invalid, "%w", err).
			WithHint("Where the server's certificate is from an authority of your own, name that one's file with CaFile.")
	case errors.As(err, &noTLS):
		return a.fail(connector.Invalid, "the server does not speak TLS: %w", err).WithHint(wrongBaseHint)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return a.fail(connector.Unavailable, "the answer was cut off").WithHint(cutOffHint)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &packed):
		return a.fail(connector.Unavailable, "the answer cannot be unpacked: %w", err).WithHint(cutOffHint)
	case errors.As(err, &network) && network.Op == "proxyconnect":
		return a.fail(connector.Unavailable, "%w", err).WithHint(wrongProxyHint)
	case errors.As(err, &network) && network.Op == "dial":
		return a.fail(connector.Unavailable, "%w", err).WithHint(unreachableHint)
	}
	return a.fail(connector.Unavailable, "%w", err)
}

// checkJSON refuses a good answer that is not whole and valid JSON.
func (a *attempt) checkJSON() error {
	if !a.json || a.last.status < 200 || a.last.status > 299 {
		return nil
	}
	text := strings.TrimSpace(a.last.body)
	switch {
	case text == "":
		return a.fail(connector.Corrupt, "the answer is empty").WithHint(otherServerHint)
	case strings.HasPrefix(text, "<"):
		return a.fail(connector.Invalid, "the answer is a web page, not one of the API").WithHint(otherServerHint)
	case !shallow(text):
		return a.fail(connector.Invalid, "the answer is nested deeper than %d levels", maxDepth).WithHint(otherServerHint)
	case !gjson.Valid(text):
		return a.fail(connector.Corrupt, "the answer is not valid JSON, or was cut off").WithHint(cutOffHint)
	}
	return nil
}

// maxDepth is how deep an answer may be nested. What reads JSON here goes down
// into it, and would exhaust the stack of the process in one that is deeper by
// far.
const maxDepth = 1000

// shallow tells whether a JSON text is nested no deeper than that.
func shallow(text string) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i += quoted(text[i+1:])
		case '[', '{':
			if depth++; depth > maxDepth {
				return false
			}
		case ']', '}':
			depth--
		}
	}
	return true
}

// quoted is how long a JSON string is that has begun, with the quote at its end.
func quoted(rest string) int {
	for i := 0; ; i++ {
		next := strings.IndexByte(rest[i:], '"')
		if next < 0 {
			return len(rest)
		}
		i += next
		slashes := i
		for slashes > 0 && rest[slashes-1] == '\\' {
			slashes--
		}
		if (i-slashes)%2 == 0 {
			return i + 1
		}
	}
}

// redirect tells whether to follow the server elsewhere. A file may be kept at
// another host, which is not told who asks; the API may not.
func (a *attempt) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return a.fail(connector.Invalid, "the server redirects without end").WithHint(wrongBaseHint)
	}
	if a.json && !a.ours(req.URL) {
		return a.fail(connector.Invalid, "the server redirects to another, %s", req.URL.Host).WithHint(otherServerHint)
	}
	return nil
}

// ours tells whether an address is the server's, or the same host's with TLS.
func (a *attempt) ours(u *url.URL) bool {
	base := a.client.cfg.Base
	if u.Scheme == base.Scheme {
		return strings.EqualFold(u.Host, base.Host)
	}
	return u.Scheme == "https" && u.Port() == "" && strings.EqualFold(u.Hostname(), base.Hostname())
}
