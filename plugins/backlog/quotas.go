package backlog

import (
	"context"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// Quotas tells what is left of the server's allowances, as it said last.
func (s *Source) Quotas(context.Context) ([]connector.Quota, error) {
	known := s.client.Quotas()
	var list []connector.Quota
	for category := relation.Read; category <= relation.Icon; category++ {
		if q, ok := known[category]; ok {
			list = append(list, quota(category, q))
		}
	}
	return list, nil
}

func quota(category relation.Category, q rest.Quota) connector.Quota {
	return connector.Quota{Category: category.String(), Limit: q.Limit, Remaining: q.Remaining, Reset: q.Reset}
}
