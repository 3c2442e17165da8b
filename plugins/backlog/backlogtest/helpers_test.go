package backlogtest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// fakeClock moves only when somebody sleeps or a test says so.
type fakeClock struct{ now time.Time }

func (c *fakeClock) Now() time.Time { return c.now }

func (c *fakeClock) Sleep(_ context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	return nil
}

func newClock() *fakeClock {
	return &fakeClock{time.Date(2026, 5, 14, 6, 30, 0, 0, time.UTC)}
}

// caller makes requests of a server as one person.
type caller struct {
	t      *testing.T
	server *backlogtest.Server
	key    string
}

func admin(t *testing.T, s *backlogtest.Server) caller { return caller{t, s, s.Key()} }

func member(t *testing.T, s *backlogtest.Server) caller { return caller{t, s, s.MemberKey()} }

// answer is an answer that was read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send makes a request; the values are the query of a GET or DELETE, else the form.
func (c caller) send(method, path string, values url.Values) answer {
	c.t.Helper()
	target := "http://space.example/api/v2" + path
	var body io.Reader
	if method == http.MethodGet || method == http.MethodDelete {
		target += "?" + values.Encode()
	} else {
		body = strings.NewReader(values.Encode())
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, target, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Backlog-API-Key", c.key)
	resp, err := c.server.Transport().RoundTrip(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{resp.StatusCode, resp.Header, text}
}

// get is the JSON of a GET that must succeed. The query is in URL form.
func (c caller) get(path, query string) any {
	c.t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.json(c.send(http.MethodGet, path, values))
}

// json is the body of an answer that must be a success.
func (c caller) json(a answer) any {
	c.t.Helper()
	if a.status/100 != 2 {
		c.t.Fatalf("status %d: %s", a.status, a.body)
	}
	return decoded(c.t, a.body)
}

func decoded(t *testing.T, body []byte) any {
	t.Helper()
	var out any
	if err := json.Unmarshal(body, &out); err != nil {
		t.Fatalf("%v: %.300s", err, body)
	}
	return out
}

// list is a GET that answers an array of objects.
func (c caller) list(path, query string) []map[string]any {
	c.t.Helper()
	items, ok := c.get(path, query).([]any)
	if !ok {
		c.t.Fatalf("GET %s?%s is no array", path, query)
	}
	out := make([]map[string]any, len(items))
	for n, item := range items {
		out[n] = item.(map[string]any)
	}
	return out
}

// object is a GET that answers an object.
func (c caller) object(path, query string) map[string]any {
	c.t.Helper()
	out, ok := c.get(path, query).(map[string]any)
	if !ok {
		c.t.Fatalf("GET %s?%s is no object", path, query)
	}
	return out
}

// at is the value at a path of names: "status.id".
func at(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}

// number is a number of JSON as text.
func number(n any) string {
	text, err := json.Marshal(n)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func mustQuery(t *testing.T, text string) url.Values {
	t.Helper()
	values, err := url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return values
}
