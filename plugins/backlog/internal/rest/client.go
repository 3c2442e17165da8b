package rest

import (
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// What a [Config] has where it says nothing.
const (
	DefaultTimeout     = time.Minute
	DefaultConcurrency = 8
	// MaxPageSize is what most lists of Backlog give at most in a page.
	MaxPageSize = 100
)

// Config is what a client is made of. Base and Credentials are required.
type Config struct {
	// Base is from [ParseBase].
	Base        *url.URL
	Credentials Credentials
	// Transport makes the requests; nil is http.DefaultTransport. See the
	// function [Transport].
	Transport http.RoundTripper
	// Timeout is how long one try may take, with its answer's body. Waiting for
	// the server's allowance is no part of it. 0 is DefaultTimeout.
	Timeout time.Duration
	// Concurrency is how many requests of this client are under way at most; 0
	// is DefaultConcurrency.
	Concurrency int
	// PageSize is how many rows a page has at most; 0, and more than
	// MaxPageSize, is the most that the server gives.
	PageSize int
	// Clock is for waiting; nil is [SystemClock]. Timeout is by the machine's
	// clock in any case.
	Clock Clock
	// Shared is what the clients of a process share; nil shares nothing.
	Shared *Shared
	// Log is told of tries that failed; nil drops that.
	Log *slog.Logger
}

// Client asks one server as one caller. It is safe for concurrent use, holds
// nothing that must be closed, and makes a request only when it is asked to.
type Client struct {
	cfg   Config
	scope string // what is shared is known by it: server and caller
	slots chan struct{}

	ledgers ledgers
	// maxAnswer is how many bytes an answer may have, unpacked.
	maxAnswer int64
}

// New returns a client.
func New(cfg Config) *Client {
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Concurrency <= 0 {
		cfg.Concurrency = DefaultConcurrency
	}
	if cfg.PageSize <= 0 || cfg.PageSize > MaxPageSize {
		cfg.PageSize = MaxPageSize
	}
	if cfg.Clock == nil {
		cfg.Clock = SystemClock{}
	}
	if cfg.Shared == nil {
		cfg.Shared = NewShared()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Client{
		cfg:   cfg,
		scope: cfg.Base.String() + " " + cfg.Credentials.Identity() + " ",
		slots: make(chan struct{}, cfg.Concurrency),

		maxAnswer: maxAnswer,
	}
}

// Begin returns a trip of a statement. The empty statement remembers nothing.
func (c *Client) Begin(statement string) *Trip {
	return &Trip{client: c, statement: statement}
}

// Quota is what a server said last about one allowance.
type Quota struct {
	// Limit is how many requests a window has, and Remaining how many are left
	// of the present one.
	Limit, Remaining int64
	// Reset is when the window ends, or ended, by the client's clock.
	Reset time.Time
}

// Quotas returns what is known of each allowance: nothing of a category of
// which no answer has told a limit yet.
func (c *Client) Quotas() map[relation.Category]Quota {
	quotas := make(map[relation.Category]Quota)
	now := c.cfg.Clock.Now()
	for category := relation.Read; category <= relation.Icon; category++ {
		if quota, ok := c.budget(category).quota(now); ok {
			quotas[category] = quota
		}
	}
	return quotas
}

func (c *Client) budget(category relation.Category) *budget {
	return c.cfg.Shared.budget(c.scope, category)
}

// moment returns when an answer was made, in whole seconds: by the server's
// clock, or ours where it does not tell.
func (c *Client) moment(header http.Header) time.Time {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		return date
	}
	return c.cfg.Clock.Now().Truncate(time.Second)
}
