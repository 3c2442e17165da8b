package rest

import (
	"context"
	"iter"
	"strings"
	"sync"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

// page is some rows of a list.
type page struct {
	rows []gjson.Result
	// answer is what they came in.
	answer answer
}

// page returns what a call gives, as rows; the request began after the given
// moment.
func (t *Trip) page(ctx context.Context, call Call, after uint64) (page, error) {
	a, err := t.get(ctx, call, after)
	if err != nil {
		return page{}, err
	}
	list := gjson.Parse(a.body)
	if call.Rows != "" {
		list = list.Get(call.Rows)
	}
	if !list.IsArray() {
		return page{}, t.fail(call, connector.Corrupt, "the answer is not a list").WithHint(otherServerHint)
	}
	return page{list.Array(), a}, nil
}

// repeats returns the error of a full page of nothing but known rows: what comes
// behind it cannot be read.
func (t *Trip) repeats(call Call) error {
	return t.fail(call, connector.Incomplete, "the server gives the same page again and again").WithHint(
		"Please report this, with the version of the server: the list does not page as Backlog documents it.")
}

// id returns what tells a row from others, as a text of its own: a row's texts
// keep the whole page in memory.
func (c Call) id(row gjson.Result) string {
	id := row.Get(c.idPath())
	if !id.Exists() {
		id = row
	}
	return strings.Clone(id.Raw)
}

func (c Call) idPath() string {
	if c.ID == "" {
		return "id"
	}
	return c.ID
}

// unseen returns the rows whose ids are not in seen, and puts them there.
func (c Call) unseen(rows []gjson.Result, seen map[string]struct{}) []gjson.Result {
	var fresh []gjson.Result
	for _, row := range rows {
		id := c.id(row)
		if _, ok := seen[id]; ok {
			continue
		}
		seen[id] = struct{}{}
		fresh = append(fresh, row)
	}
	return fresh
}

// inOrder calls get with 0 to n-1 and yields the results in this order, until an
// error. While the reader has a result, up to ahead further ones are on their
// way or wait for it; 0 gets each when the reader wants it. When it returns, no
// call of get is left.
func inOrder[T any](ctx context.Context, n, ahead int, get func(context.Context, int) (T, error)) iter.Seq2[T, error] {
	type result struct {
		value T
		err   error
	}
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var group sync.WaitGroup
		defer group.Wait()
		defer cancel()
		var coming []chan result
		started := 0
		startUntil := func(end int) {
			for ; started < min(n, end); started++ {
				c, i := make(chan result, 1), started
				coming = append(coming, c)
				group.Go(func() {
					value, err := get(ctx, i)
					c <- result{value, err}
				})
			}
		}
		for i := range n {
			startUntil(i + max(1, ahead))
			r := <-coming[0]
			coming = coming[1:]
			startUntil(i + 1 + ahead)
			if !yield(r.value, r.err) || r.err != nil {
				return
			}
		}
	}
}
