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

type registry struct {
	mu    sync.Mutex
	scans map[ScanID]*registered
}

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
	var random [16]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", fmt.Errorf("scan id: %w", err)
	}
	id := ScanID(hex.EncodeToString(random[:]))
	db.scans.mu.Lock()
	defer db.scans.mu.Unlock()
	if db.scans.scans == nil {
		db.scans.scans = map[ScanID]*registered{}
	}
	db.scans.scans[id] = &registered{Scan: s, types: types, connect: db.Connect}
	return id, nil
}

// Drop forgets a scan.
func (db *DB) Drop(id ScanID) {
	db.scans.mu.Lock()
	defer db.scans.mu.Unlock()
	if r, ok := db.scans.scans[id]; ok {
		r.types.destroy()
		delete(db.scans.scans, id)
	}
}

func (db *DB) scan(id ScanID) (*registered, bool) {
	db.scans.mu.Lock()
	defer db.scans.mu.Unlock()
	r, ok := db.scans.scans[id]
	return r, ok
}
