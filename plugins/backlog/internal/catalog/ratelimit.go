package catalog

import (
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var rateLimit = relation.Table{
	Name:    "RateLimit",
	Doc:     "How many requests of one kind you may make in a minute, and how many of them are left. Asking costs one of kind read.",
	Path:    "/rateLimit",
	Rows:    "rateLimit",
	Members: true,
	Key:     []string{"Category"},
	Columns: []relation.Column{
		{Name: "Category", Type: relation.Text, Member: true, Required: true, Doc: "The kind: read; search (lists and counts of issues, wiki pages and documents); update; icon."},
		{Name: "Limit", Type: relation.Int, Path: "limit", Doc: "How many requests a minute."},
		{Name: "Remaining", Type: relation.Int, Path: "remaining", Doc: "How many are left until Reset."},
		{Name: "Reset", Type: relation.Timestamp, Path: "reset", Epoch: time.Second, Doc: "When the count begins anew."},
	},
	Examples: []connector.Example{
		{
			Doc: "What is left of each quota.",
			SQL: `SELECT Category, Remaining, "Limit", Reset FROM {source}.RateLimit`,
		},
		{
			Doc: "The quotas that are nearly used up.",
			SQL: `SELECT Category, Remaining, "Limit" FROM {source}.RateLimit WHERE Remaining < "Limit" / 10`,
		},
	},
}
