package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// emulate starts an emulated Backlog for a script: emulate. The variables URL,
// KEY, CLIENT and SECRET tell how to reach it.
func emulate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: emulate")
	}
	server := backlogtest.New(backlogtest.Options{})
	base, stop, err := server.Listen("127.0.0.1:0")
	ts.Check(err)
	ts.Defer(stop)
	id, secret := server.OAuthClient()
	for name, value := range map[string]string{"URL": base, "KEY": server.Key(), "CLIENT": id, "SECRET": secret} {
		ts.Setenv(name, value)
	}
}

// consent writes what a browser elsewhere gets when a person signs in: consent
// FILE, the code alone.
func consent(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: consent FILE")
	}
	query := url.Values{"response_type": {"code"}, "client_id": {ts.Getenv("CLIENT")}, "redirect_uri": {"http://localhost:0/"}}
	back, err := sentBack(ts.Getenv("URL") + "/OAuth2AccessRequest.action?" + query.Encode())
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(back.Query().Get("code")+"\n"), 0o600))
}

// sentBack returns where a space sends a browser whose person agrees.
func sentBack(address string) (*url.URL, error) {
	r, err := http.NewRequestWithContext(context.Background(), "GET", address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if err := resp.Body.Close(); err != nil {
		return nil, err
	}
	return url.Parse(resp.Header.Get("Location"))
}

// browse is the browser of the scripts: a person signs in at the address at once,
// and agrees.
func browse() {
	back, err := sentBack(os.Args[1])
	if err == nil {
		err = load(back.String())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// load reads a page.
func load(address string) error {
	resp, err := http.Get(address)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return errors.Join(err, resp.Body.Close())
}

// hushed checks that the command before it has shown no secret: neither of the
// application nor of the files of tokens, of which there is one at least.
func hushed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: hushed")
	}
	secrets := []string{ts.Getenv("SECRET"), ts.Getenv("KEY")}
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" || !strings.Contains(path, "oauth") {
			return err
		}
		var kept struct {
			Token struct {
				Access  string `json:"access_token"`
				Refresh string `json:"refresh_token"`
			}
		}
		data, err := os.ReadFile(path)
		if err = errors.Join(err, json.Unmarshal(data, &kept)); err == nil {
			secrets = append(secrets, kept.Token.Access, kept.Token.Refresh)
		}
		return err
	}))
	shown := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	for _, secret := range secrets {
		if secret != "" && strings.Contains(shown, secret) {
			ts.Fatalf("a secret was shown: %s", shown)
		}
	}
	if len(secrets) < 4 {
		ts.Fatalf("there is no file of tokens")
	}
}

// TestBrowser opens addresses where there is a screen for a browser only.
func TestBrowser(t *testing.T) {
	tests := map[string]struct {
		system string
		set    string
		want   []string
	}{
		"windows":      {"windows", "", []string{"rundll32", "url.dll,FileProtocolHandler"}},
		"mac":          {"darwin", "", []string{"open"}},
		"mac, far":     {"darwin", "SSH_CONNECTION", nil},
		"X":            {"linux", "DISPLAY", []string{"xdg-open"}},
		"Wayland":      {"freebsd", "WAYLAND_DISPLAY", []string{"xdg-open"}},
		"linux server": {"linux", "SSH_CONNECTION", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := browser(test.system, func(name string) (string, bool) { return ":0", name == test.set })
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("browser(%s) (-want +got):\n%s", test.system, diff)
			}
		})
	}
}

// TestAskEnds ends waiting for a person with the command.
func TestAskEnds(t *testing.T) {
	in, end := io.Pipe()
	defer end.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	g := &guide{program: &program{in: in, errs: io.Discard}}
	if _, err := g.Ask(ctx, "?"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Ask = %v, want the end of the context", err)
	}
}
