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
	// MaxPageSize is what Backlog gives at most in a page, and the default.
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
	// PageSize is how many rows a page has; 0, and more than MaxPageSize, is
	// MaxPageSize.
	PageSize int
	// Clock is for waiting; nil is [SystemClock].
	Clock Clock
	// Shared is what the clients of a process share; nil shares nothing.
	Shared *Shared
	// Log is told of tries that failed; nil drops that.
	Log *slog.Logger
}

// Client asks one server as one caller. It is safe for concurrent use, holds
// nothing that must be closed, and makes a request only when it is asked to.
type Client struct {
	cfg Config
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
	return &Client{cfg: cfg}
}

// Quota is what a server said last about one allowance.
type Quota struct {
	// Limit is how many requests a window has, and Remaining how many are left
	// of the present one.
	Limit, Remaining int64
	// Reset is when the present window ends, by the client's clock.
	Reset time.Time
}

// Quotas returns what is known of each allowance; nothing of a category whose
// limit no answer has told yet.
func (c *Client) Quotas() map[relation.Category]Quota {
	return map[relation.Category]Quota{}
}

// PageSize returns how many rows a page has.
func (c *Client) PageSize() int { return c.cfg.PageSize }

// Begin returns a trip of the statement. The empty statement remembers nothing.
func (c *Client) Begin(statement string) *Trip {
	return &Trip{client: c, statement: statement}
}
