package backlog

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// form collects the parameters of the requests for one table: what every
// condition narrows further.
type form struct {
	// lists are parameters that are repeated, one value of several each.
	lists map[string]*list
	// flat are parameters that have one value.
	flat map[string]string
	// days are ranges of days, by the parameters' stem.
	days map[string]*dayRange
	// ids is the range of ids of a table that is paged by them.
	ids span
	// none says why no row can satisfy all of it.
	none string
}

// list is a parameter that is repeated.
type list struct {
	values []string
	// most says that each value has one row at most.
	unique bool
	// many says that a row may have several of the values.
	many bool
}

// dayRange is a range of days, with the endings of its two parameters.
type dayRange struct {
	span
	first, last string
}

func newForm() *form {
	return &form{
		lists: map[string]*list{}, flat: map[string]string{}, days: map[string]*dayRange{}, ids: unbounded,
	}
}

// refuse notes why there can be no row; the first reason stays.
func (f *form) refuse(why string) {
	if f.none == "" {
		f.none = why
	}
}

// narrow leaves of a repeated parameter the values that are among these.
func (f *form) narrow(param string, values []string, why string) *list {
	l, ok := f.lists[param]
	if !ok {
		l = &list{values: distinct(values)}
		f.lists[param] = l
	} else {
		l.values = slices.DeleteFunc(slices.Clone(l.values), func(v string) bool { return !slices.Contains(values, v) })
	}
	if len(l.values) == 0 {
		f.refuse(why)
	}
	return l
}

// set gives a parameter its one value. It answers false where the parameter has
// another value already: then the new one cannot be sent.
func (f *form) set(param, value string) bool {
	if old, ok := f.flat[param]; ok {
		return old == value
	}
	f.flat[param] = value
	return true
}

// within narrows the range of days of a stem, whose parameters have these
// endings.
func (f *form) within(stem, first, last string, s span, why string) {
	days, ok := f.days[stem]
	if !ok {
		days = &dayRange{unbounded, first, last}
		f.days[stem] = days
	}
	if days.cut(s); days.empty() {
		f.refuse(why)
	}
}

// plain returns the parameters that are the same in every slice.
func (f *form) plain() url.Values {
	query := url.Values{}
	for param, value := range f.flat {
		query.Set(param, value)
	}
	for stem, days := range f.days {
		if days.low > unbounded.low {
			query.Set(stem+days.first, dayText(days.low))
		}
		if days.high < unbounded.high {
			query.Set(stem+days.last, dayText(days.high))
		}
	}
	f.ids.put(query)
	return query
}

// slices returns the parameters of each request, together all rows: long lists
// are cut so that addresses stay short. It tells whether a row may come in
// several of them.
func (f *form) slices(fixed url.Values) (queries []url.Values, overlap bool) {
	query := f.plain()
	maps.Copy(query, fixed)
	room := maxQuery - len(query.Encode())
	pieces := f.cut(room)
	queries = []url.Values{query}
	for _, param := range slices.Sorted(maps.Keys(pieces)) {
		overlap = overlap || len(pieces[param]) > 1 && f.lists[param].many
		var longer []url.Values
		for _, q := range queries {
			for _, values := range pieces[param] {
				one := maps.Clone(q)
				one[param] = values
				longer = append(longer, one)
			}
		}
		queries = longer
	}
	return queries, overlap
}

// Addresses are kept below what servers and proxies commonly take, and lists of
// ids below what the server gives in a page.
const (
	maxQuery = 5500
	maxIDs   = 100
	minRoom  = 500
)

// cut cuts the values of each list into pieces, so that one piece of each fits
// into the room: the longest list is cut first, because every cut multiplies the
// requests.
func (f *form) cut(room int) map[string][][]string {
	pieces := map[string][][]string{}
	size := 0
	for param, l := range f.lists {
		pieces[param] = chunks(param, l.values, maxQuery, l.limit())
		size += width(param, pieces[param])
	}
	for size > room {
		longest := f.longest(pieces)
		l, old := f.lists[longest], width(longest, pieces[longest])
		share := max(room-(size-old), minRoom)
		if share >= old {
			share = max(old/2, minRoom)
		}
		pieces[longest] = chunks(longest, l.values, share, l.limit())
		now := width(longest, pieces[longest])
		if now >= old {
			return pieces // nothing more can be cut
		}
		size += now - old
	}
	return pieces
}

// longest returns the parameter whose pieces are widest.
func (f *form) longest(pieces map[string][][]string) string {
	params := slices.Sorted(maps.Keys(pieces))
	return slices.MaxFunc(params, func(a, b string) int { return width(a, pieces[a]) - width(b, pieces[b]) })
}

func (l *list) limit() int {
	if l.unique {
		return maxIDs
	}
	return len(l.values)
}

// width is how long the longest piece of a parameter is in an address.
func width(param string, pieces [][]string) int {
	longest := 0
	for _, piece := range pieces {
		n := 0
		for _, value := range piece {
			n += pair(param, value)
		}
		longest = max(longest, n)
	}
	return longest
}

func pair(param, value string) int {
	return len(url.QueryEscape(param)) + len(url.QueryEscape(value)) + len("&=")
}

// chunks cuts values into pieces of at most so many bytes in an address, and of
// at most so many values.
func chunks(param string, values []string, room, most int) [][]string {
	var pieces [][]string
	var piece []string
	used := 0
	for _, value := range values {
		n := pair(param, value)
		if len(piece) > 0 && (used+n > room || len(piece) == most) {
			pieces = append(pieces, piece)
			piece, used = nil, 0
		}
		piece = append(piece, value)
		used += n
	}
	if len(piece) > 0 {
		pieces = append(pieces, piece)
	}
	return pieces
}

// distinct returns values without those that came before.
func distinct(values []string) []string {
	seen := make(map[string]bool, len(values))
	var list []string
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			list = append(list, v)
		}
	}
	return list
}

// splitParam reads a whole parameter of a literal: "hasDueDate=false".
func splitParam(text string) (name, value string, whole bool) {
	return strings.Cut(text, "=")
}
