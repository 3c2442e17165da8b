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
	// Call is the request without offset and count. Its order must be one that
	// does not change when rows do, "created" ascending, or rows that change may
	// be lost, and the scan then fails. An "offset" in it is where the rows begin.
	Call Call
	// Count asks for the number of rows from offset 0; its Path is empty where
	// there is no such request: then the pages go one after another, and a short
	// one is the last.
	Count Call
	// Limit is how many rows suffice; 0 is all. With a limit, pages go one after
	// another, when the reader wants them, and nothing is counted.
	Limit int64
	// Lazy says that the reader may stop early: no page is asked for before the
	// reader wants it, and nothing is counted, unless the statement knows the
	// count or rows change meanwhile.
	Lazy bool
	// Stable tells whether a row was neither created nor changed at since or
	// later, by the server's clock; nil takes every row for stable.
	Stable func(row gjson.Result, since time.Time) bool
}

// Offset gives the rows of a scan, page by page, each row once: of a row that
// changes meanwhile, one of its states. After an error, which is the last, they
// are not whole. Of Kind Incomplete is the one that fewer rows came than there
// are.
//
// One request suffices where the first page is short. Otherwise the server is
// asked how many rows there are, and all other pages go side by side. Rows that
// come and go meanwhile move others from page to page, so that some are met
// twice, and some not at all. The first are dropped. For the others, the rows
// that have not changed since the count are counted: if they are as many as it
// said, no such row is missing. Else all pages are read again, up to three
// times, for the rows that were not met before.
//
// For a reader that may stop early, each page begins with the last row of the
// one before. As long as it does, and no other row comes twice, none was passed
// over, and a short page is the end.
func (t *Trip) Offset(ctx context.Context, scan OffsetScan) iter.Seq2[[]gjson.Result, error] {
	return func(yield func([]gjson.Result, error) bool) {
		s := newSweep(t, scan, yield)
		var err error
		switch {
		case scan.Limit > 0 || scan.Count.Path == "":
			err = s.inTurn(ctx)
		case scan.Lazy && s.linkable():
			err = s.linked(ctx)
		default:
			err = s.counted(ctx)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// sweep is an OffsetScan under way.
type sweep struct {
	trip  *Trip
	scan  OffsetScan
	start int // the offset of the first row
	size  int // of a page
	seen  map[string]struct{}
	yield func([]gjson.Result, error) bool
}

func newSweep(t *Trip, scan OffsetScan, yield func([]gjson.Result, error) bool) *sweep {
	start, err := strconv.Atoi(scan.Call.Query.Get("offset"))
	if err != nil {
		start = 0
	}
	return &sweep{
		trip: t, scan: scan, yield: yield, start: max(0, start),
		size: scan.Call.pageSize(t.client.cfg.PageSize), seen: make(map[string]struct{}),
	}
}

// page returns count rows from an offset, by a request that began after a moment.
func (s *sweep) page(ctx context.Context, offset, count int, after uint64) (page, error) {
	call := s.scan.Call.with("offset", strconv.Itoa(offset), "count", strconv.Itoa(count))
	return s.trip.page(ctx, call, after)
}

// give hands rows to the reader; false is that it wants no more.
func (s *sweep) give(rows []gjson.Result) bool { return len(rows) == 0 || s.yield(rows, nil) }

// inTurn reads pages one after another, until a short one or the limit.
func (s *sweep) inTurn(ctx context.Context) error {
	left := s.scan.Limit
	for offset := s.start; ; {
		count := s.size
		if s.scan.Limit > 0 {
			count = int(min(left, int64(count)))
		}
		p, err := s.page(ctx, offset, count, 0)
		if err != nil {
			return err
		}
		rows := s.scan.Call.unseen(p.rows, s.seen)
		if s.scan.Limit > 0 {
			rows = rows[:min(left, int64(len(rows)))]
			left -= int64(len(rows))
		}
		// More rows than asked for are all there are: the server does not page.
		done := len(p.rows) != count || s.scan.Limit > 0 && left == 0
		switch {
		case !s.give(rows), done:
			return nil
		case len(rows) == 0:
			return s.trip.repeats(s.scan.Call)
		}
		offset += count
	}
}
