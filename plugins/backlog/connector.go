package backlog

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/catalog"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// Connector opens spaces. The zero value is ready for use; sources that one
// Connector opened share what is left of the server's allowance, requests under
// way, and what is known of a space.
type Connector struct {
	// Memory is where the batches of scans come from; nil is Arrow's default.
	Memory memory.Allocator
	// Transport makes the requests; nil goes over the network, by the options
	// Proxy and CaFile.
	Transport http.RoundTripper
	// Clock is for waiting and for the age of what is kept; nil is the machine's.
	Clock rest.Clock
	// Guide leads a person through signing in where a scan needs that; nil where
	// nobody is there, and the scan fails.
	Guide connector.Guide

	mu     sync.Mutex
	shared *rest.Shared
	spaces map[spaceKey]*space.Space
}

// spaceKey tells what is known of spaces apart.
type spaceKey struct {
	base, identity, dir, projects string
	ttl                           time.Duration
}

var _ connector.Connector = (*Connector)(nil)

// New returns the connector.
func New() connector.Connector { return &Connector{} }

// Info describes the connector's options.
func (c *Connector) Info() connector.Info {
	return connector.Info{
		Name:    "backlog",
		Summary: "Reads the projects, issues, wikis and repositories of a Nulab Backlog space.",
		Options: options(),
	}
}

// Open returns a source. It makes no request: a key that the server refuses is
// the error of the first scan.
func (c *Connector) Open(ctx context.Context, cfg connector.Config) (connector.Source, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	o := cfg.Options
	if err := checkNumbers(o); err != nil {
		return nil, err
	}
	base, err := rest.ParseBase(o.Text("Url"))
	if err != nil {
		return nil, err
	}
	transport, err := c.transport(o)
	if err != nil {
		return nil, err
	}
	credentials, err := c.signingAt(cfg, base, transport).credentials()
	if err != nil {
		return nil, err
	}
	s := &Source{
		tables: newTables(catalog.Tables()),
		memory: c.Memory,
		keys:   projectKeys(o.Text("Project")),
		zone:   o.Zone("Timezone"),
		clock:  c.Clock,
		width:  int(o.Int("MaxConcurrency")), pageSize: int(o.Int("PageSize")),
	}
	if s.clock == nil {
		s.clock = rest.SystemClock{}
	}
	if s.memory == nil {
		s.memory = memory.DefaultAllocator
	}
	s.client = rest.New(rest.Config{
		Base: base, Credentials: credentials, Transport: transport, Timeout: o.Duration("Timeout"),
		Concurrency: s.width, PageSize: s.pageSize, Clock: s.clock, Shared: c.share(), Log: cfg.Log,
	})
	s.space = c.space(cfg, base, credentials, s.keys)
	return s.cached(cfg, base, credentials)
}

// share returns what all clients of the connector share.
func (c *Connector) share() *rest.Shared {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shared == nil {
		c.shared = rest.NewShared()
	}
	return c.shared
}

// space returns what is known of a space, which all sources that see it alike
// share.
func (c *Connector) space(cfg connector.Config, base *url.URL, credentials rest.Credentials, keys []string) *space.Space {
	key := spaceKey{
		base: base.String(), identity: credentials.Identity(), dir: metadataDir(cfg.Options),
		projects: strings.Join(keys, ","), ttl: cfg.Options.Duration("MetadataTTL"),
	}
	open := func() *space.Space {
		return space.Open(space.Config{
			Base: key.base, Identity: key.identity, Dir: key.dir, TTL: key.ttl, Clock: c.Clock, Projects: keys, Log: cfg.Log,
		})
	}
	if key.ttl == 0 {
		return open() // asked once for each source
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.spaces == nil {
		c.spaces = map[spaceKey]*space.Space{}
	}
	if c.spaces[key] == nil {
		c.spaces[key] = open()
	}
	return c.spaces[key]
}

// metadataDir is the folder of what is kept; empty where there is none.
func metadataDir(o connector.Options) string {
	if dir := o.Path("CacheLocation"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "" // a user without a home keeps nothing
	}
	return filepath.Join(dir, "trackql")
}

func projectKeys(text string) []string {
	var keys []string
	for _, key := range strings.Split(text, ",") {
		if key = strings.TrimSpace(key); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// checkNumbers refuses numbers that cannot be.
func checkNumbers(o connector.Options) error {
	for _, limit := range []struct {
		name    string
		highest int64
		why     string
	}{
		{"PageSize", rest.MaxPageSize, "Backlog gives no more rows at a time. A scan reads all pages, whatever their size."},
		{"MaxConcurrency", maxConcurrency, "The server's limit a minute is kept whatever it is."},
	} {
		if n := o.Int(limit.name); n < 1 || n > limit.highest {
			return connector.Errorf(connector.Invalid, "%s=%d is not from 1 to %d", limit.name, n, limit.highest).WithHint("%s", limit.why)
		}
	}
	for _, name := range []string{"Timeout", "MetadataTTL", "Cache"} {
		d := o.Duration(name)
		if d < 0 || d == 0 && name == "Timeout" {
			return connector.Errorf(connector.Invalid, "%s=%s", name, d).WithHint("Write a duration such as 30s or 10m.")
		}
	}
	return nil
}

const maxConcurrency = 64
