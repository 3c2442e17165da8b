package backlog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// agrees is a guide whose person signs in elsewhere, agrees, and copies the
// address.
type agrees struct {
	server *backlogtest.Server
	back   string
	asked  int
}

func (*agrees) Elsewhere() bool { return true }

func (a *agrees) Visit(address string) error {
	a.asked++
	r, err := http.NewRequestWithContext(context.Background(), "GET", address, nil)
	if err != nil {
		return err
	}
	resp, err := a.server.Transport().RoundTrip(r)
	if err != nil {
		return err
	}
	a.back = resp.Header.Get("Location")
	return resp.Body.Close()
}

func (a *agrees) Ask(context.Context, string) (string, error) {
	if a.back == "" {
		return "", errors.New("asked before the visit")
	}
	return a.back, nil
}

// application are the options of a source that signs in by OAuth, with further
// ones, and its log.
func application(t *testing.T, server *backlogtest.Server, file string, pairs ...string) (connector.Config, *bytes.Buffer) {
	t.Helper()
	id, secret := server.OAuthClient()
	pairs = append([]string{
		"Url", "https://example.backlog.test", "AuthScheme", "OAuth", "OAuthClientId", id, "OAuthClientSecret", secret,
		"OAuthSettingsLocation", file, "MetadataTTL", "0s",
	}, pairs...)
	var log bytes.Buffer
	return connector.Config{
		Name: "bl", Options: settings(t, pairs...), Timezone: time.UTC,
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}, &log
}

// TestOAuth signs in, reads for hours, tells who is signed in, and signs out.
// Nothing that can be seen of it has a secret.
func TestOAuth(t *testing.T) {
	server := serve(backlogtest.Options{})
	clock := newClock()
	c := &backlog.Connector{Transport: server.Transport(), Clock: clock}
	file := filepath.Join(t.TempDir(), "tokens.json")
	cfg, log := application(t, server, file)
	var seen bytes.Buffer
	read := func() error {
		src, err := c.Open(t.Context(), cfg)
		if err != nil {
			return err
		}
		defer src.Close()
		reader, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Projects", Columns: []string{"Id"}})
		fmt.Fprintf(&seen, "%v %+v %#v %v %s\n", src, src, src, err, connector.HintOf(err))
		if err != nil {
			return err
		}
		defer reader.Release()
		for reader.Next() {
			fmt.Fprintln(&seen, reader.RecordBatch().NumRows(), reader.(connector.Reporter).Report())
		}
		return reader.Err()
	}
	err := read()
	if connector.KindOf(err) != connector.Unauthorized || !strings.Contains(connector.HintOf(err), "trackql auth login bl") {
		t.Errorf("Scan = %v (hint %q), want that nobody is signed in", err, connector.HintOf(err))
	}
	_, err = c.Status(t.Context(), cfg)
	if connector.KindOf(err) != connector.NotFound {
		t.Errorf("Status = %v, want kind not found", err)
	}
	if err := c.Login(t.Context(), cfg, &agrees{server: server}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := read(); err != nil {
			t.Error(err)
		}
		if err := clock.Sleep(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	status, err := c.Status(t.Context(), cfg)
	if err != nil || !strings.Contains(status, "is signed in to https://example.backlog.test since 2026-10-01 09:00 +00:00") {
		t.Errorf("Status = %q, %v", status, err)
	}
	fmt.Fprintln(&seen, status, log, server.Requests())
	secrets(t, server, file, seen.String())
	for range 2 {
		if err := c.Logout(t.Context(), cfg); err != nil {
			t.Error(err)
		}
	}
	if err := read(); connector.KindOf(err) != connector.Unauthorized {
		t.Errorf("Scan after the logout = %v", err)
	}
}

// secrets looks for those of the application, and of the file of tokens.
func secrets(t *testing.T, server *backlogtest.Server, file, seen string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, secret := server.OAuthClient()
	tokens := regexp.MustCompile(`"(?:access|refresh)_token": "([^"]+)"`).FindAllStringSubmatch(string(data), -1)
	if len(tokens) != 2 {
		t.Fatalf("there are %d tokens in the file", len(tokens))
	}
	for _, hidden := range []string{secret, tokens[0][1], tokens[1][1]} {
		if strings.Contains(seen, hidden) {
			t.Errorf("a secret can be seen in:\n%s", seen)
		}
	}
}

// TestGuided signs in where a scan needs it, and only there: neither to open nor
// to tell who is signed in.
func TestGuided(t *testing.T) {
	server := serve(backlogtest.Options{})
	guide := &agrees{server: server}
	c := &backlog.Connector{Transport: server.Transport(), Clock: newClock(), Guide: guide}
	cfg, _ := application(t, server, filepath.Join(t.TempDir(), "tokens.json"), "CallbackUrl", "https://elsewhere.example/")
	src, err := c.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if _, err := src.Tables(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Status(t.Context(), cfg); connector.KindOf(err) != connector.NotFound {
		t.Errorf("Status = %v", err)
	}
	// What the browser gets cannot be waited for here, and a scan asks for nothing.
	reader, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Projects", Columns: []string{"Id"}})
	if err == nil {
		defer reader.Release()
		for reader.Next() {
		}
		err = reader.Err()
	}
	if connector.KindOf(err) != connector.Unauthorized || guide.asked > 0 {
		t.Errorf("Scan = %v, and the person was asked %d times", err, guide.asked)
	}
}

// TestSignInBy tells apart the ways to sign in.
func TestSignInBy(t *testing.T) {
	server := serve(backlogtest.Options{})
	c := &backlog.Connector{Transport: server.Transport(), Clock: newClock()}
	file := filepath.Join(t.TempDir(), "tokens.json")
	kept, _ := application(t, server, file)
	if err := c.Login(t.Context(), kept, &agrees{server: server}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(`"access_token": "([^"]+)"`).FindStringSubmatch(string(data))[1]
	const url = "https://example.backlog.test"
	tests := map[string]struct {
		pairs                 []string
		status, login, logout string // what is in the answer, or the error
	}{
		"key": {
			[]string{"Url", url, "ApiKey", server.Key()},
			" signs in with an ApiKey", "it takes an ApiKey", "",
		},
		"token": {
			[]string{"Url", url, "AuthScheme", "OAuth", "OAuthAccessToken", token},
			" signs in with an OAuthAccessToken", "it has an OAuthAccessToken", "",
		},
		"wrong token": {
			[]string{"Url", url, "AuthScheme", "OAuth", "OAuthAccessToken", "wrong"},
			"The access token is invalid", "has an OAuthAccessToken", "",
		},
		"neither": {[]string{"Url", url}, "ApiKey is missing", "ApiKey", ""},
		"off": {
			[]string{"Url", url, "AuthScheme", "OAuth", "OAuthClientId", "trackql-emulated", "InitiateOAuth", "Off", "OAuthSettingsLocation", file},
			"until 2026-10-01 10:00 +00:00", "InitiateOAuth=Off", "",
		},
		"nothing": {[]string{"Url", url, "AuthScheme", "OAuth"}, "OAuthClientId", "OAuthClientId", "OAuthClientId"},
		"address": {[]string{"Url", "example", "AuthScheme", "OAuth"}, "https://", "https://", "https://"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := connector.Config{Name: "bl", Options: settings(t, test.pairs...), Timezone: time.UTC, Log: slog.New(slog.DiscardHandler)}
			status, err := c.Status(t.Context(), cfg)
			for what, got := range map[string][2]string{
				"Status": {fmt.Sprint(status, err), test.status},
				"Login":  {fmt.Sprint(c.Login(t.Context(), cfg, &agrees{server: server})), test.login},
			} {
				if !strings.Contains(got[0], got[1]) {
					t.Errorf("%s = %s, want %q in it", what, got[0], got[1])
				}
				if strings.Contains(got[0], token) || strings.Contains(got[0], server.Key()) {
					t.Errorf("%s shows a secret: %s", what, got[0])
				}
			}
			if name == "off" {
				return // it is one and the same file
			}
			if err := c.Logout(t.Context(), cfg); (err == nil) != (test.logout == "") {
				t.Errorf("Logout = %v, want %q", err, test.logout)
			}
		})
	}
}
