package rpc

import (
	"context"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// widening is a call of Widen that told columns which none before it did. A
// child that takes the place of another one is asked the same, so that its scans
// take these columns, too.
type widening struct {
	table string
	where []connector.Predicate
	told  []connector.Column
}

// Widen describes a table with its further columns.
func (w widener) Widen(ctx context.Context, table string, where []connector.Predicate) (connector.Table, error) {
	answer, err := ask(ctx, w.s, "Widen of "+table, w.s.plugin.host.StallTimeout,
		func(ctx context.Context, remote wire.ConnectorClient) (*wire.Table, error) {
			return remote.Widen(ctx, widenToWire(table, where))
		})
	if err != nil {
		return connector.Table{}, err
	}
	wide, err := tableFromWire(answer)
	if err != nil {
		return connector.Table{}, w.s.lies(err)
	}
	known, err := w.s.table(ctx, wide.Name)
	if err != nil {
		return connector.Table{}, w.s.lies(err)
	}
	w.s.keep(widening{table: wide.Name, where: where, told: news(known, wide.Columns)})
	return wide, nil
}

// news returns those columns that a table has not.
func news(known *connector.Table, columns []connector.Column) []connector.Column {
	return slices.DeleteFunc(slices.Clone(columns), func(c connector.Column) bool {
		_, ok := known.Column(c.Name)
		return ok
	})
}

// keep remembers what told something new.
func (s *source) keep(w widening) {
	if len(w.told) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.widenings = append(s.widenings, w)
}

// widened adds to a table what was told of it.
func (s *source) widened(t connector.Table) *connector.Table {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.Columns = slices.Clone(t.Columns)
	for _, w := range s.widenings {
		if strings.EqualFold(w.table, t.Name) {
			t.Columns = append(t.Columns, news(&t, w.told)...)
		}
	}
	return &t
}

// rewiden asks a new child what the one before it was asked.
func (s *source) rewiden(ctx context.Context, c *child) error {
	s.mu.Lock()
	asked := slices.Clone(s.widenings)
	s.mu.Unlock()
	for _, w := range asked {
		_, err := call(ctx, c, "Widen of "+w.table, c.host.StallTimeout, func(ctx context.Context) (*wire.Table, error) {
			return c.remote.Widen(ctx, widenToWire(w.table, w.where))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func widenToWire(table string, where []connector.Predicate) *wire.WidenRequest {
	return &wire.WidenRequest{Table: table, Where: each(where, predicateToWire)}
}
