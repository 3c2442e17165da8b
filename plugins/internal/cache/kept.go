package cache

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/trackql/trackql/connector"
)

// Kept tells a person what there is of the source: a text for each table of which
// rows are kept, such as "Issues (450 rows of 12 columns, 9 minutes old)", in the
// order of the source's tables. Offline says that scans are answered from that
// alone. It makes no request.
func (s *Source) Kept(ctx context.Context) (tables []string, offline bool, err error) {
	described, err := s.described(ctx)
	if err != nil {
		return nil, s.cfg.Offline, err
	}
	kept := s.store.load().Segments
	for i := range described {
		if text := s.keptOf(&described[i], kept); text != "" {
			tables = append(tables, text)
		}
	}
	return tables, s.cfg.Offline, nil
}

// keptOf tells what there is of a table; nothing where there is none.
func (s *Source) keptOf(table *connector.Table, kept []segment) string {
	var whole, youngest *segment
	filtered := 0
	for i := range kept {
		g := &kept[i]
		if g.Source != s.cfg.Identity || g.Table != table.Name {
			continue
		}
		switch {
		case len(g.Where) > 0:
			filtered++
			if youngest == nil || g.Fetched > youngest.Fetched {
				youngest = g
			}
		case whole == nil || g.Fetched > whole.Fetched:
			whole = g
		}
	}
	var parts []string
	if whole != nil {
		parts = append(parts, fmt.Sprintf("%s of %s, %s", number(whole.Rows, "row"), number(int64(len(whole.Columns)), "column"), s.age(whole)))
	}
	if youngest != nil {
		parts = append(parts, fmt.Sprintf("%s, the last %s", number(int64(filtered), "filtered scan"), s.age(youngest)))
	}
	if len(parts) == 0 {
		return ""
	}
	return table.Name + " (" + strings.Join(parts, "; ") + ")"
}

// age tells how old rows are.
func (s *Source) age(g *segment) string { return ago(s.cfg.Clock.Now().Sub(g.at())) }

// number shows how many there are of something.
func number(n int64, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// ago shows an age in its largest unit.
func ago(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int64(d / unit.of); n > 0 {
			return number(n, unit.name) + " old"
		}
	}
	return "less than a minute old"
}
