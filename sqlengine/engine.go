package sqlengine

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/trackql/trackql/connector"
)

// Config is what an engine is made of.
type Config struct {
	// Sources are the open sources, each a schema. The engine does not close
	// them.
	Sources []NamedSource
	// Views are saved queries that can be asked like tables.
	Views []View
	// Timezone governs times without one, date_trunc, and how timestamps are
	// shown. nil is the machine's.
	Timezone *time.Location
	// NoPushdown fetches every table whole: the same answers, slower.
	NoPushdown bool
	// MemoryLimit bounds what DuckDB holds in memory, in its notation
	// ("4GB"); empty is DuckDB's default.
	MemoryLimit string
	// SpillDir is where DuckDB puts what does not fit, made on demand and
	// removed at the end; empty is the system's folder for temporary files.
	SpillDir string
	// Threads bounds the cores used; 0 is all.
	Threads int
	// MaxRequests refuses statements whose scans would take more requests than
	// this; 0 is any number. The variable max_requests of a session goes before
	// it.
	MaxRequests int64
	// Guarded is for texts that come over a network: they cannot reach this
	// machine's files, nor change settings.
	Guarded bool
	// Patience is how long the end of a statement waits for scans that were
	// canceled; one that takes longer is left behind, and named in the log. 0 is
	// five seconds.
	Patience time.Duration
	// Log takes what is worth telling; nil discards it.
	Log *slog.Logger
}

// NamedSource is a source under its schema's name.
type NamedSource struct {
	Name string
	// Connector is the name of the source's kind.
	Connector string
	Source    connector.Source
}

// View is a saved query.
type View struct {
	Name, SQL string
	// Place is where the view was written, for errors about it; it may be zero.
	Place connector.Place
}

// Kind says how to show a result.
type Kind uint8

// The kinds of results.
const (
	Rows    Kind = iota // rows to print
	Explain             // lines of text in one column, to print as they are
	Done                // nothing to print: CREATE TABLE, SET
)

// ScanReport tells how one scan of a running statement is getting on.
type ScanReport struct {
	Source, Table string
	Report        connector.Report
	// Stopped says that the statement wanted no more before the scan's last row.
	Stopped bool
}

// Notice is something that a person should know about a statement: a warning
// of a source, or a habit from another dialect that means something else here.
type Notice struct {
	// Code names the kind of thing: "list-literal", "unknown-set-type".
	Code string
	// Place is where in the statement's text it is, where it is there.
	Place connector.Place
	// Text says what it is.
	Text string
	// Hint is the next step; it may be empty.
	Hint string
	// Count is how often it happened.
	Count int64
}

// SourceTables are the tables of one source.
type SourceTables struct {
	Name, Connector string
	Tables          []connector.Table
}

// Engine answers SQL over a fixed set of sources, through sessions.
type Engine struct {
	cfg Config
}

// Open checks cfg and returns an engine. It reads nothing yet.
func Open(_ context.Context, cfg Config) (*Engine, error) {
	if cfg.Timezone == nil {
		cfg.Timezone = time.Local
	}
	if cfg.Patience <= 0 {
		cfg.Patience = 5 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.MaxRequests < 0 {
		return nil, connector.Errorf(connector.Invalid, "max_requests is %d, which is no number of requests", cfg.MaxRequests).
			WithHint("Write how many requests a statement may make, such as 50; 0 is any number.")
	}
	seen := map[string]bool{}
	for _, source := range cfg.Sources {
		key := strings.ToLower(source.Name)
		if err := connector.CheckReserved(source.Name); err != nil {
			return nil, err
		}
		if seen[key] {
			return nil, connector.Errorf(connector.Invalid, "two sources are named %q", source.Name)
		}
		seen[key] = true
	}
	return &Engine{cfg: cfg}, nil
}

// Close ends the engine. All sessions must be closed.
func (e *Engine) Close() error { return nil }
