package rest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

var (
	good  = says(200, `{"spaceKey":"x"}`)
	reset = fails(&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET})
)

// cutOff begins an answer that does not go on.
func cutOff(req *http.Request) (*http.Response, error) {
	resp, err := says(200, "")(req)
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"spaceKey"`), errReader{io.ErrUnexpectedEOF}))
	return resp, err
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

func TestTries(t *testing.T) {
	for name, test := range map[string]struct {
		answers []respond
		tries   int
		from    time.Duration // how long it takes at least
		to      time.Duration // and at most
	}{
		"good":               {[]respond{good}, 1, 0, 0},
		"server error":       {[]respond{says(500, "{}"), good}, 2, 250 * time.Millisecond, 500 * time.Millisecond},
		"bad gateway":        {[]respond{says(502, "<html>"), good}, 2, 250 * time.Millisecond, 500 * time.Millisecond},
		"request timeout":    {[]respond{says(408, ""), good}, 2, 250 * time.Millisecond, 500 * time.Millisecond},
		"reset":              {[]respond{reset, good}, 2, 250 * time.Millisecond, 500 * time.Millisecond},
		"cut off":            {[]respond{cutOff, good}, 2, 250 * time.Millisecond, 500 * time.Millisecond},
		"broken JSON":        {[]respond{says(200, `{"spaceKey":`), good}, 2, 250 * time.Millisecond, 500 * time.Millisecond},
		"no body":            {[]respond{says(200, ``), good}, 2, 250 * time.Millisecond, 500 * time.Millisecond},
		"two values":         {[]respond{says(200, `[][]`), good}, 2, 250 * time.Millisecond, 500 * time.Millisecond},
		"no answer":          {[]respond{hangs, good}, 2, 60250 * time.Millisecond, 60500 * time.Millisecond},
		"three faults":       {[]respond{reset, cutOff, says(500, ""), good}, 4, 1750 * time.Millisecond, 3500 * time.Millisecond},
		"asked to wait":      {[]respond{says(503, "", "Retry-After", "7"), good}, 2, 7 * time.Second, 7 * time.Second},
		"limit, retry after": {[]respond{says(429, "", "Retry-After", "3"), good}, 2, 3 * time.Second, 3 * time.Second},
		"limit, a date": {
			[]respond{says(429, "", "Retry-After", "Sat, 01 Jan 2000 00:00:09 GMT"), good},
			2, 9 * time.Second, 9 * time.Second,
		},
		"limit, reset": {
			[]respond{says(429, "", "X-RateLimit-Limit", "9", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "946684811"), good},
			2, 11 * time.Second, 11 * time.Second,
		},
		"limit, not told": {[]respond{says(429, ""), good}, 2, time.Minute, time.Minute},
		"limit, reset gone": {
			[]respond{says(429, "", "X-RateLimit-Limit", "9", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "946684700"), good},
			2, time.Second, time.Second,
		},
		"limit in milliseconds": {
			[]respond{says(429, "", "X-RateLimit-Limit", "9", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "946684811000"), good},
			2, time.Hour, time.Hour,
		},
		"limits do not count as faults": {
			[]respond{says(429, ""), says(429, ""), says(429, ""), says(429, ""), reset, reset, reset, good},
			8, 4*time.Minute + 1750*time.Millisecond, 4*time.Minute + 3500*time.Millisecond,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := inTurn(test.answers...)
				trip := clientOf(t, server).Begin("")
				begin := time.Now()
				body, err := trip.Get(t.Context(), rest.Call{Path: "/space", Purpose: rest.Metadata})
				if string(body) != `{"spaceKey":"x"}` || err != nil {
					t.Errorf("Get() = %s, %v", body, err)
				}
				if took := time.Since(begin); took < test.from || took > test.to {
					t.Errorf("Get() took %s, want %s to %s", took, test.from, test.to)
				}
				tally := trip.Tally()
				if server.count() != test.tries || tally.Metadata != 1 || tally.Retries != int64(test.tries)-1 {
					t.Errorf("%d requests came, and Tally() = %+v, want %d", server.count(), tally, test.tries)
				}
			})
		})
	}
}

func TestFailures(t *testing.T) {
	unknown := &net.DNSError{Err: "no such host", Name: "example.backlog.com", IsNotFound: true}
	for name, test := range map[string]struct {
		answers []respond
		tries   int
		kind    connector.Kind
		text    string
	}{
		"server error": {[]respond{says(500, "")}, 4, connector.Unavailable, "the server answers 500 Internal Server Error"},
		"not there at all": {
			[]respond{says(501, "")}, 1, connector.Unavailable, "the server answers 501 Not Implemented",
		},
		"asked to wait for long": {
			[]respond{says(503, "", "Retry-After", "3600")}, 1, connector.Unavailable, "the server answers 503 Service Unavailable",
		},
		"reset":       {[]respond{reset}, 4, connector.Unavailable, "read tcp: connection reset by peer"},
		"cut off":     {[]respond{cutOff}, 4, connector.Unavailable, "the answer was cut off"},
		"broken JSON": {[]respond{says(200, "{")}, 4, connector.Corrupt, "the answer is not valid JSON, or was cut off"},
		"no answer":   {[]respond{hangs}, 4, connector.Unavailable, "no whole answer within 1m0s"},
		"web page": {
			[]respond{says(200, "\n<!DOCTYPE html>")}, 1, connector.Invalid, "the answer is a web page, not one of the API",
		},
		"no host": {
			[]respond{fails(&url.Error{Op: "Get", URL: "https://h?" + secret, Err: unknown})},
			1, connector.NotFound, `there is no host "example.backlog.com"`,
		},
		"certificate": {
			[]respond{fails(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}})},
			1, connector.Invalid,
			"tls: failed to verify certificate: x509: certificate signed by unknown authority",
		},
		"no TLS": {
			[]respond{fails(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"})},
			1, connector.Invalid,
			"the server does not speak TLS: tls: first record does not look like a TLS handshake",
		},
		"too large": {[]respond{says(200, `"`+strings.Repeat("x", 1<<20)+`"`)}, 1, connector.Invalid, "the answer has more than 1 MiB"},
		"not found": {[]respond{says(404, "<html>")}, 1, connector.NotFound, "the server answers 404 Not Found"},
		"large error": {
			[]respond{says(400, `{"errors":[{"message":"`+strings.Repeat("x", 2<<20)+`"}]}`)},
			1, connector.Invalid, "the server answers 400 Bad Request",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := inTurn(test.answers...)
				client := clientOf(t, server)
				rest.LimitAnswers(client, 1<<20)
				_, err := get(t.Context(), client)
				if connector.KindOf(err) != test.kind || fmt.Sprint(err) != "example.backlog.com/api/v2/space: "+test.text {
					t.Errorf("Get() = %s: %v, want %s: %s", connector.KindOf(err), err, test.kind, test.text)
				}
				if server.count() != test.tries {
					t.Errorf("%d requests came, want %d", server.count(), test.tries)
				}
			})
		})
	}
}

// TestUnknownHost tells the space's address from that of a proxy.
func TestUnknownHost(t *testing.T) {
	for host, want := range map[string]string{
		"example.backlog.com": "Check Url: ",
		"proxy.example.com":   "Check the proxy: ",
	} {
		unknown := &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		_, err := get(t.Context(), clientOf(t, inTurn(fails(unknown))))
		if hint := connector.HintOf(err); !strings.HasPrefix(hint, want) {
			t.Errorf("Get() without the host %s = %v, hint %q, want %q…", host, err, hint, want)
		}
	}
}

func TestRetryAfterIsTold(t *testing.T) {
	_, err := get(t.Context(), clientOf(t, inTurn(says(503, "", "Retry-After", "3600"))))
	var e *connector.Error
	if !errors.As(err, &e) || e.RetryAfter != time.Hour {
		t.Errorf("Get() = %#v, want RetryAfter 1h", err)
	}
}

func TestCancelAtOnce(t *testing.T) {
	why := errors.New("the statement has ended")
	for name, server := range map[string]*stub{
		"no answer":   inTurn(hangs),
		"backoff":     inTurn(says(503, "", "Retry-After", "60")),
		"rate limit":  inTurn(says(429, "")),
		"half answer": inTurn(halfAnswer),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(5*time.Second, func() { cancel(why) })
				client := clientOf(t, server)
				begin := time.Now()
				_, err := get(ctx, client)
				if connector.KindOf(err) != connector.Canceled || !errors.Is(err, why) || time.Since(begin) != 5*time.Second {
					t.Errorf("Get() = %v after %s, want the cause after 5s", err, time.Since(begin))
				}
			})
		})
	}
}

func halfAnswer(req *http.Request) (*http.Response, error) {
	resp, err := says(200, "")(req)
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"a":`), untilDone{req.Context()}))
	return resp, err
}

type untilDone struct{ ctx context.Context }

func (r untilDone) Read([]byte) (int, error) {
	<-r.ctx.Done()
	return 0, r.ctx.Err()
}

func TestCanceledBeforeIsNotSent(t *testing.T) {
	server := inTurn(good)
	trip := clientOf(t, server).Begin("q")
	if _, err := trip.Get(t.Context(), call("/space")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, path := range []string{"/space", "/users"} {
		if _, err := trip.Get(ctx, call(path)); connector.KindOf(err) != connector.Canceled || server.count() != 1 {
			t.Errorf("Get(%s) = %v after %d requests, want canceled and none", path, err, server.count()-1)
		}
	}
}

func TestHeaders(t *testing.T) {
	server := inTurn(good)
	if _, err := get(t.Context(), clientOf(t, server)); err != nil {
		t.Fatal(err)
	}
	req := server.requests[0]
	if got := req.Header.Get("Backlog-API-Key"); got != secret {
		t.Errorf("the key's header = %q", got)
	}
	if strings.Contains(req.URL.String(), secret) || req.Header.Get("Accept-Encoding") != "" {
		t.Errorf("the request is %s with %v", req.URL, req.Header)
	}
}

func TestGzipCountsUnpacked(t *testing.T) {
	server := testServer(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("the request does not accept gzip")
		}
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		fmt.Fprintf(packed, "[%s1]", strings.Repeat("0.0, ", 1000))
		if err := packed.Close(); err != nil {
			t.Error(err)
		}
	})
	trip := rest.New(server).Begin("")
	body, err := trip.Get(t.Context(), call("/space"))
	if err != nil || len(body) != 5003 || trip.Tally().Bytes != 5003 {
		t.Errorf("Get() = %d bytes, %v; Tally() = %+v, want 5003", len(body), err, trip.Tally())
	}
}

func TestLogTellsNoSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		cfg := configOf(t, inTurn(reset, says(429, ""), good))
		cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		_, err := rest.New(cfg).Begin("").Get(t.Context(), rest.Call{Path: "/issues", Query: url.Values{"keyword": {"心"}}})
		if err != nil || strings.Count(log.String(), "trying again") != 2 || strings.Contains(log.String(), secret) {
			t.Errorf("Get() = %v, log:\n%s", err, log.String())
		}
	})
}
