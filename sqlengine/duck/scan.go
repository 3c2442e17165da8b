package duck

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
)

// ScanFunction is the name of the table function that reads a registered scan.
// No text of a user's may call it.
const ScanFunction = "trackql_scan"

// Scan is a relation that DuckDB can read through the table function
// trackql_scan(ID).
type Scan struct {
	// Schema has the relation's columns.
	Schema *arrow.Schema
	// Rows estimates how many rows there are, for the planner; 0 is unknown.
	Rows int64
	// Open is called when a statement begins to read the relation, with the
	// indexes of the columns it wants. It is called for each read, also
	// concurrently.
	Open func(columns []int) (Feed, error)
}

// Feed delivers the batches of one read. All its methods are called from one
// thread at a time.
type Feed interface {
	// Next returns the next batch, of the columns that Open was given, in their
	// order; nil at the end. The batch belongs to the caller. It may block, and
	// must return soon after the statement's context ends.
	Next() (arrow.RecordBatch, error)
	// Close is called once, when DuckDB needs no more.
	Close()
}

// ScanID names a registered scan; it cannot be guessed.
type ScanID string

// SQL returns the relation as it stands in a FROM.
func (id ScanID) SQL() string { return ScanFunction + "('" + string(id) + "')" }

type registered struct {
	Scan
	types *columnTypes
	// connect opens a connection for converting what is read.
	connect func() (*Conn, error)
}

// Register makes a relation readable. The caller drops it, after the last view
// over it.
func (db *DB) Register(s Scan) (ScanID, error) {
	types, err := db.columnTypes(s.Schema)
	if err != nil {
		return "", err
	}
	return db.scans.add(&registered{Scan: s, types: types, connect: db.Connect})
}

// Drop forgets a scan.
func (db *DB) Drop(id ScanID) {
	if r, ok := db.scans.take(id); ok {
		r.types.destroy()
	}
}

// registry holds what the table functions find by an id.
type registry[ID ~string, T any] struct {
	mu      sync.Mutex
	entries map[ID]T
}

// add returns an id that cannot be guessed.
func (r *registry[ID, T]) add(entry T) (ID, error) {
	var random [16]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", fmt.Errorf("random id: %w", err)
	}
	id := ID(hex.EncodeToString(random[:]))
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.entries == nil {
		r.entries = map[ID]T{}
	}
	r.entries[id] = entry
	return id, nil
}

func (r *registry[ID, T]) get(id ID) (T, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	entry, ok := r.entries[id]
	return entry, ok
}

// take forgets an entry, and returns it.
func (r *registry[ID, T]) take(id ID) (T, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	entry, ok := r.entries[id]
	delete(r.entries, id)
	return entry, ok
}
