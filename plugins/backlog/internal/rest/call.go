package rest

import (
	"maps"
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

// Call is one GET, or a series of them that gives the pages of a list.
type Call struct {
	// Path is below /api/v2, "/issues/42/comments", escaped as in a URL.
	Path string
	// Query are its parameters. They are not changed after the call was made.
	Query    url.Values
	Category relation.Category
	Purpose  Purpose

	// What follows is for pages; without it they are as most of Backlog's are.

	// Rows is the path to the rows in an answer; empty where the answer is the
	// array of them.
	Rows string
	// ID is the path in a row to what tells it from others; empty is "id". A row
	// that has nothing there is told by its whole text.
	ID string
	// Page is the largest page that may be asked for; 0 is MaxPageSize.
	Page int
}

// url returns the call's address: the same for the same question.
func (c Call) url(base *url.URL) *url.URL {
	root := *base
	if root.Path == "" {
		root.Path = "/"
	}
	u := root.JoinPath(apiPath, c.Path)
	u.RawQuery = c.Query.Encode()
	return u
}

// with returns the call with some parameters set, given as names and values.
func (c Call) with(pairs ...string) Call {
	query := maps.Clone(c.Query)
	if query == nil {
		query = url.Values{}
	}
	for i := 0; i < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	c.Query = query
	return c
}

// pageSize returns how many rows to ask for at a time. Whoever wants small pages
// gets them everywhere.
func (c Call) pageSize(wanted int) int {
	switch {
	case c.Page == 0:
		return wanted
	case wanted == MaxPageSize:
		return c.Page
	}
	return min(c.Page, wanted)
}
