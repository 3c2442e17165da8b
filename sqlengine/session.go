package sqlengine

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
	"github.com/trackql/trackql/sqlengine/plan"
)

// The catalogs of a session: statements run in one, over views of the sources'
// tables, and are planned in the other, over empty shadows of them.
const (
	runCatalog  = "trackql"
	planCatalog = "trackql_plan"
)

// Session is a conversation: its tables, settings and macros last until it is
// closed. Its statements run one after the other.
type Session struct {
	engine *Engine
	db     *duck.DB
	conn   *duck.Conn
	spill  string

	catalog    *catalog
	procedures procedures
	// planning says that the planning catalog is attached.
	planning bool
	// optimizers are the settings of disabled_optimizers to plan with, to be
	// tried in order.
	optimizers []string
	// path is the search path that statements run with, as DuckDB spells it, and
	// home the one that the session began with.
	path, home string
	// local says that statements of this session have made things that the
	// planning catalog may lack.
	local bool
	// saved are the saved queries that have been made views, and broken the
	// errors of those that could not be, by their name in lower case.
	saved  map[string]bool
	broken map[string]error
	// files are the reads of files that have shadows in the planning catalog.
	files []fileRead
	// mirroring are the views that are being made in the planning catalog.
	mirroring map[string]bool
	// threads is how many the session has, while there is one for a statement that
	// waits for sources; empty at other times.
	threads string

	mu      sync.Mutex
	running *run
	// misbound is why a call of a procedure could not be bound.
	misbound error
}

// Session begins a session. The caller closes it.
func (e *Engine) Session(ctx context.Context) (*Session, error) {
	s := &Session{engine: e, spill: spillFolder(e.cfg.SpillDir), saved: map[string]bool{}, broken: map[string]error{}, mirroring: map[string]bool{}}
	zone, err := zoneName(e.cfg.Timezone)
	if err != nil {
		return nil, err
	}
	if s.db, err = duck.Open(s.settings()); err != nil {
		return nil, settingsError(err)
	}
	if s.conn, err = s.db.Connect(); err != nil {
		s.db.Close()
		return nil, err
	}
	if err := s.prepare(ctx, zone); err != nil {
		s.conn.Close()
		s.db.Close()
		return nil, err
	}
	return s, nil
}

// spillFolder names a folder for what does not fit into memory. DuckDB makes it
// when it needs it.
func spillFolder(parent string) string {
	if parent == "" {
		parent = os.TempDir()
	}
	return filepath.Join(parent, "trackql-"+strconv.Itoa(os.Getpid())+"-"+strconv.FormatInt(time.Now().UnixNano(), 36))
}

func (s *Session) settings() map[string]string {
	threads := s.engine.cfg.Threads
	if threads <= 0 {
		threads = runtime.NumCPU()
	}
	settings := map[string]string{
		"threads":                      strconv.Itoa(threads),
		"temp_directory":               s.spill,
		"autoinstall_known_extensions": "false",
		"autoload_known_extensions":    "false",
		// What a person has installed for a DuckDB of their own is not looked at.
		"extension_directory": filepath.Join(s.spill, "none"),
	}
	if limit := s.engine.cfg.MemoryLimit; limit != "" {
		settings["memory_limit"] = limit
	}
	return settings
}

func settingsError(err error) error {
	return connector.Errorf(connector.Invalid, "start the engine: %w", err).
		WithHint("A memory limit is written as 4GB or 512MB.")
}

// zoneName returns a zone's name as DuckDB knows it; "" leaves the machine's.
func zoneName(zone *time.Location) (string, error) {
	name := zone.String()
	if name == "Local" {
		return "", nil
	}
	if at, err := time.Parse("-07:00", name); err == nil {
		_, offset := at.Zone()
		if offset%3600 != 0 {
			return "", connector.Errorf(connector.Invalid, "the time zone %s is not a whole number of hours", name).
				WithHint("Write the name of a zone with that offset, such as Asia/Kolkata for +05:30.")
		}
		return fmt.Sprintf("Etc/GMT%+d", -offset/3600), nil
	}
	return name, nil
}

// prepare makes the catalogs and settings of a new session.
func (s *Session) prepare(ctx context.Context, zone string) error {
	steps := []string{
		"ATTACH ':memory:' AS " + runCatalog,
		"USE " + runCatalog,
		"DETACH memory",
		noStatistics,
		// A met LIMIT must stop the scan below it at once.
		"SET enable_caching_operators = false",
		// DuckDB 1.5.5 loses rows of ASOF joins where it loops over small sides.
		"SET asof_loop_join_threshold = 0",
		// Without it a UHUGEINT comes as a negative number, and a TIMETZ without
		// its offset.
		"SET arrow_lossless_conversion = true",
		// The first rows of a slow source must come as soon as they are there.
		"SET streaming_buffer_size = '1KB'",
	}
	if s.engine.cfg.Guarded {
		steps = append(steps, "SET enable_external_access = false")
	}
	if zone != "" {
		steps = append(steps, "SET TimeZone = "+connector.QuoteText(zone))
	}
	paths := []string{"main"}
	for _, source := range s.engine.cfg.Sources {
		steps = append(steps, "CREATE SCHEMA "+quote(runCatalog, source.Name))
		if len(s.engine.cfg.Sources) == 1 {
			paths = append(paths, source.Name)
		}
	}
	steps = append(append(steps, macros...), catalogMacros(s.engine.cfg.Sources)...)
	for _, step := range steps {
		if err := s.conn.Exec(ctx, step); err != nil {
			return fmt.Errorf("session: %w", err)
		}
	}
	for i, schema := range paths {
		paths[i] = quote(runCatalog, schema)
	}
	s.home = strings.Join(paths, ",")
	s.path = s.home
	s.catalog = newCatalog(s.engine.cfg.Sources)
	if err := s.setPath(ctx, s.path); err != nil {
		return err
	}
	return s.readOptimizers(ctx)
}

func (s *Session) setPath(ctx context.Context, path string) error {
	return s.conn.Exec(ctx, "SET search_path = "+connector.QuoteText(path))
}

// readOptimizers turns the optimizers to plan with into those to disable.
func (s *Session) readOptimizers(ctx context.Context) error {
	all, err := s.conn.Strings(ctx, "SELECT name FROM duckdb_optimizers()")
	if err != nil {
		return fmt.Errorf("optimizers: %w", err)
	}
	for _, kept := range plan.Optimizers() {
		wanted := map[string]bool{}
		for _, name := range kept {
			wanted[name] = true
		}
		var disabled []string
		for _, row := range all {
			if !wanted[row[0]] {
				disabled = append(disabled, row[0])
			}
		}
		s.optimizers = append(s.optimizers, strings.Join(disabled, ","))
	}
	return nil
}

// Close ends the session. No statement may be under way.
func (s *Session) Close() error {
	s.conn.Close()
	s.catalog.drop(s.db)
	s.procedures.drop(s.db)
	s.db.Close()
	return os.RemoveAll(s.spill)
}

// Run runs the statements of a text one after the other and yields the result
// of each. It stops after the first error, which is the last thing it yields.
// The parameters go to every statement that has some: ? and $1 take them by
// position. A result is valid until the next is asked for.
//
// Errors are [connector.Error], with the place in the text where DuckDB or the
// source knows it.
func (s *Session) Run(ctx context.Context, text string, params []connector.Value) iter.Seq2[*Result, error] {
	return func(yield func(*Result, error) bool) {
		for _, stmt := range split(text) {
			result, err := s.start(ctx, stmt, params)
			if err != nil {
				yield(nil, located(err, text, stmt))
				return
			}
			result.locate = func(err error) error { return located(err, text, stmt) }
			more := yield(result, nil)
			if err := result.Close(); err != nil && more {
				yield(nil, located(err, text, stmt))
				return
			}
			if !more || result.Err() != nil {
				return
			}
		}
	}
}

// Progress tells how the scans of the statement under way are getting on; it is
// empty between statements. It may be called at any time, from any goroutine.
func (s *Session) Progress() []ScanReport {
	s.mu.Lock()
	running := s.running
	s.mu.Unlock()
	if running == nil {
		return nil
	}
	return running.reports()
}

// Catalog returns all tables of all sources, in their order.
func (s *Session) Catalog(ctx context.Context) ([]SourceTables, error) {
	var all []SourceTables
	for _, source := range s.engine.cfg.Sources {
		relations, err := s.catalog.of(ctx, source.Name)
		if err != nil {
			return nil, err
		}
		tables := SourceTables{Name: source.Name, Connector: source.Connector}
		for _, r := range relations {
			tables.Tables = append(tables.Tables, *r.table)
		}
		all = append(all, tables)
	}
	return all, nil
}

// quote returns names as a dotted SQL name.
func quote(names ...string) string {
	quotedNames := make([]string, len(names))
	for i, name := range names {
		quotedNames[i] = `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	return strings.Join(quotedNames, ".")
}

// requalified returns a search path as DuckDB shows it, a list of schema or
// catalog.schema, with every schema in its catalog and every name in quotes.
func requalified(path string) string {
	var schemas []string
	for part := range strings.SplitSeq(path, ",") {
		part = strings.ReplaceAll(strings.TrimSpace(part), `"`, "")
		if part == "" {
			continue
		}
		catalog, schema, ok := strings.Cut(part, ".")
		if !ok {
			catalog, schema = runCatalog, part
		}
		schemas = append(schemas, quote(catalog, schema))
	}
	return strings.Join(schemas, ",")
}

// checkAttached refuses a database that is named like a source: DuckDB could no
// longer tell which of the two a name means.
func (s *Session) checkAttached(ctx context.Context) error {
	for _, source := range s.engine.cfg.Sources {
		rows, err := s.conn.Strings(ctx, "SELECT database_name FROM system.main.duckdb_databases() WHERE lower(database_name) = lower(?)",
			duck.Param{Value: connector.TextOf(source.Name)})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := s.conn.Exec(ctx, "DETACH "+quote(row[0])); err != nil {
				return err
			}
			return connector.Errorf(connector.Invalid, "a database cannot be attached as %q: a source has that name", row[0]).
				WithHint("Write ATTACH … AS another_name.")
		}
	}
	return nil
}
