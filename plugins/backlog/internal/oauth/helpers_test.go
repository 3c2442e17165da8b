package oauth_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/oauth"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

const spaceURL = "https://example.backlog.test"

// clock is a time that passes only when somebody lets it, or waits.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.pass(d)
	return ctx.Err()
}

// world is an emulated space with one application, and a folder for tokens.
type world struct {
	*backlogtest.Server
	t     *testing.T
	clock *clock
	file  string
}

func newWorld(t *testing.T, options backlogtest.Options) *world {
	t.Helper()
	w := &world{t: t, clock: newClock(), file: filepath.Join(t.TempDir(), "inner", "tokens.json")}
	options.Clock, options.Unlimited = w.clock, true
	w.Server = backlogtest.New(options)
	return w
}

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := rest.ParseBase(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// config is of the world's application; change may be nil.
func (w *world) config(change func(*oauth.Config)) oauth.Config {
	id, secret := w.OAuthClient()
	cfg := oauth.Config{
		Base: parse(w.t, spaceURL), ClientID: id, ClientSecret: connector.SecretOf(secret),
		Callback: "http://localhost:0/", File: w.file, Source: "bl", Transport: w.Transport(), Clock: w.clock,
		Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&cfg)
	}
	return cfg
}

func (w *world) account(change func(*oauth.Config)) *oauth.Account {
	w.t.Helper()
	a, err := oauth.New(w.config(change))
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// signedIn is an account after a login by another process.
func (w *world) signedIn() *oauth.Account {
	w.t.Helper()
	if err := w.account(nil).Login(w.t.Context(), w.paper(nil)); err != nil {
		w.t.Fatal(err)
	}
	w.Forget()
	return w.account(nil)
}

// tokens is what the file has.
type tokens struct {
	User  struct{ Name string }
	Token struct {
		Access  string    `json:"access_token"`
		Refresh string    `json:"refresh_token"`
		Expiry  time.Time `json:"expiry"`
	}
}

func (w *world) kept() tokens {
	w.t.Helper()
	data, err := os.ReadFile(w.file)
	if err != nil {
		w.t.Fatal(err)
	}
	var k tokens
	if err := json.Unmarshal(data, &k); err != nil {
		w.t.Fatal(err)
	}
	return k
}

// asked is how often tokens were asked for.
func (w *world) asked() int {
	n := 0
	for _, r := range w.Requests() {
		if r.Path == "/api/v2/oauth2/token" {
			n++
		}
	}
	return n
}

// consent is what a browser does at an address where a person agrees: it returns
// where the space sends it.
func (w *world) consent(address string) (*url.URL, error) {
	r, err := http.NewRequestWithContext(w.t.Context(), "GET", address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := w.Transport().RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return url.Parse(resp.Header.Get("Location"))
}

// person is a guide with a browser at hand, or elsewhere.
type person struct {
	w *world
	// bring is what the person copies of where the space sent the browser.
	bring func(back *url.URL) string
	// browse is what a browser does at this machine with where it was sent.
	browse func(back *url.URL)

	visited []string
	back    *url.URL
	busy    sync.WaitGroup
}

// paper is a person whose browser is elsewhere; without bring, the whole address
// is copied.
func (w *world) paper(bring func(*url.URL) string) *person {
	if bring == nil {
		bring = func(back *url.URL) string { return "  " + back.String() + "\n" }
	}
	return &person{w: w, bring: bring}
}

func (p *person) Elsewhere() bool { return p.bring != nil }

func (p *person) Visit(address string) error {
	p.visited = append(p.visited, address)
	back, err := p.w.consent(address)
	if err != nil {
		return err
	}
	p.back = back
	if p.browse != nil {
		p.busy.Go(func() { p.browse(back) })
	}
	return nil
}

func (p *person) Ask(context.Context, string) (string, error) { return p.bring(p.back), nil }

// get gets a page over the network.
func get(t *testing.T, method, address string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	if header := resp.Header.Get("Referrer-Policy"); header != "no-referrer" {
		t.Errorf("a page may tell its address: Referrer-Policy is %q", header)
	}
	return resp.StatusCode, string(text)
}

// bearer is what the account puts into a request.
func bearer(t *testing.T, a *oauth.Account) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", spaceURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = a.Authorize(t.Context(), r)
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), err
}

// ask makes a request as a statement would.
func (w *world) ask(a rest.Credentials) error {
	client := rest.New(rest.Config{Base: parse(w.t, spaceURL), Credentials: a, Transport: w.Transport(), Clock: w.clock})
	_, err := client.Begin("").Get(w.t.Context(), rest.Call{Path: "/projects"})
	return err
}

// wants checks an error's kind, and a text in its message or hint.
func wants(t *testing.T, what string, err error, kind connector.Kind, text string) {
	t.Helper()
	if err == nil || connector.KindOf(err) != kind || !strings.Contains(err.Error()+" "+connector.HintOf(err), text) {
		t.Errorf("%s = %v (%s, hint %q), want %s with %q", what, err, connector.KindOf(err), connector.HintOf(err), kind, text)
	}
}

func isToken(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/oauth2/token") }
