package backlog

import (
	"math"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// span is a range of whole numbers, both ends included: of days since
// 1970-01-01, or of ids.
type span struct{ low, high int64 }

var unbounded = span{math.MinInt64, math.MaxInt64}

func (s *span) cut(other span) {
	s.low, s.high = max(s.low, other.low), min(s.high, other.high)
}

func (s span) empty() bool { return s.low > s.high }

// put adds the range as minId and maxId. Whether these belong to it is not
// documented, so each is one further than the range.
func (s span) put(query url.Values) {
	if s.low > 1 {
		query.Set("minId", strconv.FormatInt(s.low-1, 10))
	}
	if s.high < math.MaxInt64-1 {
		query.Set("maxId", strconv.FormatInt(s.high+1, 10))
	}
}

// The days that an address can name.
const (
	firstDay = -719162 // 0001-01-01
	lastDay  = 2932896 // 9999-12-31
)

// named leaves of a range of days what an address can name.
func (s span) named() span {
	if s.low < firstDay {
		s.low = unbounded.low
	}
	if s.high > lastDay {
		s.high = unbounded.high
	}
	if s.low > lastDay || s.high < firstDay {
		return span{unbounded.high, unbounded.low}
	}
	return s
}

func dayText(day int64) string { return time.Unix(day*86400, 0).UTC().Format("2006-01-02") }

// spanOf returns the range of whole numbers in which a column lies that
// satisfies a predicate. near tells which whole numbers may equal a constant,
// from least to most: one, none (least > most), or several where that is not
// known exactly. It answers false for an operator that makes no range, and for
// constants that near does not know.
func spanOf(p connector.Predicate, near func(connector.Value) (least, most int64, ok bool)) (span, bool) {
	whole := span{unbounded.high, unbounded.low} // nothing
	for _, v := range p.Values {
		least, most, ok := near(v)
		if !ok {
			return unbounded, false
		}
		one := span{least, most}
		switch p.Op {
		case connector.Eq, connector.In:
		case connector.Le:
			one.low = unbounded.low
		case connector.Ge:
			one.high = unbounded.high
		case connector.Lt:
			one = span{unbounded.low, most}
			if least == most {
				one.high--
			}
		case connector.Gt:
			one = span{least, unbounded.high}
			if least == most {
				one.low++
			}
		default:
			return unbounded, false
		}
		if !one.empty() {
			whole = span{min(whole.low, one.low), max(whole.high, one.high)}
		}
	}
	return whole, true
}

// longestRange is how many ids a range is listed for.
const longestRange = 20

// asLists makes of short ranges of the ids of terms the lists of these ids: of
// StatusId >= 1 AND StatusId <= 3, which is also what becomes of IN (1, 2, 3) on
// its way here. A list goes to the server as it is, where for a range must be
// asked which ids there are.
func asLists(conditions []condition) []condition {
	for i := range conditions {
		if !conditions[i].ranges() {
			continue
		}
		whole, shown := unbounded, []string(nil)
		var parts []int
		for j := i; j < len(conditions); j++ {
			if conditions[j].column != conditions[i].column || !conditions[j].ranges() {
				continue
			}
			if s, ok := spanOf(conditions[j].predicate, nearInt); ok {
				whole.cut(s)
				parts, shown = append(parts, j), append(shown, conditions[j].shown)
			}
		}
		if list, ok := whole.list(); ok {
			conditions[i].predicate.Op, conditions[i].predicate.Values = connector.In, list
			conditions[i].shown = strings.Join(shown, " AND ")
			for _, j := range parts[1:] {
				conditions[j].column = nil
			}
		}
	}
	return slices.DeleteFunc(conditions, func(c condition) bool { return c.column == nil })
}

// ranges tells whether a condition is a range of the ids of terms.
func (c *condition) ranges() bool {
	if c.column == nil || c.column.Type != relation.Int {
		return false
	}
	filter := c.column.Filter
	switch c.predicate.Op {
	case connector.Lt, connector.Le, connector.Gt, connector.Ge:
		return filter.How == relation.Closed && filter.By == relation.ID && filter.Param != "" && filter.Of != relation.Projects
	}
	return false
}

// list returns the numbers of a range that has few of them, and none below 0.
func (s span) list() ([]connector.Value, bool) {
	if !s.empty() && (s.low < 0 || s.high-s.low >= longestRange) {
		return nil, false
	}
	var list []connector.Value
	for n := s.low; n <= s.high; n++ {
		list = append(list, connector.IntOf(n))
	}
	return list, true
}

// nearInt tells which whole number a number is.
func nearInt(v connector.Value) (least, most int64, ok bool) {
	if v.Kind() == connector.IntValue {
		return v.Int(), v.Int(), v.Int() > math.MinInt64 && v.Int() < math.MaxInt64
	}
	r, ok := rational(v)
	if !ok {
		return 0, 0, false
	}
	floor := new(big.Int).Div(r.Num(), r.Denom()) // rounds down: denominators are positive
	if !floor.IsInt64() || floor.Int64() == math.MinInt64 || floor.Int64() >= math.MaxInt64-1 {
		return 0, 0, false
	}
	most = floor.Int64()
	if r.IsInt() {
		return most, most, true
	}
	return most + 1, most, true
}

// rational returns a number exactly; false for what is none, or no finite one.
func rational(v connector.Value) (*big.Rat, bool) {
	switch v.Kind() {
	case connector.IntValue:
		return new(big.Rat).SetInt64(v.Int()), true
	case connector.FloatValue:
		r := new(big.Rat).SetFloat64(v.Float())
		return r, r != nil
	case connector.DecimalValue:
		return new(big.Rat).SetString(v.Text())
	}
	return nil, false
}

// nearDay tells which days a constant may be on: of an instant also the days
// before and after, because the zone in which the server cuts days is not
// documented.
func nearDay(v connector.Value) (least, most int64, ok bool) {
	switch v.Kind() {
	case connector.DateValue:
		return v.Int(), v.Int(), v.Int() > -endlessDay && v.Int() < endlessDay
	case connector.TimestampValue:
		day := floorDiv(v.Int(), 24*time.Hour.Microseconds())
		return day - 1, day + 1, true
	}
	return 0, 0, false
}

// endlessDay is further away than any day that is meant as one.
const endlessDay = 1 << 40

func floorDiv(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}
