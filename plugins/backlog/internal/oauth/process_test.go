package oauth_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/oauth"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// processVariable makes the test program a process that needs a token: it holds
// the space's address, the application and the file.
const processVariable = "TRACKQL_TEST_OAUTH"

func TestMain(m *testing.M) {
	if text := os.Getenv(processVariable); text != "" {
		if err := process(strings.Split(text, "\n")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// process waits for a line, asks for a token, and prints its hash.
func process(args []string) error {
	base, err := rest.ParseBase(args[0])
	if err != nil {
		return err
	}
	a, err := oauth.New(oauth.Config{
		Base: base, ClientID: args[1], ClientSecret: connector.SecretOf(args[2]), File: args[3], Source: "bl",
	})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	r := &http.Request{Header: http.Header{}}
	if err := a.Authorize(context.Background(), r); err != nil {
		return err
	}
	fmt.Println(hash(r.Header.Get("Authorization")))
	return nil
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// child is a process that needs a token.
type child struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startChild(t *testing.T, args ...string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{Cmd: exec.CommandContext(t.Context(), self)}
	c.Env = append(os.Environ(), processVariable+"="+strings.Join(args, "\n"))
	c.Stderr = os.Stderr
	if c.in, err = c.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.out = bufio.NewReader(out)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if got := c.line(t); got != "ready" {
		t.Fatalf("a process says %q", got)
	}
	return c
}

func (c *child) line(t *testing.T) string {
	t.Helper()
	line, err := c.out.ReadString('\n')
	if err != nil {
		t.Errorf("a process ended: %v", err)
	}
	return strings.TrimSpace(line)
}

func (c *child) begin(t *testing.T) {
	t.Helper()
	if _, err := io.WriteString(c.in, "\n"); err != nil {
		t.Fatal(err)
	}
}

// outdate makes the access token of the file end an hour ago, and returns the
// arguments of a process that is to renew it. The file's space is at base.
func (w *world) outdate(base string) []string {
	w.t.Helper()
	data, err := os.ReadFile(w.file)
	if err != nil {
		w.t.Fatal(err)
	}
	text := strings.Replace(string(data), spaceURL, base, 1)
	end := w.kept().Token.Expiry.Format(time.RFC3339)
	text = strings.Replace(text, end, time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), 1)
	w.put(text, 0o600)
	id, secret := w.OAuthClient()
	return []string{base, id, secret, w.file}
}

// TestProcesses has processes renew at once: one makes the request, and all go on
// with what it gave.
func TestProcesses(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	w.signedIn()
	base, stop, err := w.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	args := w.outdate(base)
	var children []*child
	for range 4 {
		children = append(children, startChild(t, args...))
	}
	for _, c := range children {
		c.begin(t)
	}
	seen := map[string]bool{}
	for _, c := range children {
		seen[c.line(t)] = true
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if len(seen) != 1 || !seen[hash("Bearer "+w.kept().Token.Access)] || w.asked() != 1 {
		t.Errorf("%d tokens and %d requests for them, want one of each, that is kept", len(seen), w.asked())
	}
}

// TestKilled kills a process amid its renewal: another takes its place.
func TestKilled(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	w.signedIn()
	arrived := make(chan struct{})
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		first := false
		once.Do(func() { first = true })
		if !first {
			w.ServeHTTP(rw, r)
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		close(arrived)
		<-r.Context().Done()
	}))
	defer server.Close()
	args := w.outdate(server.URL)
	victim := startChild(t, args...)
	victim.begin(t)
	<-arrived
	other := startChild(t, args...)
	other.begin(t)
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if victim.Wait() == nil {
		t.Error("the process was not killed")
	}
	if got := other.line(t); got != hash("Bearer "+w.kept().Token.Access) {
		t.Errorf("the other process says %q", got)
	}
	if err := other.Wait(); err != nil {
		t.Error(err)
	}
	modes(t, w.file)
}

// TestGoroutines is as TestProcesses, with accounts of one process, and one
// account that many use.
func TestGoroutines(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	w.signedIn()
	var accounts []*oauth.Account
	for range 8 {
		a := w.account(nil)
		accounts = append(accounts, a, a)
	}
	w.clock.pass(time.Hour)
	var group sync.WaitGroup
	for _, a := range accounts {
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

// TestEnded gives up waiting with the statement, but no request that was begun.
func TestEnded(t *testing.T) {
	w := newWorld(t, backlogtest.Options{})
	w.signedIn()
	ctx, cancel := context.WithCancel(t.Context())
	a := w.account(func(c *oauth.Config) {
		c.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			cancel() // the statement ends while the request is under way
			return w.Transport().RoundTrip(r)
		})
	})
	before := w.kept()
	w.clock.pass(time.Hour)
	r := &http.Request{Header: http.Header{}}
	if err := a.Authorize(ctx, r); err != nil {
		t.Errorf("Authorize = %v", err)
	}
	if w.kept().Token == before.Token {
		t.Error("the answer was lost")
	}
	w.clock.pass(time.Hour)
	if err := a.Authorize(ctx, r); connector.KindOf(err) != connector.Canceled || w.asked() != 1 {
		t.Errorf("Authorize after the end = %v, with %d requests, want 1", err, w.asked())
	}
	err := w.account(nil).Login(ctx, &person{w: w})
	if connector.KindOf(err) != connector.Canceled {
		t.Errorf("Login that nobody follows = %v", err)
	}
}
