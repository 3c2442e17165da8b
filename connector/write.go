package connector

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Actions are what can be done to rows, to be combined.
type Actions uint8

// The actions.
const (
	Insert Actions = 1 << iota
	Update         // by key, the given columns only
	Upsert         // insert, or update where the key is there
	Delete         // by key
)

// Writer is implemented by a source that can be written: a sink.
type Writer interface {
	// Write sends rows and answers for every one of them, in their order. It
	// releases nothing: the caller owns req.Rows and the result. An error says
	// that the write could not begin or go on; the outcomes given so far hold,
	// and rows without one were not sent.
	Write(ctx context.Context, req WriteRequest) ([]Outcome, error)
}

// WriteRequest changes rows of one table.
type WriteRequest struct {
	Table string
	// Action is one of Insert, Update, Upsert and Delete.
	Action Actions
	// Rows hold the columns to write; for Update, Upsert and Delete also the
	// key's. A column that is not there takes the sink's default; a NULL is
	// sent as NULL.
	Rows array.RecordReader
	// Expect, where not nil, holds for each row of Rows the values that were
	// read before: a row that no longer has them is refused as a Conflict.
	Expect array.RecordReader
}

// Result says what became of one row.
type Result uint8

// The results of writing a row.
const (
	// Unsettled: the row was sent and the answer lost, and looking it up could
	// not decide. It is never sent again.
	Unsettled Result = iota
	// Written: the row is in the sink.
	Written
	// Unchanged: the sink had it so already.
	Unchanged
	// Refused: the sink said no, in the words of Err.
	Refused
)

func (r Result) String() string {
	return nameOf(uint8(r), "result", "unknown", "written", "unchanged", "refused")
}

// Outcome is the answer for one row.
type Outcome struct {
	Result Result
	// Key holds the row's primary key as the sink has it, in the order of
	// Table.Key; empty where the row is not there.
	Key []Value
	// Err is why the row was refused.
	Err *Error
}
