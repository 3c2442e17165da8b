package space_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

const (
	base   = "https://example.backlog.test"
	secret = "Tr0ub4dor-key"
)

// server answers from a list of bodies by path, and records what it was asked.
// It is the transport of its client, too.
type server struct {
	// before, where it is set, is called before each answer.
	before func(context.Context) error

	mu     sync.Mutex
	bodies map[string]string
	status map[string]int
	asked  []string
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	path := strings.TrimPrefix(r.URL.Path, "/api/v2")
	s.mu.Lock()
	s.asked = append(s.asked, path)
	body, ok := s.bodies[path]
	status := s.status[path]
	s.mu.Unlock()
	if s.before != nil {
		if err := s.before(r.Context()); err != nil {
			return nil, err
		}
	}
	switch {
	case !ok:
		status, body = http.StatusNotFound, `{"errors":[{"message":"No such thing.","code":6,"moreInfo":""}]}`
	case status == 0:
		status = http.StatusOK
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// set changes an answer.
func (s *server) set(path, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies[path] = body
}

// took returns what was asked since the last call, joined by blanks.
func (s *server) took() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := strings.Join(s.asked, " ")
	s.asked = nil
	return asked
}

// trip begins a trip of a new client.
func (s *server) trip(t *testing.T) *rest.Trip {
	t.Helper()
	url, err := rest.ParseBase(base)
	if err != nil {
		t.Fatal(err)
	}
	return rest.New(rest.Config{
		Base: url, Credentials: rest.APIKey(connector.SecretOf(secret)), Transport: s, Clock: new(clock),
	}).Begin("")
}

// small is a space of two projects.
func small() *server {
	return &server{status: map[string]int{}, bodies: map[string]string{
		"/projects": `[{"id":1,"projectKey":"BLG","name":"ブログ","archived":false},
			{"id":2,"projectKey":"OLD","name":"Old things","archived":true}]`,
		"/priorities":              `[{"id":2,"name":"High"},{"id":3,"name":"Normal"}]`,
		"/resolutions":             `[{"id":0,"name":"Fixed"},{"id":1,"name":"Won't Fix"}]`,
		"/projects/1/statuses":     `[{"id":1,"projectId":1,"name":"Open"},{"id":4,"projectId":1,"name":"完了"}]`,
		"/projects/2/statuses":     `[{"id":1,"projectId":2,"name":"Open"},{"id":90,"projectId":2,"name":"Waiting"}]`,
		"/projects/1/issueTypes":   `[{"id":11,"name":"Bug"}]`,
		"/projects/1/categories":   `[]`,
		"/projects/1/versions":     `[{"id":31,"name":"v1.0"}]`,
		"/projects/1/users":        `[{"id":7,"name":"Taro","mailAddress":"taro@example.com"}]`,
		"/projects/2/users":        `[{"id":8,"name":"Hanako"},{"id":7,"name":"Taro"}]`,
		"/projects/1/customFields": `[{"id":41,"typeId":5,"name":"OS","items":[{"id":1,"name":"Linux"}]},{"id":42,"typeId":3,"name":"Points"}]`,
		"/space":                   `{"spaceKey":"example","timezone":"Asia/Tokyo"}`,
	}}
}

// clock is a clock that stands, and whose sleeps take no time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.forward(d)
	return context.Cause(ctx)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// open returns a Space that keeps answers for an hour in dir.
func open(dir string, clock rest.Clock) *space.Space {
	return space.Open(space.Config{Base: base, Identity: "me", Dir: dir, TTL: time.Hour, Clock: clock})
}
