package rest

import (
	"net/url"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// Purpose is what a request is for, in the words of a tally.
type Purpose uint8

// The purposes of requests.
const (
	Data     Purpose = iota // rows
	Count                   // a number of rows
	Metadata                // what must be known beside rows: names, definitions
)

func (p Purpose) String() string { return [...]string{"data", "count", "metadata"}[p] }

// Call is one GET.
type Call struct {
	// Path is below /api/v2, "/issues/42/comments", escaped as in a URL.
	Path string
	// Query are its parameters. A Call's user does not change them later.
	Query    url.Values
	Category relation.Category
	Purpose  Purpose
}

// url returns the call's address: the same for the same question.
func (c Call) url(base *url.URL) *url.URL {
	u := base.JoinPath(apiPath, c.Path)
	u.RawQuery = c.Query.Encode()
	return u
}

// with returns the call with one parameter set.
func (c Call) with(name, value string) Call {
	query := make(url.Values, len(c.Query)+1)
	for k, v := range c.Query {
		query[k] = v
	}
	query.Set(name, value)
	c.Query = query
	return c
}
