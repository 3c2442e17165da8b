package backlogtest

import (
	"net/http"
	"net/url"
	"slices"
)

// Request is the record of a request. It holds no secret: keys, tokens and codes
// are replaced by "***".
type Request struct {
	Method string
	// Path is the path without Options.Prefix: "/api/v2/issues".
	Path     string
	Query    url.Values
	Header   http.Header
	Status   int
	Category Category
	// Bytes is the size of the answer's body.
	Bytes int64
}

// String is "GET /api/v2/issues?count=100", with the parameters sorted by name.
func (r Request) String() string {
	text := r.Method + " " + r.Path
	if len(r.Query) > 0 {
		query, err := url.QueryUnescape(r.Query.Encode())
		if err != nil {
			query = r.Query.Encode()
		}
		text += "?" + query
	}
	return text
}

const hidden = "***"

// mostRecords is how many requests are remembered at least: a server that runs
// for weeks must not grow.
const mostRecords = 100_000

// record begins the record of a request.
func (s *Server) record(r *http.Request, category Category) *Request {
	entry := &Request{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Header: r.Header.Clone(), Category: category,
	}
	for _, name := range []string{"Authorization", keyHeader, "Cookie"} {
		if entry.Header.Get(name) != "" {
			entry.Header.Set(name, hidden)
		}
	}
	for _, name := range []string{"apiKey", "code", "client_secret", "refresh_token", "access_token"} {
		if entry.Query.Has(name) {
			entry.Query.Set(name, hidden)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.entries) == 2*mostRecords {
		s.entries = slices.Clone(s.entries[mostRecords:])
	}
	s.entries = append(s.entries, entry)
	return entry
}
