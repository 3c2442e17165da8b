package duck

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// DB is an embedded DuckDB that lives in memory. It may be used concurrently,
// through connections.
type DB struct {
	db         mapping.Database
	scans      registry[ScanID, *registered]
	procedures registry[ProcedureID, *procedure]
}

// Open starts a DuckDB with the given settings, in the spelling of its SET.
// The caller closes it, after its connections.
func Open(settings map[string]string) (*DB, error) {
	var config mapping.Config
	if mapping.CreateConfig(&config) != mapping.StateSuccess {
		return nil, fmt.Errorf("create configuration: out of memory")
	}
	defer mapping.DestroyConfig(&config)
	for name, value := range settings {
		if mapping.SetConfig(config, name, value) != mapping.StateSuccess {
			return nil, &Error{Type: "settings", Message: fmt.Sprintf("%s cannot be %q", name, value)}
		}
	}
	db := &DB{}
	var message string
	if mapping.OpenExt(":memory:", &db.db, config, &message) != mapping.StateSuccess {
		return nil, newError(message)
	}
	if err := errors.Join(db.registerScan(), db.registerCall()); err != nil {
		mapping.Close(&db.db)
		return nil, err
	}
	return db, nil
}

// Close ends the database. All connections must be closed.
func (db *DB) Close() { mapping.Close(&db.db) }

// Conn is a connection. Its statements run one after the other: it is for one
// goroutine at a time, but for what ends of contexts do to it.
type Conn struct {
	db   *DB
	conn mapping.Connection

	// mu guards against an interrupt that comes too late and hits the next
	// statement.
	mu sync.Mutex
}

// Connect opens a connection. The caller closes it.
func (db *DB) Connect() (*Conn, error) {
	c := &Conn{db: db}
	if mapping.Connect(db.db, &c.conn) != mapping.StateSuccess {
		return nil, fmt.Errorf("connect: out of memory")
	}
	return c, nil
}

// Close ends the connection. All rows must be closed.
func (c *Conn) Close() { mapping.Disconnect(&c.conn) }

// interruptOn interrupts the connection's statement when ctx ends, until stop
// is called.
func (c *Conn) interruptOn(ctx context.Context) (stop func()) {
	running := true
	cancel := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if running {
			mapping.Interrupt(c.conn)
		}
	})
	return func() {
		cancel()
		c.mu.Lock()
		defer c.mu.Unlock()
		running = false
	}
}

// Exec runs statements of ours and forgets their rows.
func (c *Conn) Exec(ctx context.Context, sql string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer c.interruptOn(ctx)()
	var result mapping.Result
	defer mapping.DestroyResult(&result)
	if mapping.Query(c.conn, sql, &result) != mapping.StateSuccess {
		return c.failure(ctx, mapping.ResultError(&result))
	}
	return nil
}

// Strings runs one statement of ours and returns its rows as texts, "" for
// NULL.
func (c *Conn) Strings(ctx context.Context, sql string, params ...Param) ([][]string, error) {
	stmt, err := c.Prepare(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	rows, err := stmt.Run(ctx, params)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var texts [][]string
	for rows.Next() {
		batch := rows.RecordBatch()
		for i := range int(batch.NumRows()) {
			row := make([]string, batch.NumCols())
			for j, column := range batch.Columns() {
				if column.IsValid(i) {
					row[j] = strings.Clone(column.ValueStr(i))
				}
			}
			texts = append(texts, row)
		}
	}
	return texts, rows.Err()
}

// failure is the error of a statement that DuckDB refused: the context's own,
// where that is what ended it.
func (c *Conn) failure(ctx context.Context, message string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return newError(message)
}
