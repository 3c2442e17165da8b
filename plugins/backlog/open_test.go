package backlog_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestOpenRefuses names what is wrong with options, and makes no request.
func TestOpenRefuses(t *testing.T) {
	tests := map[string]struct {
		pairs []string
		want  string // in the message or the hint
	}{
		"no key":           {[]string{"Url", "https://example.backlog.com"}, "Personal settings"},
		"key of two lines": {[]string{"Url", "https://example.backlog.com", "ApiKey", "k\r\n"}, "line break"},
		"token with blank": {[]string{"Url", "https://example.backlog.com", "AuthScheme", "OAuth", "OAuthAccessToken", "a b"}, "Copy it again"},
		"key for OAuth":    {[]string{"Url", "https://example.backlog.com", "ApiKey", "k", "AuthScheme", "OAuth"}, "Leave one of them out"},
		"client, no word":  {[]string{"Url", "https://example.backlog.com", "OAuthClientId", "c"}, "AuthScheme=OAuth"},
		"address":          {[]string{"Url", "example.backlog.com", "ApiKey", "k"}, "https://"},
		"page size":        {[]string{"Url", "https://example.backlog.com", "ApiKey", "k", "PageSize", "101"}, "from 1 to 100"},
		"concurrency":      {[]string{"Url", "https://example.backlog.com", "ApiKey", "k", "MaxConcurrency", "0"}, "from 1 to 64"},
		"timeout":          {[]string{"Url", "https://example.backlog.com", "ApiKey", "k", "Timeout", "0s"}, "30s"},
		"certificates":     {[]string{"Url", "https://example.backlog.com", "ApiKey", "k", "CaFile", "/nowhere.pem"}, "CaFile"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := backlog.New().Open(context.Background(), connector.Config{
				Name: "bl", Options: settings(t, test.pairs...), Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
			})
			if text := fmt.Sprintf("%v %s", err, connector.HintOf(err)); err == nil || !strings.Contains(text, test.want) {
				t.Errorf("Open(%q) = %s, want %q in it", test.pairs, text, test.want)
			}
		})
	}
}

// TestWrongKey is the error of the first scan, with the steps to a key.
func TestWrongKey(t *testing.T) {
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server)
	c := &backlog.Connector{Transport: server.Transport()}
	other, err := c.Open(context.Background(), connector.Config{
		Name: "bl", Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
		Options: settings(t, "Url", "https://example.backlog.test", "ApiKey", "wrong-key", "MetadataTTL", "0s"),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	_, err = other.Scan(context.Background(), connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}})
	if connector.KindOf(err) != connector.Unauthorized || !strings.Contains(connector.HintOf(err), "API") {
		t.Errorf("Scan = %v (hint %q), want kind unauthorized and how to get a key", err, connector.HintOf(err))
	}
	if rows := readAll(t, src, connector.ScanRequest{Table: "Projects", Columns: []string{"Id"}}); len(rows) != 3 {
		t.Errorf("%d projects, want 3", len(rows))
	}
}

// TestNoSecrets looks for the key in all that can be seen of a source: addresses,
// errors, notes, warnings, reports, logs, and what fmt makes of it.
func TestNoSecrets(t *testing.T) {
	server := serve(backlogtest.Options{})
	key := server.Key()
	var seen bytes.Buffer
	var mu sync.Mutex
	show := func(things ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(&seen, "%v %+v %#v\n", things, things, things)
	}
	spy := roundTripper(func(r *http.Request) (*http.Response, error) {
		show(r.URL.String())
		return server.Transport().RoundTrip(r)
	})
	c := &backlog.Connector{Transport: spy, Clock: newClock()}
	options := settings(t, "Url", "https://example.backlog.test", "ApiKey", key, "MetadataTTL", "0s",
		"Proxy", "http://user:proxy-password@proxy.example.com")
	src, err := c.Open(context.Background(), connector.Config{
		Name: "bl", Options: options, Timezone: time.UTC, Log: slog.New(slog.NewTextHandler(&seen, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	show(src)
	ctx := context.Background()
	server.Inject(backlogtest.Fault{Kind: backlogtest.ServerError, Times: 2})
	for _, req := range []connector.ScanRequest{
		{Table: "Issues", Columns: []string{"Id"}, Where: []connector.Predicate{
			{Column: "StatusName", Op: connector.Eq, Values: []connector.Value{connector.TextOf("?")}},
		}},
		{Table: "Nothing"},
		{Table: "Issues", Columns: []string{"Id"}},
	} {
		e, err := src.(connector.Estimator).Estimate(ctx, req)
		show(e, err)
		reader, err := src.Scan(ctx, req)
		show(err)
		if err == nil {
			for reader.Next() {
				show(reader.RecordBatch().NumRows())
			}
			show(reader.(connector.Reporter).Report(), reader.Err())
			reader.Release()
		}
	}
	show(server.Requests())
	for _, secret := range []string{key, "proxy-password"} {
		if strings.Contains(seen.String(), secret) {
			t.Errorf("%q can be seen", secret)
		}
	}
	if !strings.Contains(seen.String(), "/issues") {
		t.Error("nothing was seen")
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestMetadata compares what the issues are made of with what the space has.
func TestMetadata(t *testing.T) {
	src := open(t, memory.DefaultAllocator, serve(backlogtest.Options{}))
	tracker, err := src.Metadata(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, p := range tracker.Projects {
		fmt.Fprintf(&text, "%s %d types, %d statuses, %d priorities, %d fields\n",
			p.Key, len(p.Types), len(p.Statuses), len(p.Priorities), len(p.Fields))
	}
	fmt.Fprintf(&text, "%d users", len(tracker.Users))
	const want = `WEB 4 types, 12 statuses, 3 priorities, 8 fields
APP 4 types, 6 statuses, 3 priorities, 5 fields
OPS 2 types, 4 statuses, 3 priorities, 2 fields
11 users`
	if text.String() != want {
		t.Errorf("Metadata:\n%s\nwant\n%s", text.String(), want)
	}
}
