package backlog

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/internal/cache"
)

// cacheFormat tells kept rows apart from those that columns of an older meaning
// had.
const cacheFormat = "2"

// cached returns a source behind a cache, where the options want one.
func (s *Source) cached(cfg connector.Config, base *url.URL, credentials rest.Credentials) (connector.Source, error) {
	o := cfg.Options
	age, offline := o.Duration("Cache"), o.Bool("Offline")
	if age == 0 && !offline {
		return s, nil
	}
	dir := metadataDir(o)
	if dir == "" {
		return nil, connector.Errorf(connector.Invalid, "there is no folder for the cache of %s", cfg.Name).
			WithHint("Write CacheLocation=FOLDER, because you have no cache folder of your own.")
	}
	zone := ""
	if s.zone != nil {
		zone = s.zone.String()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{
		cacheFormat, base.String(), credentials.Identity(), strings.Join(s.keys, ","), zone,
	}, "\x00")))
	return cache.New(s, cache.Config{
		Dir: filepath.Join(dir, "rows"), Identity: hex.EncodeToString(sum[:16]), Age: age, Offline: offline,
		Clock: s.clock, Zone: s.zone, Memory: s.memory, Log: cfg.Log, Keep: s.keep,
	}), nil
}

// keep tells which columns of a table come with any scan of it, without a
// further request. What is left of a quota is of the moment, and is not kept.
func (s *Source) keep(described *connector.Table, _ []string) ([]string, bool) {
	base := s.tables.find(described.Name)
	if base == nil || base.Name == "RateLimit" {
		return nil, false
	}
	wide, _ := s.widened(base)
	way := s.tables.chainTo(base)
	way[len(way)-1] = wide
	last := len(way) - 1
	var names []string
	for i := range wide.Columns {
		c := &wide.Columns[i]
		from, err := way.origin(last, c.Name)
		near := err == nil && (from.level >= way.asked(last) || slices.Contains(requestWords(wide), c.Name))
		if near && s.comesAlong(from.column) {
			names = append(names, c.Name)
		}
	}
	return names, true
}

// comesAlong tells whether the column of a row takes nothing beside the row.
func (s *Source) comesAlong(c *relation.Column) bool {
	zoned := c.Type == relation.Date && s.zone == nil
	return !c.Pseudo && !c.Detail && c.Expand == "" && !c.Term && !zoned
}
