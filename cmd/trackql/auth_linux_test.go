package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestTerminalSignsIn has a query ask for a sign-in where a person is at the
// terminal, and a second one find it done; the doctor and completion do not ask.
func TestTerminalSignsIn(t *testing.T) {
	server := backlogtest.New(backlogtest.Options{})
	base, stop, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	id, secret := server.OAuthClient()
	folder := t.TempDir()
	source := "--source=bl=backlog:Url=" + base + ";AuthScheme=OAuth;OAuthClientId=" + id + ";OAuthClientSecret=" + secret +
		";CallbackUrl=http://localhost:0/;OAuthSettingsLocation=" + filepath.Join(folder, "tokens.json")
	run := func(args ...string) string {
		t.Helper()
		return onTerminal(t, 200, func(c *exec.Cmd, slave *os.File) {
			c.Stdin, c.Stdout, c.Stderr = slave, slave, slave
			c.Env = append(c.Env, "DISPLAY=:0", "HOME="+folder, "XDG_CACHE_HOME="+folder, "XDG_CONFIG_HOME="+folder)
		}, args...)
	}
	const visit = "To sign in, open this address in a browser:\n\n  "
	query := []string{"query", source, "SELECT count(*) AS n FROM bl.Projects"}
	tests := []struct {
		name string
		args []string
		asks bool
		want string
	}{
		{"doctor", []string{"doctor", source}, false, "nobody is signed in"},
		{"status", []string{"auth", "status", source}, false, "nobody is signed in"},
		{"completion", []string{"__complete", "tables", source, "bl."}, false, "bl.Projects"},
		{"first query", query, true, "(1 row, complete)"},
		{"second query", query, false, "(1 row, complete)"},
	}
	for _, test := range tests {
		got := run(test.args...)
		if strings.Contains(got, visit+base) != test.asks || !strings.Contains(got, test.want) {
			t.Errorf("%s shows %q, want %q, and that it asks: %t", test.name, got, test.want, test.asks)
		}
		if strings.Contains(got, secret) {
			t.Errorf("%s shows the secret", test.name)
		}
	}
}
