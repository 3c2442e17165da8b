package scarab

import (
	"bytes"
	"slices"

	"github.com/trackql/trackql/connector"
)

// matcher is a predicate on a column.
type matcher struct {
	*column
	predicate connector.Predicate
}

// matches tells whether a row satisfies the predicate.
func (m *matcher) matches(r *row) bool {
	switch {
	case m.text != nil:
		return m.matchesText(m.text(r))
	case m.number != nil:
		n, ok := m.number(r)
		return ok && m.predicate.Match(connector.IntOf(n)) || !ok && m.predicate.Match(connector.Null())
	case m.instant != nil:
		n, ok := m.instant(r)
		return ok && m.predicate.Match(connector.TimestampOf(n)) || !ok && m.predicate.Match(connector.Null())
	case m.flag != nil:
		b, ok := m.flag(r)
		return ok && m.predicate.Match(connector.BoolOf(b)) || !ok && m.predicate.Match(connector.Null())
	}
	return m.predicate.Op == connector.IsNull == (len(m.list(r)) == 0)
}

// matchesText is connector.Predicate.Match for text that is no string.
func (m *matcher) matchesText(text []byte, ok bool) bool {
	p := &m.predicate
	switch p.Op {
	case connector.IsNull:
		return !ok
	case connector.IsNotNull:
		return ok
	case connector.In, connector.NotIn:
		member := slices.ContainsFunc(p.Values, func(v connector.Value) bool { return v.Text() == string(text) })
		return ok && member == (p.Op == connector.In)
	}
	if !ok {
		return false
	}
	constant := p.Values[0].Text()
	switch p.Op {
	case connector.Prefix:
		return len(text) >= len(constant) && string(text[:len(constant)]) == constant
	case connector.Contains:
		return bytes.Contains(text, []byte(constant))
	case connector.Eq:
		return string(text) == constant
	case connector.Ne:
		return string(text) != constant
	case connector.Lt:
		return string(text) < constant
	case connector.Le:
		return string(text) <= constant
	case connector.Gt:
		return string(text) > constant
	case connector.Ge:
		return string(text) >= constant
	}
	return false
}

// matchAll tells whether a row satisfies all predicates.
func matchAll(list []matcher, r *row) bool {
	for at := range list {
		if !list[at].matches(r) {
			return false
		}
	}
	return true
}
