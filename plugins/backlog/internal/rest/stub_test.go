package rest_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// stub answers requests by a function, and keeps them.
type stub struct {
	answer func(*http.Request) (*http.Response, error)

	mu       sync.Mutex
	requests []*http.Request
	times    []time.Time
}

func (s *stub) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.requests = append(s.requests, req)
	s.times = append(s.times, time.Now())
	s.mu.Unlock()
	return s.answer(req)
}

func (s *stub) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

// inTurn answers each request by the next function, and further ones by the last.
func inTurn(answers ...func(*http.Request) (*http.Response, error)) *stub {
	s := &stub{}
	next := 0
	s.answer = func(req *http.Request) (*http.Response, error) {
		s.mu.Lock()
		answer := answers[min(next, len(answers)-1)]
		next++
		s.mu.Unlock()
		return answer(req)
	}
	return s
}

type respond = func(*http.Request) (*http.Response, error)

// says answers with a status, a body, and headers as names and values.
func says(status int, body string, headers ...string) respond {
	return func(req *http.Request) (*http.Response, error) {
		header := http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}}
		for i := 0; i < len(headers); i += 2 {
			header.Set(headers[i], headers[i+1])
		}
		return &http.Response{
			StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)),
			Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1, Request: req,
		}, nil
	}
}

// fails answers with an error of the transport.
func fails(err error) respond {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hangs never answers.
func hangs(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// after answers later.
func after(d time.Duration, then respond) respond {
	return func(req *http.Request) (*http.Response, error) {
		if err := (rest.SystemClock{}).Sleep(req.Context(), d); err != nil {
			return nil, err
		}
		return then(req)
	}
}

const secret = "not-to-be-shown"

func configOf(t *testing.T, transport http.RoundTripper) rest.Config {
	t.Helper()
	base, err := rest.ParseBase("https://example.backlog.com")
	if err != nil {
		t.Fatal(err)
	}
	return rest.Config{Base: base, Credentials: rest.APIKey(connector.SecretOf(secret)), Transport: transport}
}

func clientOf(t *testing.T, transport http.RoundTripper) *rest.Client {
	t.Helper()
	return rest.New(configOf(t, transport))
}

func call(path string) rest.Call { return rest.Call{Path: path} }

// emulator is an emulated space and how to ask it. Its clock is that of the
// machine, which is the one of the bubble within synctest.
func emulator(t *testing.T, options backlogtest.Options, change func(*rest.Config)) (*backlogtest.Server, *rest.Client) {
	t.Helper()
	options.Clock = rest.SystemClock{}
	server := backlogtest.New(options)
	cfg := configOf(t, server.Transport())
	cfg.Credentials = rest.APIKey(connector.SecretOf(server.Key()))
	if change != nil {
		change(&cfg)
	}
	time.Sleep(time.Minute) // so that what was seeded is not of this very second
	return server, rest.New(cfg)
}

// issues is a scan of all issues of an emulated space.
func issues(server *backlogtest.Server, more ...string) rest.OffsetScan {
	query := url.Values{}
	server.Edit(func(s *backlogtest.Space) {
		for _, p := range s.Projects {
			query.Add("projectId[]", strconv.FormatInt(p.ID, 10))
		}
	})
	for i := 0; i < len(more); i += 2 {
		query.Add(more[i], more[i+1])
	}
	sorted := url.Values{"sort": {"created"}, "order": {"asc"}}
	for name, values := range query {
		sorted[name] = values
	}
	return rest.OffsetScan{
		Call:   rest.Call{Path: "/issues", Query: sorted, Category: relation.Search},
		Count:  rest.Call{Path: "/issues/count", Query: query, Category: relation.Search, Purpose: rest.Count},
		Stable: unchanged,
	}
}

// unchanged tells whether an issue was not changed since.
func unchanged(row gjson.Result, since time.Time) bool {
	return row.Get("created").Time().Before(since) && row.Get("updated").Time().Before(since)
}

// idsOf returns the ids of all rows, in their order.
func idsOf(t *testing.T, pages iter.Seq2[[]gjson.Result, error]) []int64 {
	t.Helper()
	ids, err := readIDs(pages)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func readIDs(pages iter.Seq2[[]gjson.Result, error]) ([]int64, error) {
	var ids []int64
	for rows, err := range pages {
		if err != nil {
			return ids, err
		}
		for _, row := range rows {
			ids = append(ids, row.Get("id").Int())
		}
	}
	return ids, nil
}

// get makes one request for JSON.
func get(ctx context.Context, client *rest.Client) (string, error) {
	body, err := client.Begin("").Get(ctx, call("/space"))
	return string(body), err
}

// instant is a clock that never lets wait.
type instant struct{ rest.SystemClock }

func (instant) Sleep(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) }
