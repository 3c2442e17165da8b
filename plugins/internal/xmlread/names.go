package xmlread

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
