package cache

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// Clock tells the time by which rows age.
type Clock interface{ Now() time.Time }

// Config is how a source is cached. Dir, Identity and Clock are required.
type Config struct {
	// Dir is the folder of the files, which is made for its owner alone.
	Dir string
	// Identity tells sources apart that do not have the same rows: a hash of
	// address, user, and of options that change rows. It is no secret.
	Identity string
	// Age is how long rows answer without a look at the source.
	Age time.Duration
	// Offline answers from what is kept, of any age, and asks the source for
	// nothing but its tables.
	Offline bool
	Clock   Clock
	// Zone is that of the times in notes; nil is UTC.
	Zone *time.Location
	// MaxBytes bounds all files of the folder; what was not used for the longest
	// time goes first. 0 is 1 GiB.
	MaxBytes int64
	// Memory is where the batches of hits come from; nil is Arrow's default.
	Memory memory.Allocator
	// Log takes what could not be kept; nil discards it.
	Log *slog.Logger
	// Keep tells whether rows of a table may be kept, and which further columns
	// to fetch with the ones asked for, because they cost nothing. nil keeps all
	// tables, with the columns asked for.
	Keep func(table *connector.Table, asked []string) (further []string, keep bool)
}

// Source answers scans of another source from what it kept of it.
type Source struct {
	inner connector.Source
	cfg   Config
	store *store

	mu sync.Mutex
	// tables are those of the source, nil before they are asked for, and further
	// the columns that Widen told beside theirs.
	tables  []connector.Table
	further map[string][]connector.Column
	// unwatched are the tables of which the source cannot tell what changed.
	unwatched map[string]bool
	// marks are the tokens last taken, by their tables; marking is held while one
	// is taken.
	marks   map[string]mark
	marking chan struct{}
	// patience is how long to wait for somebody else's refresh.
	patience time.Duration
}

var (
	_ connector.Source    = (*Source)(nil)
	_ connector.Estimator = (*Source)(nil)
	_ connector.Facets    = (*Source)(nil)
)

// online is a Source whose optional interfaces are also those of what it wraps.
// Offline there is no way through.
type online struct{ *Source }

var _ connector.Wrapper = online{}

// Unwrap returns the source that is cached.
func (o online) Unwrap() connector.Source { return o.inner }

// maxBytes is the size of the files where the configuration does not say.
const maxBytes = 1 << 30

// refreshWait is how long a refresh may take that others wait for: one that has to
// wait for a quota takes a minute or two.
const refreshWait = 5 * time.Minute

// New returns src behind a cache. It makes no request and touches no file.
// Closing it closes src.
func New(src connector.Source, cfg Config) connector.Source {
	if cfg.MaxBytes <= 0 {
		cfg.MaxBytes = maxBytes
	}
	if cfg.Memory == nil {
		cfg.Memory = memory.DefaultAllocator
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Source{
		inner: src, cfg: cfg, store: newStore(cfg),
		further: map[string][]connector.Column{}, unwatched: map[string]bool{},
		marks: map[string]mark{}, marking: make(chan struct{}, 1), patience: refreshWait,
	}
	if cfg.Offline {
		return s
	}
	return online{s}
}

// Tables describes the tables of the source.
func (s *Source) Tables(ctx context.Context) ([]connector.Table, error) {
	return s.inner.Tables(ctx)
}

// Close closes the source.
func (s *Source) Close() error { return s.inner.Close() }

// Scan streams rows of a table: kept ones where they answer the request.
func (s *Source) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	q, err := s.question(ctx, req)
	if err != nil {
		return nil, err
	}
	if q == nil {
		return s.pass(ctx, req)
	}
	for {
		reader, again, err := s.answer(ctx, q)
		if reader != nil || err != nil {
			return reader, err
		}
		if !again {
			return s.fetch(ctx, q)
		}
	}
}

// answer returns a reader of what is kept. Without one, again says to look once
// more: something was refreshed, or was broken and is forgotten now.
func (s *Source) answer(ctx context.Context, q *question) (reader array.RecordReader, again bool, err error) {
	found := s.find(q)
	switch found.state {
	case stale:
		if s.cheaper(ctx, q, found.segment) {
			return nil, false, nil
		}
		again, err = s.refresh(ctx, q, found.segment)
		return nil, again, err
	case hit:
		r, err := s.read(ctx, q, found.segment)
		if err == nil {
			return r, false, nil
		}
		return nil, s.forget(ctx, found.segment, err), ended(ctx)
	}
	if s.cfg.Offline {
		return nil, false, s.absent(q.table.Name)
	}
	return nil, false, nil
}

// pass hands a request on that is not for the cache.
func (s *Source) pass(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	if !s.cfg.Offline {
		return s.inner.Scan(ctx, req)
	}
	table, _, err := s.table(ctx, req.Table)
	switch {
	case err != nil:
		return nil, err
	case table == nil:
		return nil, connector.Errorf(connector.NotFound, "there is no table %q", req.Table)
	}
	if _, err := table.Schema(req.Columns); err != nil {
		return nil, err
	}
	if s.cfg.Keep != nil {
		if _, keep := s.cfg.Keep(table, nil); !keep {
			return nil, connector.Errorf(connector.Unavailable, "rows of %s are never kept, and Offline is on", req.Table).
				WithHint("Read them without Offline.")
		}
	}
	return nil, s.absent(req.Table)
}

// absent is the error of a scan that the cache alone cannot answer.
func (s *Source) absent(table string) error {
	return connector.Errorf(connector.Unavailable, "the cache does not have these rows of %s, and Offline is on", table).
		WithHint("Read the rows once without Offline, and with Cache=10m, to fill the cache: all that you need, as a count or a LIMIT keeps none.")
}

// ended returns an error of Kind Canceled once ctx has ended.
func ended(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return &connector.Error{Kind: connector.Canceled, Err: context.Cause(ctx)}
}
