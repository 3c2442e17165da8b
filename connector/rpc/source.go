package rpc

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// source is a source in a child. Where the child is gone, the next call starts
// another.
type source struct {
	plugin *Plugin
	cfg    connector.Config
	redact *redactor

	// turn is held by whoever looks for a living child, or starts one: a mutex
	// that one can give up waiting for.
	turn  chan struct{}
	child *child

	mu     sync.Mutex
	offers *wire.OpenResponse
	tables []connector.Table // as Tables last told
	// widenings are what Widen told beside, in the order of the calls.
	widenings []widening
}

var (
	_ connector.Source = (*source)(nil)
	_ connector.Facets = (*source)(nil)
)

func newSource(p *Plugin, cfg connector.Config) *source {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &source{plugin: p, cfg: cfg, redact: redactorOf(p.info, cfg.Options.Settings()), turn: make(chan struct{}, 1)}
}

// revive starts a child and opens the source in it. The caller has the turn.
func (s *source) revive(ctx context.Context) error {
	c, err := s.plugin.child(ctx)
	if err != nil {
		return err
	}
	offers, err := c.open(ctx, s.cfg)
	if err == nil {
		err = s.rewiden(ctx, c)
	}
	if err != nil {
		c.kill()
		c.end()
		return err
	}
	s.child = c
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offers = offers
	return nil
}

// enter returns a child that takes a call. The caller leaves it.
func (s *source) enter(ctx context.Context) (*child, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, canceled(ctx)
	}
	defer func() { <-s.turn }()
	if s.child.enter() {
		return s.child, nil
	}
	if s.child.dead() {
		s.child.end()
	}
	s.cfg.Log.Warn("starting the plugin again", keyPlugin, s.plugin.program.Path, keySource, s.cfg.Name)
	if err := s.revive(ctx); err != nil {
		return nil, err
	}
	if !s.child.enter() {
		return nil, s.child.obituary()
	}
	return s.child, nil
}

// ask makes one call that has one answer.
func ask[A any](ctx context.Context, s *source, what string, limit time.Duration, f func(context.Context, wire.ConnectorClient) (A, error)) (A, error) {
	c, err := s.enter(ctx)
	if err != nil {
		var none A
		return none, err
	}
	defer c.leave()
	return call(ctx, c, what, limit, func(ctx context.Context) (A, error) { return f(ctx, c.remote) })
}

// Tables describes the tables.
func (s *source) Tables(ctx context.Context) ([]connector.Table, error) {
	answer, err := ask(ctx, s, "Tables", s.plugin.host.CallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.TablesResponse, error) {
			return remote.Tables(ctx, &wire.TablesRequest{})
		})
	if err != nil {
		return nil, err
	}
	tables, err := eachOr(answer.Tables, tableFromWire)
	if err != nil {
		return nil, s.lies(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tables = tables
	return slices.Clone(tables), nil
}

// lies names the plugin in what is wrong with its answer.
func (s *source) lies(err error) error {
	kind := connector.KindOf(err)
	if kind == connector.Internal {
		kind = connector.Corrupt
	}
	e := connector.Errorf(kind, "the plugin %s: %s", s.plugin.program.Path, s.redact.text(err.Error()))
	return e.WithHint("This is a fault of the plugin: tell its author. trackql plugin test %s shows more.", s.plugin.program.Path)
}

// table returns a table as Tables last told, with what Widen told beside.
func (s *source) table(ctx context.Context, name string) (*connector.Table, error) {
	s.mu.Lock()
	tables := s.tables
	s.mu.Unlock()
	if tables == nil {
		var err error
		if tables, err = s.Tables(ctx); err != nil {
			return nil, err
		}
	}
	for i := range tables {
		if strings.EqualFold(tables[i].Name, name) {
			return s.widened(tables[i]), nil
		}
	}
	return nil, connector.Errorf(connector.NotFound, "there is no table %s", name)
}

// Scan streams rows of one table.
func (s *source) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	table, err := s.table(ctx, req.Table)
	if err != nil {
		return nil, err
	}
	schema, err := table.Schema(req.Columns)
	if err != nil {
		return nil, err
	}
	return s.read(ctx, "Scan of "+req.Table, schema, func(ctx context.Context, remote wire.ConnectorClient, r *rows) error {
		return r.scan(ctx, remote, req)
	})
}

// Close closes the source and ends the child. Where the child is gone already,
// nothing is left to close.
func (s *source) Close() error {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	c := s.child
	defer c.end()
	if !c.enter() {
		return nil
	}
	defer c.leave()
	_, err := call(context.Background(), c, "Close", s.plugin.host.CallTimeout,
		func(ctx context.Context) (*wire.CloseResponse, error) {
			return c.remote.Close(ctx, &wire.CloseRequest{})
		})
	return err
}
