package xmlread

import "math/bits"

// Names gives element names small numbers, so that a caller switches on
// integers. It does not change once made, and may be shared by readers.
type Names struct {
	ids map[string]int
}

// NewNames numbers the names from 1 in the order given. A name given twice
// keeps its first number.
func NewNames(names ...string) *Names {
	n := &Names{ids: make(map[string]int, len(names))}
	for i, name := range names {
		if _, ok := n.ids[name]; !ok {
			n.ids[name] = i + 1
		}
	}
	return n
}

// ID returns the number of a name, 0 for one that was not given.
func (n *Names) ID(name string) int {
	return n.ids[name]
}

// symbol is what a name means: to Config.Names, 0 where it is not among them,
// and to the model, -1 where it is not declared.
type symbol struct{ id, rule int32 }

// symbols finds what names mean. It is asked for every element, for which a map
// is slower.
type symbols struct {
	slots []slot // as many as a power of two, most of them empty
	shift int
}

type slot struct {
	name   string
	symbol symbol
}

// newSymbols joins the names of both; either may be nil.
func newSymbols(names *Names, m *Model) symbols {
	all := map[string]symbol{}
	if names != nil {
		for name, id := range names.ids {
			all[name] = symbol{id: int32(id), rule: -1}
		}
	}
	if m != nil {
		for name, rule := range m.ids {
			all[name] = symbol{id: all[name].id, rule: rule}
		}
	}
	size := bits.Len(uint(4 * len(all)))
	s := symbols{slots: make([]slot, 1<<size), shift: 64 - size}
	for name, symbol := range all {
		i := s.first([]byte(name))
		for s.slots[i].name != "" {
			i = (i + 1) % len(s.slots)
		}
		s.slots[i] = slot{name, symbol}
	}
	return s
}

// find returns what a name means.
func (s *symbols) find(name []byte) symbol {
	for i := s.first(name); ; i = (i + 1) & (len(s.slots) - 1) {
		switch s.slots[i].name {
		case string(name):
			return s.slots[i].symbol
		case "":
			return symbol{rule: -1}
		}
	}
}

// first returns the slot in which to look first. The ends of a name and its
// length tell those of one vocabulary apart.
func (s *symbols) first(name []byte) int {
	hash := uint64(len(name))
	if len(name) >= 8 {
		hash += load64(name)*0x9E3779B97F4A7C15 ^ load64(name[len(name)-8:])
	} else {
		for _, c := range name {
			hash = hash<<8 | uint64(c)
		}
	}
	return int(hash * 0x9E3779B97F4A7C15 >> s.shift)
}
