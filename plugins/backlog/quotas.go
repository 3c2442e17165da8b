package backlog

import (
	"context"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// begin is a trip of a statement, and on its account.
func (s *Source) begin(statement string, most int64) *rest.Trip {
	return s.client.Begin(statement).Account(statement, most)
}

// Spent tells what a statement took until now.
func (s *Source) Spent(_ context.Context, statement string) (connector.Spending, error) {
	return s.client.Spent(statement), nil
}

// Quotas tells what is left of the server's allowances, as its answers said
// last. What none has said yet is asked, which takes one request.
func (s *Source) Quotas(ctx context.Context) ([]connector.Quota, error) {
	known := s.client.Quotas()
	var told gjson.Result
	_, search := known[relation.Search]
	if _, read := known[relation.Read]; !read || !search {
		body, err := s.client.Begin("").Get(ctx, rest.Call{Path: "/rateLimit", Purpose: rest.Metadata})
		if err != nil {
			return nil, err
		}
		told = gjson.GetBytes(body, "rateLimit")
		known = s.client.Quotas()
	}
	var list []connector.Quota
	for category := relation.Read; category <= relation.Icon; category++ {
		quota := connector.Quota{Category: category.String()}
		said := told.Get(category.String())
		q, ok := known[category]
		switch {
		case ok:
			quota.Limit, quota.Remaining, quota.Reset = q.Limit, q.Remaining, q.Reset
		case said.Exists():
			quota.Limit, quota.Remaining = said.Get("limit").Int(), said.Get("remaining").Int()
			quota.Reset = time.Unix(said.Get("reset").Int(), 0)
		default:
			continue
		}
		list = append(list, quota)
	}
	return list, nil
}
