package rest

import (
	"context"
	"iter"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

// ByID gives the rows of an endpoint that pages by minId and maxId, page by
// page, each row once, in the order of the call's parameter "order", asc or desc
// (the server's own where there is none). A minId and a maxId of the call bound
// the rows. Limit is how many rows suffice; 0 is all. No page is asked for before
// the reader wants it. After an error, which is the last, the rows are not whole.
//
// Whether minId and maxId include their row is not documented. So the id of the
// last row itself bounds the next page, and rows that the page before had are
// dropped.
func (t *Trip) ByID(ctx context.Context, call Call, limit int64) iter.Seq2[[]gjson.Result, error] {
	return func(yield func([]gjson.Result, error) bool) {
		b := byID{trip: t, call: call, left: limit, limited: limit > 0, bound: "maxId"}
		if call.Query.Get("order") == "asc" {
			b.bound = "minId"
		}
		for more := true; more; {
			rows, err := b.next(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			more = (len(rows) == 0 || yield(rows, nil)) && !b.done
		}
	}
}

// byID is a list by ids under way.
type byID struct {
	trip    *Trip
	call    Call
	limited bool
	left    int64 // rows, where limited
	bound   string
	last    map[string]struct{} // the rows of the page before; nil before the first
	done    bool
}

// next returns the rows of the next page that the one before did not have.
func (b *byID) next(ctx context.Context) ([]gjson.Result, error) {
	count := b.count()
	p, err := b.trip.page(ctx, b.call.with("count", strconv.Itoa(count)), 0)
	if err != nil {
		return nil, err
	}
	before := b.last
	b.last = make(map[string]struct{}, len(p.rows))
	var fresh []gjson.Result
	for _, row := range b.call.unseen(p.rows, b.last) {
		if _, ok := before[b.call.id(row)]; !ok {
			fresh = append(fresh, row)
		}
	}
	if b.limited {
		fresh = fresh[:min(b.left, int64(len(fresh)))]
		b.left -= int64(len(fresh))
	}
	// More rows than asked for are all there are: the server does not page.
	b.done = len(p.rows) != count || b.limited && b.left == 0
	switch {
	case b.done:
		return fresh, nil
	case len(fresh) == 0:
		return nil, b.trip.repeats(b.call)
	}
	return fresh, b.advance(p.rows)
}

// count returns how many rows to ask for. After the first page, one may be a row
// that is known.
func (b *byID) count() int {
	count := int64(b.call.pageSize(b.trip.client.cfg.PageSize))
	known := int64(0)
	if b.last != nil {
		known = 1
	}
	if b.limited {
		count = min(count, b.left+known)
	}
	return int(max(count, 1+known))
}

// advance bounds the next page by the outermost id of this one.
func (b *byID) advance(rows []gjson.Result) error {
	var outermost gjson.Result
	for _, row := range rows {
		id := row.Get(b.call.idPath())
		if id.Type != gjson.Number {
			return b.trip.fail(b.call, connector.Corrupt,
				"a row has no number %q, by which to ask for the next page", b.call.idPath())
		}
		further := id.Int() < outermost.Int()
		if b.bound == "minId" {
			further = id.Int() > outermost.Int()
		}
		if !outermost.Exists() || further {
			outermost = id
		}
	}
	b.call = b.call.with(b.bound, outermost.Raw)
	return nil
}
