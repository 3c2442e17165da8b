package rest

import (
	"context"
	"iter"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
)

// OffsetScan asks for the rows of an endpoint that pages by offset and count.
type OffsetScan struct {
	// Call is the request without offset and count. It must sort by something
	// that never changes, "created" ascending, or rows that change may be lost.
	// An "offset" in it is where the rows begin.
	Call Call
	// Count asks for the number of rows; its Path is empty where the endpoint
	// has no count: then the pages go one after another until a short one.
	Count Call
	// Limit is how many rows suffice; 0 is all. With it, pages are asked for
	// when the reader wants them, and nothing is counted.
	Limit int64
	// Ordered says that the order of rows matters to the reader: rows that only
	// a further pass finds come last all the same.
	Ordered bool
	// Stable tells whether a row was neither created nor changed at since or
	// later, by the server's clock; nil takes every row as stable.
	Stable func(row gjson.Result, since time.Time) bool
}

// Offset gives the rows of a scan, page by page, each row once, in the order of
// the pages. After an error, which is the last, the rows are not whole.
func (t *Trip) Offset(ctx context.Context, scan OffsetScan) iter.Seq2[[]gjson.Result, error] {
	return func(yield func([]gjson.Result, error) bool) {
		size := t.client.cfg.PageSize
		for offset := 0; ; offset += size {
			call := scan.Call.with("offset", strconv.Itoa(offset)).with("count", strconv.Itoa(size))
			body, err := t.Get(ctx, call)
			if err != nil {
				yield(nil, err)
				return
			}
			rows := gjson.ParseBytes(body).Array()
			if !yield(rows, nil) || len(rows) < size {
				return
			}
		}
	}
}
