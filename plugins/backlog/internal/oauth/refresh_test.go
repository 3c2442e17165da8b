package oauth_test

import (
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/oauth"
)

// TestRenewal renews a minute before the end, hour after hour: each time the
// refresh token is another, and is kept.
func TestRenewal(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	a := w.signedIn()
	first := w.kept()
	if want := w.clock.Now().Add(time.Hour); !first.Token.Expiry.Equal(want) {
		t.Errorf("the token ends at %s, want %s", first.Token.Expiry, want)
	}
	w.clock.pass(59*time.Minute - time.Second)
	if got, err := bearer(t, a); err != nil || got != first.Token.Access || w.asked() != 0 {
		t.Errorf("before: the first token: %t, %v, %d requests", got == first.Token.Access, err, w.asked())
	}
	seen := map[string]bool{first.Token.Refresh: true}
	w.clock.pass(time.Second)
	for hour := 1; hour <= 3; hour++ {
		if err := w.ask(a); err != nil {
			t.Fatal(err)
		}
		k := w.kept()
		if seen[k.Token.Refresh] || w.asked() != hour {
			t.Errorf("hour %d: %d requests for tokens, the refresh token was there before: %t", hour, w.asked(), seen[k.Token.Refresh])
		}
		seen[k.Token.Refresh] = true
		w.clock.pass(time.Hour)
	}
	modes(t, w.file)
	other := w.account(nil)
	if err := w.ask(other); err != nil {
		t.Errorf("a process that begins later: %v", err)
	}
	if other.Identity() != a.Identity() {
		t.Error("the same person has another identity")
	}
}

// TestRefused renews after a 401, once for all requests that were refused.
func TestRefused(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	a := w.signedIn()
	old := "Bearer " + w.kept().Token.Access
	w.Inject(backlogtest.Fault{
		Match: func(r *http.Request) bool { return r.Header.Get("Authorization") == old },
		Kind:  backlogtest.Expired,
	})
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			if err := w.ask(a); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if w.asked() != 1 {
		t.Errorf("%d requests for tokens, want 1", w.asked())
	}
}

// TestCrowd renews once for requests that were refused together, and again for
// one that is refused later.
func TestCrowd(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	a := w.signedIn()
	for asked, wait := range []time.Duration{0, 29 * time.Second, time.Second} {
		w.clock.pass(wait)
		renewed, err := a.Renew(t.Context(), nil)
		if want := max(1, asked); !renewed || err != nil || w.asked() != want {
			t.Errorf("Renew %s later = %t, %v, after %d requests for tokens, want %d", wait, renewed, err, w.asked(), want)
		}
	}
}

// TestWithdrawn is a consent that was withdrawn: the person must sign in.
func TestWithdrawn(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	a := w.signedIn()
	before := w.kept()
	w.Revoke()
	wants(t, "Get", w.ask(a), connector.Unauthorized, "trackql auth login bl")
	if w.kept() != before {
		t.Error("the file has changed")
	}
	p := &person{w: w}
	p.browse = func(back *url.URL) { get(t, "GET", back.String()) }
	if err := w.ask(w.account(func(c *oauth.Config) { c.Guide = p })); err != nil {
		t.Errorf("with a person who is there: %v", err)
	}
	p.busy.Wait()
	if len(p.visited) != 1 {
		t.Errorf("the person was asked %d times, want once", len(p.visited))
	}
}

// TestModes tells what a request does where nobody is signed in, and where the
// token has ended.
func TestModes(t *testing.T) {
	tests := map[string]struct {
		mode    oauth.Mode
		guided  bool
		nobody  string // the hint where nobody is; empty where it goes well
		renewed bool
	}{
		"get and refresh":           {oauth.GetAndRefresh, true, "", true},
		"get and refresh, no guide": {oauth.GetAndRefresh, false, "trackql auth login bl", true},
		"refresh":                   {oauth.Refresh, true, "trackql auth login bl", true},
		"off":                       {oauth.Off, true, "trackql auth login bl", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, backlogtest.Options{})
			p := &person{w: w, browse: func(back *url.URL) { get(t, "GET", back.String()) }}
			change := func(c *oauth.Config) {
				c.Mode = test.mode
				if test.guided {
					c.Guide = p
				}
			}
			err := w.ask(w.account(change))
			p.busy.Wait()
			if test.nobody == "" && (err != nil || len(p.visited) != 1) {
				t.Errorf("Get = %v with %d visits, want one", err, len(p.visited))
			}
			if test.nobody != "" {
				wants(t, "Get", err, connector.Unauthorized, test.nobody)
				if len(p.visited) > 0 {
					t.Error("the person was asked")
				}
			}
			w.signedIn()
			before := w.kept()
			w.clock.pass(2 * time.Hour)
			got, err := bearer(t, w.account(change))
			if err != nil || (got == before.Token.Access) == test.renewed {
				t.Errorf("Authorize = the same token: %t, %v", got == before.Token.Access, err)
			}
			if err := w.ask(w.account(change)); (err == nil) != test.renewed {
				t.Errorf("Get = %v", err)
			}
		})
	}
}

// TestSomebodyElse is another person who signs in while a process is under way.
func TestSomebodyElse(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	a := w.signedIn()
	other := w.account(nil)
	w.Edit(func(s *backlogtest.Space) {
		s.Users = slices.DeleteFunc(s.Users[1:], func(u *backlogtest.User) bool { return u.Left })
	})
	if err := other.Login(t.Context(), w.paper(nil)); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(time.Hour)
	wants(t, "Get", w.ask(a), connector.Conflict, "somebody else has signed in")
	if err := w.ask(other); err != nil {
		t.Error(err)
	}
	if got := w.account(nil).Identity(); got == a.Identity() || got != w.account(nil).Identity() {
		t.Error("two people have one identity, or one person two")
	}
}

// TestFaults is a server that fails while tokens are renewed.
func TestFaults(t *testing.T) {
	tests := map[string]struct {
		fault backlogtest.FaultKind
		times int
		left  time.Duration // until the old token ends
		kind  connector.Kind
		want  string // empty where the request goes well
	}{
		"once":         {backlogtest.ServerError, 1, 0, 0, ""},
		"for long":     {backlogtest.BadGateway, 0, 0, connector.Unavailable, "502"},
		"not yet over": {backlogtest.BadGateway, 0, 30 * time.Second, 0, ""},
		"reset":        {backlogtest.Reset, 2, 0, 0, ""},
		"too many":     {backlogtest.TooMany, 1, 0, connector.RateLimited, "Wait a minute"},
		"lost answer":  {backlogtest.LostAnswer, 1, 0, connector.Unauthorized, "trackql auth login bl"},
		"bad JSON":     {backlogtest.BadJSON, 1, 0, connector.Unauthorized, "trackql auth login bl"},
		"cut off":      {backlogtest.CutOff, 1, 0, connector.Unauthorized, "trackql auth login bl"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, backlogtest.Options{})
			a := w.signedIn()
			secrets := w.kept()
			w.clock.pass(time.Hour - test.left)
			w.Inject(backlogtest.Fault{Match: isToken, Times: test.times, Kind: test.fault})
			err := w.ask(a)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wants(t, "Get", err, test.kind, test.want)
			if w.kept() != secrets {
				t.Error("the file has changed")
			}
			if _, err := os.Stat(w.file + ".tmp"); err == nil {
				t.Error("a file is left behind")
			}
			if text := err.Error() + connector.HintOf(err); strings.Contains(text, secrets.Token.Refresh) || strings.Contains(text, secrets.Token.Access) {
				t.Errorf("a token is in the error: %s", text)
			}
		})
	}
}
