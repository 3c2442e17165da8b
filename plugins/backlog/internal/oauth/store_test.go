package oauth_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/oauth"
)

// TestForeign is a file that no login has written, or not whole. It is not used,
// not written over, and not shown.
func TestForeign(t *testing.T) {
	good := newWorld(t, backlogtest.Options{})
	good.signedIn()
	data, err := os.ReadFile(good.file)
	if err != nil {
		t.Fatal(err)
	}
	whole := string(data)
	tests := map[string]struct {
		content string
		kind    connector.Kind
		want    string
	}{
		"text":        {"# my-own-notes\n", connector.Corrupt, "no file of tokens"},
		"cut off":     {whole[:len(whole)/2], connector.Corrupt, "remove the file"},
		"null":        {"null", connector.Corrupt, "no file of tokens"},
		"list":        {"[1]", connector.Corrupt, "no file of tokens"},
		"version":     {strings.Replace(whole, `"version": 1`, `"version": 2`, 1), connector.Corrupt, "no file of tokens"},
		"no token":    {strings.Replace(whole, `"access_token"`, `"x"`, 1), connector.Corrupt, "no file of tokens"},
		"large":       {strings.Repeat(" ", 1<<20) + whole, connector.Corrupt, "no file of tokens"},
		"space":       {strings.Replace(whole, spaceURL, "https://other.example", 1), connector.Conflict, "https://other.example"},
		"application": {strings.Replace(whole, "trackql-emulated", "another", 1), connector.Conflict, "OAuthSettingsLocation"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, backlogtest.Options{})
			w.put(test.content, 0o600)
			a := w.account(nil)
			p := w.paper(nil)
			_, errStatus := a.Status(t.Context(), time.UTC)
			for what, err := range map[string]error{
				"Get": w.ask(a), "Login": a.Login(t.Context(), p), "Status": errStatus, "Logout": a.Logout(t.Context()),
			} {
				wants(t, what, err, test.kind, test.want)
				clean(t, append(good.secrets(), "my-own-notes"), fmt.Sprintf("%v %#v", err, err))
			}
			if len(p.visited) > 0 {
				t.Error("the person was asked")
			}
			if got, err := os.ReadFile(w.file); err != nil || string(got) != test.content {
				t.Errorf("the file has changed: %v", err)
			}
		})
	}
}

// put writes the file of tokens.
func (w *world) put(content string, mode os.FileMode) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(w.file), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.file, []byte(content), mode); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Chmod(w.file, mode); err != nil {
		w.t.Fatal(err)
	}
}

// TestFiles signs in over files and folders as they may be.
func TestFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes and links are those of Unix")
	}
	t.Run("empty", func(t *testing.T) {
		w := newWorld(t, backlogtest.Options{})
		w.put("", 0o644)
		w.signedIn()
		modes(t, w.file)
	})
	t.Run("copied", func(t *testing.T) {
		w := newWorld(t, backlogtest.Options{})
		w.signedIn()
		if err := os.Chmod(w.file, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := w.ask(w.account(nil)); err != nil {
			t.Fatal(err)
		}
		modes(t, w.file)
	})
	t.Run("left behind", func(t *testing.T) {
		w := newWorld(t, backlogtest.Options{})
		a := w.signedIn()
		victim := filepath.Join(t.TempDir(), "victim")
		if err := os.WriteFile(victim, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(victim, w.file+".tmp"); err != nil {
			t.Fatal(err)
		}
		w.clock.pass(time.Hour)
		if err := w.ask(a); err != nil {
			t.Fatal(err)
		}
		modes(t, w.file)
		if got, err := os.ReadFile(victim); err != nil || string(got) != "mine" {
			t.Errorf("a link was followed: %q, %v", got, err)
		}
	})
	t.Run("link", func(t *testing.T) {
		w := newWorld(t, backlogtest.Options{})
		w.signedIn()
		before := w.kept()
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(w.file, link); err != nil {
			t.Fatal(err)
		}
		w.clock.pass(time.Hour)
		if err := w.ask(w.account(func(c *oauth.Config) { c.File = link })); err != nil {
			t.Fatal(err)
		}
		if w.kept() == before {
			t.Error("the link was replaced, not the file")
		}
	})
	t.Run("folder", func(t *testing.T) {
		w := newWorld(t, backlogtest.Options{})
		err := w.account(func(c *oauth.Config) { c.File = t.TempDir() }).Login(t.Context(), w.paper(nil))
		wants(t, "Login", err, connector.Corrupt, "OAuthSettingsLocation")
	})
	t.Run("no folder", func(t *testing.T) {
		w := newWorld(t, backlogtest.Options{})
		w.put("", 0o600)
		err := w.account(func(c *oauth.Config) { c.File = filepath.Join(w.file, "below") }).Login(t.Context(), w.paper(nil))
		wants(t, "Login", err, connector.Invalid, "OAuthSettingsLocation")
	})
}

// TestUnwritable uses no refresh token up where what comes for it cannot be kept.
func TestUnwritable(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	a := w.signedIn()
	if err := os.MkdirAll(filepath.Join(w.file+".tmp", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(time.Hour)
	wants(t, "Get", w.ask(a), connector.Invalid, "tokens cannot be kept")
	if w.asked() != 0 {
		t.Errorf("%d requests for tokens, want none", w.asked())
	}
	if err := os.RemoveAll(w.file + ".tmp"); err != nil {
		t.Fatal(err)
	}
	if err := w.ask(a); err != nil {
		t.Errorf("after that: %v", err)
	}
}

// TestDefaultFile is in the user's configuration folder, for each space and
// application another, and tells neither.
func TestDefaultFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the folder is given by a variable on Linux")
	}
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	seen := map[string]bool{}
	for _, space := range []string{"https://a.backlog.com", "https://a.backlog.com/prefix", "https://b.backlog.com"} {
		for _, client := range []string{"one", "two"} {
			file, err := oauth.DefaultFile(parse(t, space), client)
			if err != nil {
				t.Fatal(err)
			}
			if seen[file] || filepath.Dir(file) != filepath.Join(config, "trackql", "oauth") || strings.Contains(filepath.Base(file), "backlog") {
				t.Errorf("DefaultFile(%s, %s) = %s", space, client, file)
			}
			seen[file] = true
		}
	}
	w := newWorld(t, backlogtest.Options{})
	w.file = ""
	a := w.account(nil)
	if err := a.Login(t.Context(), w.paper(nil)); err != nil {
		t.Fatal(err)
	}
	status, err := a.Status(t.Context(), time.UTC)
	if err != nil || !strings.Contains(status, config) {
		t.Errorf("Status = %q, %v, want the file in %s", status, err, config)
	}
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("HOME", "")
	_, err = oauth.New(w.config(nil))
	wants(t, "New without a home", err, connector.Invalid, "OAuthSettingsLocation")
}

// TestStatus says who, since when, until when and where; and what is after a
// logout.
func TestStatus(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	a := w.signedIn()
	tokyo := time.FixedZone("", 9*60*60)
	name := w.kept().User.Name
	w.clock.pass(90 * time.Minute) // the token is renewed to ask who it is
	got, err := a.Status(t.Context(), tokyo)
	want := "is signed in to " + spaceURL + " since 2026-10-01 18:00 +09:00, until the consent is withdrawn: " +
		"the access token ends at 2026-10-01 20:30 +09:00, and is then renewed; the tokens are in " + w.file
	if err != nil || !strings.HasPrefix(got, name) || !strings.HasSuffix(got, want) {
		t.Errorf("Status = %q, %v, want %s … %s", got, err, name, want)
	}
	clean(t, w.secrets(), got)
	off := w.account(func(c *oauth.Config) { c.Mode = oauth.Off })
	if got, err = off.Status(t.Context(), tokyo); err != nil || !strings.Contains(got, ", until 2026-10-01 20:30 +09:00;") {
		t.Errorf("Status of a token that is not renewed = %q, %v", got, err)
	}
	for range 2 {
		if err := a.Logout(t.Context()); err != nil {
			t.Fatal(err)
		}
		nothingKept(t, w)
	}
	_, err = a.Status(t.Context(), tokyo)
	wants(t, "Status", err, connector.NotFound, "trackql auth login bl")
	wants(t, "Get", w.ask(a), connector.Unauthorized, "nobody is signed in")
}
