package backlogtest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// outcome is what a client sees of a request.
type outcome struct {
	status   int
	code     float64
	sendErr  error
	readErr  error
	jsonGood bool
}

// try makes one request, which may fail in any way.
func try(t *testing.T, client http.RoundTripper, base, key, method, path string) outcome {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, base+"/api/v2"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Backlog-API-Key", key)
	resp, err := client.RoundTrip(r)
	if err != nil {
		return outcome{sendErr: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	out := outcome{status: resp.StatusCode, readErr: err, jsonGood: json.Valid(body)}
	if out.jsonGood {
		if list, _ := at(decoded(t, body), "errors").([]any); len(list) > 0 {
			out.code, _ = at(list[0], "code").(float64)
		}
	}
	return out
}

func TestFaults(t *testing.T) {
	tests := map[string]struct {
		kind  backlogtest.FaultKind
		check func(outcome) bool
	}{
		"server error": {backlogtest.ServerError, func(o outcome) bool { return o.status == 500 && o.code == 1 }},
		"bad gateway":  {backlogtest.BadGateway, func(o outcome) bool { return o.status == 502 && !o.jsonGood }},
		"cut off":      {backlogtest.CutOff, func(o outcome) bool { return o.status == 200 && errors.Is(o.readErr, io.ErrUnexpectedEOF) }},
		"bad JSON":     {backlogtest.BadJSON, func(o outcome) bool { return o.status == 200 && o.readErr == nil && !o.jsonGood }},
		"too many":     {backlogtest.TooMany, func(o outcome) bool { return o.status == 429 && o.code == 13 }},
		"expired":      {backlogtest.Expired, func(o outcome) bool { return o.status == 401 && o.code == 0 }},
		"forbidden":    {backlogtest.Forbidden, func(o outcome) bool { return o.status == 403 && o.code == 4 }},
		"reset":        {backlogtest.Reset, func(o outcome) bool { return o.sendErr != nil }},
		"lost answer":  {backlogtest.LostAnswer, func(o outcome) bool { return o.sendErr != nil }},
		"slow":         {backlogtest.Slow, func(o outcome) bool { return o.status == 200 && o.jsonGood }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			s := backlogtest.New(backlogtest.Options{Clock: clock})
			base, stop, err := s.Listen("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(stop)
			ways := map[string]http.RoundTripper{"in process": s.Transport(), "over TCP": &http.Transport{DisableKeepAlives: true}}
			for way, client := range ways {
				s.Inject(backlogtest.Fault{
					Match: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/projects") },
					Times: 1, Kind: test.kind,
				})
				if got := try(t, client, base, s.Key(), "GET", "/space"); got.status != 200 || !got.jsonGood {
					t.Errorf("%s: a request that does not match: %+v", way, got)
				}
				begin := clock.now
				if got := try(t, client, base, s.Key(), "GET", "/projects"); !test.check(got) {
					t.Errorf("%s: %+v", way, got)
				}
				if took := clock.now.Sub(begin); (took == 30*time.Second) != (test.kind == backlogtest.Slow) {
					t.Errorf("%s: it took %v", way, took)
				}
				if got := try(t, client, base, s.Key(), "GET", "/projects"); got.status != 200 || !got.jsonGood {
					t.Errorf("%s: the next request: %+v", way, got)
				}
			}
		})
	}
}

func TestResetInProcessIsASystemError(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{})
	s.Inject(backlogtest.Fault{Kind: backlogtest.Reset})
	got := try(t, s.Transport(), "http://space.example", s.Key(), "GET", "/space")
	if !errors.Is(got.sendErr, syscall.ECONNRESET) {
		t.Errorf("a reset: %v, want ECONNRESET", got.sendErr)
	}
}

// TestWhatAFaultLeaves tells a fault before from one after the deed.
func TestWhatAFaultLeaves(t *testing.T) {
	tests := map[string]struct {
		kind backlogtest.FaultKind
		left int
	}{
		"reset":        {backlogtest.Reset, 400},
		"server error": {backlogtest.ServerError, 400},
		"lost answer":  {backlogtest.LostAnswer, 399},
		"cut off":      {backlogtest.CutOff, 399},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := backlogtest.New(backlogtest.Options{})
			s.Inject(backlogtest.Fault{Kind: test.kind, Times: 1})
			try(t, s.Transport(), "http://space.example", s.Key(), "DELETE", "/issues/WEB-1")
			c := admin(t, s)
			if got := c.object("/issues/count", c.all())["count"]; got != float64(test.left) {
				t.Errorf("%v issues are left, want %d", got, test.left)
			}
		})
	}
}
