package relation

import (
	"strings"

	"github.com/tidwall/gjson"
)

// tree finds the values at many paths of an object in one pass over it. It is
// not safe for concurrent use.
type tree struct {
	root  node
	found []*gjson.Result
	// pass numbers the passes, so that the first of two members with one name
	// counts.
	pass uint64
}

// node is a member to look for.
type node struct {
	// takes are what is wanted of the member's value.
	takes   []take
	members map[string]*node
	// picks are what is wanted of the elements of the member's array, by their
	// ids.
	picks map[int64][]take
	seen  uint64
}

// take is one value wanted: at path of what the node holds, or that itself.
type take struct {
	found *gjson.Result
	path  string
}

// want adds a path, and returns where its values will be. Only is as in
// [Column].
func (t *tree) want(path string, only []int64) *gjson.Result {
	found := &gjson.Result{}
	t.found = append(t.found, found)
	rest := ""
	if len(only) > 0 {
		path, rest = cutPick(path)
	}
	at := &t.root
	for path != "" && plain(path) {
		var name string
		name, path, _ = strings.Cut(path, ".")
		at = at.member(name)
	}
	if len(only) == 0 || path != "" {
		at.takes = append(at.takes, take{found, path})
		return found
	}
	if at.picks == nil {
		at.picks = map[int64][]take{}
	}
	for _, id := range only {
		at.picks[id] = append(at.picks[id], take{found, rest})
	}
	return found
}

func (n *node) member(name string) *node {
	if m, ok := n.members[name]; ok {
		return m
	}
	if n.members == nil {
		n.members = map[string]*node{}
	}
	m := &node{}
	n.members[name] = m
	return m
}

// cutPick cuts a path at the element that [Column.Only] picks.
func cutPick(path string) (array, rest string) {
	array, rest, _ = strings.Cut(path, ".#")
	return array, strings.TrimPrefix(rest, ".")
}

// plain tells whether a path begins with the plain name of a member, which means
// nothing else to gjson.
func plain(path string) bool {
	name, _, _ := strings.Cut(path, ".")
	for i, c := range []byte(name) {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// read fills found from a value.
func (t *tree) read(value gjson.Result) {
	for _, found := range t.found {
		*found = gjson.Result{}
	}
	if len(t.found) == 0 {
		return
	}
	t.pass++
	for _, take := range t.root.takes {
		*take.found = within(value, take.path)
	}
	t.descend(&t.root, value.Raw)
}

func (t *tree) descend(n *node, raw string) {
	missing := len(n.members)
	if missing == 0 {
		return
	}
	members(raw, func(key, raw string) bool {
		m := n.members[key]
		if m == nil || m.seen == t.pass {
			return true
		}
		m.seen = t.pass
		missing--
		t.take(m.takes, raw)
		t.descend(m, raw)
		t.pick(m, raw)
		return missing > 0
	})
}

func (t *tree) take(takes []take, raw string) {
	for _, take := range takes {
		if take.path == "" {
			*take.found = gjson.Parse(raw)
			continue
		}
		*take.found = gjson.Get(raw, take.path)
	}
}

func (t *tree) pick(n *node, raw string) {
	if len(n.picks) == 0 {
		return
	}
	elements(raw, func(element string) bool {
		for _, take := range n.picks[gjson.Get(element, "id").Int()] {
			if take.found.Exists() {
				continue
			}
			*take.found = within(gjson.Parse(element), take.path)
		}
		return true
	})
}
