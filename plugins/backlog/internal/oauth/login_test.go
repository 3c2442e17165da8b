package oauth_test

import (
	"net"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/oauth"
)

// TestLogin signs in with a browser at this machine. What else comes to the port
// is turned away, and the sign-in goes on.
func TestLogin(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	p := &person{w: w, browse: func(back *url.URL) {
		wrong := *back
		wrong.RawQuery = url.Values{"code": {back.Query().Get("code")}, "state": {"another"}}.Encode()
		elsewhere := *back
		elsewhere.Path = "/favicon.ico"
		for _, visit := range []struct {
			method string
			to     *url.URL
			status int
			want   string
		}{
			{"GET", &wrong, 400, "not the sign-in that trackql waits for"},
			{"GET", &elsewhere, 404, "nothing here"},
			{"POST", back, 405, "nothing here"},
			{"GET", back, 200, "You are signed in"},
		} {
			if status, body := get(t, visit.method, visit.to.String()); status != visit.status || !strings.Contains(body, visit.want) {
				t.Errorf("%s %s: %d %s, want %d with %q", visit.method, visit.to.Path, status, body, visit.status, visit.want)
			}
		}
	}}
	a := w.account(nil)
	if err := a.Login(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	p.busy.Wait()
	if at := parse(t, p.visited[0][:strings.Index(p.visited[0], "?")]); at.String() != spaceURL+"/OAuth2AccessRequest.action" {
		t.Errorf("the person was sent to %s", at)
	}
	if w.kept().User.Name == "" {
		t.Error("nobody's name is kept")
	}
	if err := w.ask(a); err != nil {
		t.Error(err)
	}
	if w.asked() != 1 {
		t.Errorf("tokens were asked for %d times, want once", w.asked())
	}
	modes(t, w.file)
}

// modes checks that nobody else may read what is kept.
func modes(t *testing.T, file string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	for path, want := range map[string]os.FileMode{file: 0o600, file[:strings.LastIndex(file, "/")]: 0o700} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

// TestDenied is a person who says no: the page and the error tell.
func TestDenied(t *testing.T) {
	w := newWorld(t, backlogtest.Options{DenyConsent: true})
	p := &person{w: w, browse: func(back *url.URL) {
		if status, body := get(t, "GET", back.String()); status != 403 || !strings.Contains(body, "You are not signed in") {
			t.Errorf("the page: %d %s", status, body)
		}
	}}
	wants(t, "Login", w.account(nil).Login(t.Context(), p), connector.Unauthorized, "the sign-in was refused")
	p.busy.Wait()
	nothingKept(t, w)
}

func nothingKept(t *testing.T, w *world) {
	t.Helper()
	if _, err := os.Stat(w.file); err == nil {
		t.Error("something is kept")
	}
}

// TestElsewhere signs in with a browser at another machine.
func TestElsewhere(t *testing.T) {
	query := func(back *url.URL) url.Values { return back.Query() }
	tests := map[string]struct {
		bring func(*url.URL) string
		want  string // in the error; empty where there is none
	}{
		"address": {bring: nil},
		"quoted":  {bring: func(back *url.URL) string { return `"` + back.String() + `#fragment"` }},
		"query":   {bring: func(back *url.URL) string { return back.RawQuery }},
		"code":    {bring: func(back *url.URL) string { return query(back).Get("code") + "\r\n" }},
		"state": {
			func(back *url.URL) string { return "http://localhost/?state=x&code=" + query(back).Get("code") },
			"its state is another",
		},
		"no state": {func(back *url.URL) string { return "code=" + query(back).Get("code") }, "its state is another"},
		"no code":  {func(back *url.URL) string { return "?state=" + query(back).Get("state") }, "there is no code"},
		"denied": {
			func(back *url.URL) string { return "?error=access_denied&state=" + query(back).Get("state") },
			"the sign-in was refused",
		},
		"error": {
			func(back *url.URL) string { return "?error=server_error&state=" + query(back).Get("state") },
			"could not let anybody sign in",
		},
		"nothing":    {func(*url.URL) string { return " \n" }, "there is no code"},
		"words":      {func(*url.URL) string { return "I cannot see it" }, "there is no code"},
		"no query":   {func(*url.URL) string { return spaceURL }, "there is no code"},
		"broken":     {func(*url.URL) string { return "?code=%zz" }, "there is no code"},
		"wrong code": {func(*url.URL) string { return "123456" }, "not take what is kept"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, backlogtest.Options{})
			err := w.account(nil).Login(t.Context(), w.paper(test.bring))
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				modes(t, w.file)
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || connector.HintOf(err) == "" {
				t.Errorf("Login = %v, want %q and a hint", err, test.want)
			}
			nothingKept(t, w)
		})
	}
}

// TestCallback tells what is wrong with an address to come back to, and asks for
// the code where it is of another machine.
func TestCallback(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	tests := map[string]struct {
		callback string
		kind     connector.Kind
		want     string
	}{
		"taken":     {"http://" + taken.Addr().String() + "/", connector.Unavailable, "--no-browser"},
		"no scheme": {"localhost:33333", connector.Invalid, "is not an address"},
		"no host":   {"http:///", connector.Invalid, "is not an address"},
		"password":  {"http://a:b@localhost/", connector.Invalid, "is not an address"},
		"fragment":  {"http://localhost/#x", connector.Invalid, "is not an address"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, backlogtest.Options{})
			p := &person{w: w}
			err := w.account(func(c *oauth.Config) { c.Callback = test.callback }).Login(t.Context(), p)
			wants(t, "Login", err, test.kind, test.want)
			if len(p.visited) > 0 {
				t.Errorf("the person was sent to %q", p.visited)
			}
		})
	}
	w := newWorld(t, backlogtest.Options{})
	away := w.account(func(c *oauth.Config) { c.Callback = "https://intranet.example/signed-in?app=1" })
	if err := away.Login(t.Context(), w.paper(nil)); err != nil {
		t.Errorf("with an address of another machine: %v", err)
	}
	fixed := w.account(func(c *oauth.Config) { c.Callback = "http://" + taken.Addr().String() })
	if err := fixed.Login(t.Context(), w.paper(nil)); err != nil {
		t.Errorf("elsewhere, with a port that is in use here: %v", err)
	}
}

// TestLacks names what the options lack.
func TestLacks(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	for key, change := range map[string]func(*oauth.Config){
		"OAuthClientId":     func(c *oauth.Config) { c.ClientID = "" },
		"OAuthClientSecret": func(c *oauth.Config) { c.ClientSecret = connector.Secret{} },
	} {
		_, err := oauth.New(w.config(change))
		wants(t, "New without "+key, err, connector.Invalid, "needs the key "+key)
	}
	off := func(c *oauth.Config) { c.ClientSecret, c.Mode = connector.Secret{}, oauth.Off }
	wants(t, "Login", w.account(off).Login(t.Context(), w.paper(nil)), connector.Invalid, "InitiateOAuth=Off")
	wrong := func(c *oauth.Config) { c.ClientSecret = connector.SecretOf("wrong-secret") }
	err := w.account(wrong).Login(t.Context(), w.paper(nil))
	wants(t, "Login", err, connector.Unauthorized, oauth.Applications)
	nothingKept(t, w)
}
