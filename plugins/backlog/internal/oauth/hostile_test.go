package oauth_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/oauth"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// echo is an answer to a request, with what was sent in place of SENT.
type echo struct {
	status                 int // 0 is no answer
	kind, body, redirectTo string
}

func (e echo) answer(r *http.Request, sent string) (*http.Response, error) {
	if e.status == 0 {
		return nil, errors.New("connection refused")
	}
	header := http.Header{"Content-Type": {e.kind}}
	if e.redirectTo != "" {
		header.Set("Location", e.redirectTo+sent)
	}
	text := strings.ReplaceAll(e.body, "SENT", sent)
	return &http.Response{StatusCode: e.status, Header: header, Request: r, Body: io.NopCloser(strings.NewReader(text))}, nil
}

// TestHostile is a server that answers requests for tokens with what it was sent:
// nothing of that is in an error.
func TestHostile(t *testing.T) {
	const asJSON = "application/json"
	tests := map[string]struct {
		echo echo
		kind connector.Kind
		want string
	}{
		"description":  {echo{400, asJSON, `{"error":"invalid_grant","error_description":"SENT"}`, ""}, connector.Unauthorized, "trackql auth login"},
		"code":         {echo{400, asJSON, `{"error":"SENT"}`, ""}, connector.Invalid, "400 Bad Request"},
		"known code":   {echo{400, asJSON, `{"error":"invalid_scope","error_uri":"SENT"}`, ""}, connector.Invalid, "invalid_scope"},
		"client":       {echo{401, asJSON, `{"error":"invalid_client","error_description":"SENT"}`, ""}, connector.Unauthorized, "OAuthClientSecret"},
		"with 200":     {echo{200, asJSON, `{"error":"invalid_grant","error_description":"SENT"}`, ""}, connector.Unauthorized, "trackql auth login"},
		"page":         {echo{404, "text/html", `<html>SENT</html>`, ""}, connector.Invalid, "404 Not Found"},
		"broken page":  {echo{502, "text/html", `<html>SENT</html>`, ""}, connector.Unavailable, "502"},
		"form":         {echo{400, "text/plain", `error=SENT&error_description=SENT`, ""}, connector.Invalid, "400"},
		"not JSON":     {echo{200, asJSON, `SENT`, ""}, connector.Corrupt, "no tokens"},
		"wrong type":   {echo{200, asJSON, `{"access_token":"SENT","expires_in":"SENT"}`, ""}, connector.Corrupt, "no tokens"},
		"no token":     {echo{200, asJSON, `{"token":"SENT"}`, ""}, connector.Corrupt, "no tokens"},
		"nothing":      {echo{200, asJSON, ``, ""}, connector.Corrupt, "no tokens"},
		"slow down":    {echo{429, asJSON, `{"error":"SENT"}`, ""}, connector.RateLimited, "Wait"},
		"redirect":     {echo{307, "text/html", `SENT`, "https://thief.example/?"}, connector.Invalid, "307"},
		"redirect GET": {echo{302, "text/html", `SENT`, "https://thief.example/?"}, connector.Invalid, "302"},
		"no network":   {echo{}, connector.Unavailable, "connection refused"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, backlogtest.Options{})
			w.signedIn()
			secrets := w.secrets()
			var logged bytes.Buffer
			a := w.account(func(c *oauth.Config) {
				c.Log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
				c.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
					if r.URL.Host != "example.backlog.test" {
						t.Errorf("a request went to %s", r.URL.Host)
					}
					sent, err := io.ReadAll(r.Body)
					if err != nil {
						t.Error(err)
					}
					return test.echo.answer(r, string(sent))
				})
			})
			w.clock.pass(time.Hour)
			_, err := bearer(t, a)
			wants(t, "Authorize", err, test.kind, test.want)
			clean(t, secrets, fmt.Sprintf("%v %+v %#v %s %s", err, err, err, connector.HintOf(err), &logged))
			err = a.Login(t.Context(), w.paper(func(*url.URL) string { return "code-of-nobody" }))
			clean(t, append(secrets, "code-of-nobody"), fmt.Sprintf("%v %#v %s %s", err, err, connector.HintOf(err), &logged))
		})
	}
}

// secrets are what must not be seen anywhere.
func (w *world) secrets() []string {
	_, secret := w.OAuthClient()
	k := w.kept()
	return []string{secret, k.Token.Access, k.Token.Refresh}
}

func clean(t *testing.T, secrets []string, seen string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(seen, secret) || strings.Contains(seen, url.QueryEscape(secret)) {
			t.Errorf("a secret can be seen: %s", seen)
		}
	}
}

// TestPrinted looks for secrets in what fmt makes of an account.
func TestPrinted(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	a := w.signedIn()
	if err := w.ask(a); err != nil {
		t.Fatal(err)
	}
	fixed := oauth.Fixed(connector.SecretOf(w.kept().Token.Access))
	clean(t, w.secrets(), fmt.Sprintf("%v %+v %#v %v %+v %#v %s %s", a, a, a, fixed, fixed, fixed, a.Identity(), fixed.Identity()))
	if err := w.ask(fixed); err != nil {
		t.Errorf("with the access token alone: %v", err)
	}
	w.clock.pass(time.Hour)
	if err := w.ask(fixed); connector.KindOf(err) != connector.Unauthorized {
		t.Errorf("with an access token that has ended: %v", err)
	}
}
