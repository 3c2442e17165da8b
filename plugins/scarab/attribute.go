package scarab

import (
	"strings"
	"unicode"
)

// attributeKind tells what the values of an attribute are.
type attributeKind uint8

const (
	textAttribute attributeKind = iota
	optionAttribute
	userAttribute
)

func (k attributeKind) String() string { return [...]string{"text", "option", "user"}[k] }

// attribute is an attribute that some activity names.
type attribute struct {
	// name is its first spelling.
	name string
	// column is its column in Issues.
	column string

	// users and options say that it was ever set through old-/new-user and
	// through old-/new-option.
	users, options bool
	// gains says that, read as options, it gained a second value without an
	// old one.
	gains bool
}

func (a *attribute) kind() attributeKind {
	switch {
	case a.users:
		return userAttribute
	case a.options:
		return optionAttribute
	}
	return textAttribute
}

// multiple tells whether the attribute has several values at a time.
func (a *attribute) multiple() bool { return a.users || a.options && a.gains }

// catalog holds the attributes of a source, in order of first appearance.
type catalog struct {
	list []attribute
	// spellings gives the index of every spelling met, noAttribute for the
	// null attribute; folded that of the spelling without regard to case.
	spellings, folded map[string]int32
}

func newCatalog() *catalog {
	return &catalog{spellings: map[string]int32{}, folded: map[string]int32{}}
}

// learn returns the index of a name, and remembers it.
func (c *catalog) learn(name []byte) (int32, error) {
	if at, ok := c.spellings[string(name)]; ok {
		return at, nil
	}
	spelling := string(name)
	at, known := c.folded[fold(spelling)]
	switch {
	case isNull(spelling):
		at = noAttribute
	case !known:
		at = int32(len(c.list))
		c.folded[fold(spelling)] = at
		c.list = append(c.list, attribute{name: spelling})
	}
	c.spellings[spelling] = at
	return at, nil
}

// isNull tells whether a name is that of the null attribute, which activities
// have that change no attribute: "Null Attribute" in any case, with the space
// or without, or no name at all.
func isNull(name string) bool {
	joined := strings.Join(strings.Fields(name), "")
	return joined == "" || fold(joined) == "nullattribute"
}

// fold returns the form in which names are compared without regard to case.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return unicode.ToLower(least)
	}, name)
}

// nameColumns gives every attribute a column that is not taken: a name that is
// gets the suffix Attribute.
func (c *catalog) nameColumns(taken []column) {
	used := map[string]bool{}
	for _, col := range taken {
		used[fold(col.name)] = true
	}
	var late []*attribute // their names are taken
	for i := range c.list {
		a := &c.list[i]
		if used[fold(a.name)] {
			late = append(late, a)
			continue
		}
		used[fold(a.name)] = true
		a.column = a.name
	}
	for _, a := range late {
		a.column = a.name + "Attribute"
		for used[fold(a.column)] {
			a.column += "Attribute"
		}
		used[fold(a.column)] = true
	}
}
