package backlogtest

import (
	"net/http"
	"strconv"
	"time"
)

// Category is the allowance that a request is taken from.
type Category string

// The categories.
const (
	Read   Category = "read"
	Update Category = "update"
	Search Category = "search"
	Icon   Category = "icon"
)

var categories = []Category{Read, Update, Search, Icon}

// unlimited is the limit that the headers tell where there is none.
const unlimited = 1_000_000

// budget is whose requests of what category are counted together.
type budget struct {
	user     int64
	category Category
}

// window is a minute of a budget, beginning with its first request.
type window struct {
	reset time.Time
	used  int
}

// limit is how many requests a minute a category has.
func (o Options) limit(category Category) int {
	if o.Unlimited {
		return unlimited
	}
	switch category {
	case Update:
		return o.Limits.Update
	case Search:
		return o.Limits.Search
	case Icon:
		return o.Limits.Icon
	case Read:
	}
	return o.Limits.Read
}

// quota is what is left of a budget.
type quota struct {
	limit, remaining int
	reset            int64 // seconds since 1970
}

// spend takes one request from a budget; ok is false where none was left.
func (s *Server) spend(b budget) (left quota, ok bool) {
	w := s.window(b)
	limit := s.options.limit(b.category)
	if s.options.Unlimited {
		return quota{limit, limit, w.reset.Unix()}, true
	}
	if ok = w.used < limit; ok {
		w.used++
	}
	return quota{limit, limit - w.used, w.reset.Unix()}, ok
}

// window is the present minute of a budget. It ends with a whole second, which
// is what the header tells.
func (s *Server) window(b budget) *window {
	now := s.clock.Now()
	w := s.windows[b]
	if w == nil || !now.Before(w.reset) {
		reset := now.Add(time.Minute)
		if whole := reset.Truncate(time.Second); whole.Before(reset) {
			reset = whole.Add(time.Second)
		}
		w = &window{reset: reset}
		s.windows[b] = w
	}
	return w
}

// tell sets the headers of the rate limit.
func (q quota) tell(h http.Header) {
	h.Set("X-RateLimit-Limit", strconv.Itoa(q.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(q.remaining))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(q.reset, 10))
}

func limitRoutes() []route {
	return []route{{"GET", "/rateLimit", Read, 200, rateLimit}}
}

// rateLimit tells all budgets of the caller.
func rateLimit(c *call) (any, error) {
	var out object
	for _, category := range categories {
		limit := c.server.options.limit(category)
		w := c.server.window(budget{c.user.ID, category})
		out = append(out, member{string(category), object{
			{"limit", limit}, {"remaining", limit - w.used}, {"reset", w.reset.Unix()},
		}})
	}
	return object{{"rateLimit", out}}, nil
}
