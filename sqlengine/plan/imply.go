package plan

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/connector"
)

// tooMany is the number of tests beyond which only lists of values are compared.
const tooMany = 512

// common returns tests that hold wherever all tests of at least one of the
// lists hold: the strongest ones of those that can be derived.
func common(lists [][]placed) []placed {
	var kept []placed
	tests := 0
	for _, list := range lists {
		tests += len(list)
	}
	for _, p := range lists[0] {
		if set, ok := union(lists, p.on); ok && !slices.ContainsFunc(kept, set.equal) {
			kept = append(kept, set)
		}
	}
	if tests > tooMany {
		return kept
	}
	for _, candidate := range candidates(lists) {
		if !slices.ContainsFunc(kept, candidate.equal) && allImply(lists, candidate) {
			kept = append(kept, candidate)
		}
	}
	return strongest(kept)
}

// candidates are tests that may hold for all lists: their own, and weaker forms
// of them that may be what they have in common.
func candidates(lists [][]placed) []placed {
	var found []placed
	for _, list := range lists {
		for _, p := range list {
			if len(p.test.Values) <= most {
				found = append(found, p)
			}
			for _, weak := range weaker(p.test) {
				found = append(found, placed{p.on, weak})
			}
		}
	}
	for _, p := range lists[0] {
		if prefix, ok := sharedPrefix(lists, p.on); ok {
			found = append(found, prefix)
		}
	}
	return found
}

// weaker returns bounds of the values that p allows, and that they are not
// NULL.
func weaker(p connector.Predicate) []connector.Predicate {
	if p.Op == connector.IsNull {
		return nil
	}
	tests := []connector.Predicate{{Column: p.Column, Op: connector.IsNotNull}}
	values, ok := members(p)
	if p.Op == connector.Prefix {
		values, ok = p.Values, true
	}
	if !ok || len(values) == 0 {
		return tests
	}
	low, high := values[0], values[0]
	for _, v := range values[1:] {
		below, okBelow := v.Compare(low)
		above, okAbove := v.Compare(high)
		if !okBelow || !okAbove {
			return tests
		}
		if below < 0 {
			low = v
		}
		if above > 0 {
			high = v
		}
	}
	tests = append(tests, connector.Predicate{Column: p.Column, Op: connector.Ge, Values: []connector.Value{low}})
	if p.Op == connector.Prefix {
		next, ok := successor(low.Text())
		if !ok {
			return tests
		}
		return append(tests, connector.Predicate{Column: p.Column, Op: connector.Lt, Values: []connector.Value{connector.TextOf(next)}})
	}
	return append(tests, connector.Predicate{Column: p.Column, Op: connector.Le, Values: []connector.Value{high}})
}

// union returns the test for all values that the lists allow in a column, where
// each list names its values.
func union(lists [][]placed, on column) (placed, bool) {
	var values []connector.Value
	name := ""
	for _, list := range lists {
		i := slices.IndexFunc(list, func(p placed) bool {
			_, ok := members(p.test)
			return ok && p.on.same(on)
		})
		if i < 0 {
			return placed{}, false
		}
		values = append(values, list[i].test.Values...)
		name = list[i].test.Column
	}
	return placed{on, setOf(name, values)}, true
}

// sharedPrefix returns the test for the longest text with which all texts begin
// that the lists allow in a column.
func sharedPrefix(lists [][]placed, on column) (placed, bool) {
	shared, name, first := "", "", true
	for _, list := range lists {
		texts, column, ok := beginnings(list, on)
		if !ok {
			return placed{}, false
		}
		name = column
		for _, text := range texts {
			if first {
				shared, first = text, false
			}
			shared = commonPrefix(shared, text)
		}
	}
	if shared == "" {
		return placed{}, false
	}
	return placed{on, connector.Predicate{
		Column: name, Op: connector.Prefix, Values: []connector.Value{connector.TextOf(shared)},
	}}, true
}

func beginnings(list []placed, on column) (texts []string, column string, ok bool) {
	for _, p := range list {
		values, listed := members(p.test)
		if !p.on.same(on) || !listed && p.test.Op != connector.Prefix {
			continue
		}
		if !listed {
			values = p.test.Values
		}
		for _, v := range values {
			if v.Kind() != connector.TextValue {
				return nil, "", false
			}
			texts = append(texts, v.Text())
		}
		return texts, p.test.Column, len(texts) > 0
	}
	return nil, "", false
}

func commonPrefix(a, b string) string {
	end := 0
	for end < len(a) {
		r, size := utf8.DecodeRuneInString(a[end:])
		if r == utf8.RuneError && size <= 1 || !strings.HasPrefix(b[end:], a[end:end+size]) {
			break
		}
		end += size
	}
	return a[:end]
}

func allImply(lists [][]placed, p placed) bool {
	for _, list := range lists {
		if !slices.ContainsFunc(list, p.impliedBy) {
			return false
		}
	}
	return true
}

// strongest leaves out the tests that another one implies.
func strongest(tests []placed) []placed {
	var kept []placed
	for i, p := range tests {
		if !slices.ContainsFunc(kept, p.impliedBy) && !slices.ContainsFunc(tests[i+1:], p.impliedBy) {
			kept = append(kept, p)
		}
	}
	return kept
}

func (p placed) equal(q placed) bool {
	return p.on.same(q.on) && p.test.Op == q.test.Op && slices.Equal(p.test.Values, q.test.Values)
}

func (p placed) implies(q placed) bool { return p.on.same(q.on) && implies(p.test, q.test) }

func (p placed) impliedBy(q placed) bool { return q.implies(p) }

// implies tells whether every value that satisfies p satisfies q; both are
// tests of one column. Where it cannot tell it says no.
func implies(p, q connector.Predicate) bool {
	if p.Op == q.Op && slices.Equal(p.Values, q.Values) {
		return true
	}
	if p.Op == connector.IsNull || q.Op == connector.IsNull {
		return false
	}
	if q.Op == connector.IsNotNull {
		return true
	}
	if values, ok := members(p); ok {
		return allMatch(values, q)
	}
	switch q.Op {
	case connector.Ne, connector.NotIn:
		return excludes(p, q.Values)
	case connector.Prefix, connector.Contains:
		return impliesText(p, q)
	}
	return impliesBound(p, q)
}

// allMatch tells whether all values satisfy q.
func allMatch(values []connector.Value, q connector.Predicate) bool {
	const patience = 1 << 20
	if listed, ok := members(q); ok && len(listed) > most {
		set := make(map[connector.Value]bool, len(listed))
		for _, v := range listed {
			set[v] = true
		}
		values = slices.DeleteFunc(slices.Clone(values), func(v connector.Value) bool { return set[v] })
	}
	if len(values)*len(q.Values) > patience {
		return false
	}
	return !slices.ContainsFunc(values, func(v connector.Value) bool { return !q.Match(v) })
}

// excludes tells whether p is false of every one of the values.
func excludes(p connector.Predicate, values []connector.Value) bool {
	for _, v := range values {
		switch p.Op {
		case connector.IsNotNull:
			return false
		case connector.Prefix, connector.Contains:
			if v.Kind() != connector.TextValue {
				return false
			}
		default:
			if slices.ContainsFunc(p.Values, func(c connector.Value) bool {
				_, ok := c.Compare(v)
				return !ok
			}) {
				return false
			}
		}
		if p.Match(v) {
			return false
		}
	}
	return true
}

func impliesText(p, q connector.Predicate) bool {
	if p.Op != connector.Prefix && p.Op != connector.Contains {
		return false
	}
	have, want := p.Values[0].Text(), q.Values[0].Text()
	if q.Op == connector.Prefix {
		return p.Op == connector.Prefix && strings.HasPrefix(have, want)
	}
	return strings.Contains(have, want)
}

// impliesBound tells whether p keeps all values on q's side of q's bound.
func impliesBound(p, q connector.Predicate) bool {
	upper := q.Op == connector.Lt || q.Op == connector.Le
	lower := q.Op == connector.Gt || q.Op == connector.Ge
	if !upper && !lower {
		return false
	}
	bound, closed, ok := boundOf(p, upper)
	if !ok {
		return false
	}
	order, ok := bound.Compare(q.Values[0])
	if !ok {
		return false
	}
	if upper {
		order = -order
	}
	open := q.Op == connector.Lt || q.Op == connector.Gt
	return order > 0 || order == 0 && !(open && closed)
}

// boundOf returns the upper or lower bound of the values that p allows, and
// whether it is one of them.
func boundOf(p connector.Predicate, upper bool) (bound connector.Value, closed, ok bool) {
	switch p.Op {
	case connector.Lt, connector.Le:
		return p.Values[0], p.Op == connector.Le, upper
	case connector.Gt, connector.Ge:
		return p.Values[0], p.Op == connector.Ge, !upper
	case connector.Prefix:
		if !upper {
			return p.Values[0], true, true
		}
		next, ok := successor(p.Values[0].Text())
		return connector.TextOf(next), false, ok
	}
	return connector.Value{}, false, false
}

// successor returns the least text that is greater than every text with the
// given prefix. There is none where all its characters are the last one of
// Unicode.
func successor(prefix string) (string, bool) {
	for prefix != "" {
		r, size := utf8.DecodeLastRuneInString(prefix)
		if r == utf8.RuneError && size <= 1 {
			return "", false
		}
		prefix = prefix[:len(prefix)-size]
		switch {
		case r == utf8.MaxRune:
			continue
		case r == 0xD7FF:
			r = 0xE000 // what lies between has no UTF-8
		default:
			r++
		}
		return prefix + string(r), true
	}
	return "", false
}
