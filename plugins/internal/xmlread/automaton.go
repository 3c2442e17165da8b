package xmlread

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/trackql/trackql/connector"
)

// compile turns a declaration into an automaton: Glushkov's, whose states are
// the places of the content model where a child may have been, made
// deterministic by taking sets of them.
func (m *Model) compile(r *rule, d declared) error {
	p := places{}
	whole := span{empty: true}
	if d.body != nil {
		whole = p.lay(d.body, m.ids)
	}
	for _, child := range p.children {
		if !slices.Contains(r.children, child) {
			r.children = append(r.children, child)
		}
	}
	c := compiler{model: m, places: p, last: whole.last, known: map[string]state{}}
	r.start = m.grow()
	m.accepts[r.start] = whole.empty
	if !c.fill(r.start, whole.first) {
		return connector.Errorf(connector.Invalid, "the content of %s is too complex", d.name).At(d.place)
	}
	return nil
}

// places are the names of one content model, numbered as they stand.
type places struct {
	children []int32 // the element at each place
	follow   [][]int // the places that may come after each
}

// span is what a part of a content model looks like from outside.
type span struct {
	empty       bool // it may be nothing
	first, last []int
}

func (p *places) lay(n *node, ids map[string]int32) span {
	switch n.kind {
	case named:
		at := len(p.children)
		p.children = append(p.children, ids[n.name])
		p.follow = append(p.follow, nil)
		return span{first: []int{at}, last: []int{at}}
	case optional:
		s := p.lay(n.parts[0], ids)
		s.empty = true
		return s
	case repeated:
		s := p.lay(n.parts[0], ids)
		p.link(s.last, s.first)
		return s
	case sequence:
		s := span{empty: true}
		for _, part := range n.parts {
			s = p.join(s, p.lay(part, ids))
		}
		return s
	}
	s := span{}
	for _, part := range n.parts {
		one := p.lay(part, ids)
		s.empty = s.empty || one.empty
		s.first, s.last = slices.Concat(s.first, one.first), slices.Concat(s.last, one.last)
	}
	return s
}

// join puts b behind a.
func (p *places) join(a, b span) span {
	p.link(a.last, b.first)
	s := span{empty: a.empty && b.empty, first: a.first, last: b.last}
	if a.empty {
		s.first = slices.Concat(a.first, b.first)
	}
	if b.empty {
		s.last = slices.Concat(a.last, b.last)
	}
	return s
}

func (p *places) link(from, to []int) {
	for _, at := range from {
		p.follow[at] = slices.Concat(p.follow[at], to)
	}
}

// compiler makes the states of one automaton. Each is the set of places where
// the last child may have been.
type compiler struct {
	model  *Model
	places places
	last   []int // the places with which the content may end
	known  map[string]state
}

// fill makes the transitions from s to the places that may come next. It
// answers false where there are too many states.
func (c *compiler) fill(s state, next []int) bool {
	byChild := map[int32][]int{}
	for _, place := range next {
		child := c.places.children[place]
		byChild[child] = append(byChild[child], place)
	}
	for _, child := range slices.Sorted(maps.Keys(byChild)) {
		at := byChild[child]
		slices.Sort(at)
		to, ok := c.state(slices.Compact(at))
		if !ok {
			return false
		}
		c.model.next[int(s)*len(c.model.rules)+int(child)] = to
	}
	return true
}

// state returns the state in which the last child was at one of the places.
func (c *compiler) state(at []int) (state, bool) {
	key := fmt.Sprint(at)
	if s, ok := c.known[key]; ok {
		return s, true
	}
	if len(c.model.accepts) > math.MaxUint16 {
		return 0, false
	}
	s := c.model.grow()
	c.known[key] = s
	var next []int
	for _, place := range at {
		next = append(next, c.places.follow[place]...)
		if slices.Contains(c.last, place) {
			c.model.accepts[s] = true
		}
	}
	return s, c.fill(s, next)
}
