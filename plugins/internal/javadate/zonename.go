package javadate

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// zoneName is a name of a zone's standard or summer time.
type zoneName struct {
	name string
	id   string // of the zone
	zone func() *Zone
	// saving is what summer time adds, in milliseconds.
	saving int64
	// byClock says that the name is used in summer and winter alike, or for a
	// summer time that is no more: then the zone's clock decides.
	byClock bool
}

// zoneTable holds the names that Java reads in the locale en_US: one a line, in
// the order in which it tries them, with the minutes of summer time that the
// name means ("-" where the clock decides) and the zone. A name that another
// one hides by beginning it is left out.
//
//go:embed zones.txt
var zoneTable string

// nameTable holds names by their first letter.
type nameTable [26][]zoneName

// of returns the names of one zone.
func (t *nameTable) of(id string) []zoneName {
	var names []zoneName
	for _, list := range t {
		for _, n := range list {
			if n.id == id {
				names = append(names, n)
			}
		}
	}
	return names
}

// zoneNames returns the names of the table.
var zoneNames = sync.OnceValue(func() *nameTable {
	table := &nameTable{}
	zones := map[string]func() *Zone{}
	for line := range strings.Lines(zoneTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		name, id := cells[0], cells[2]
		if zones[id] == nil {
			zones[id] = sync.OnceValue(func() *Zone { return load(id, table) })
		}
		minutes, err := strconv.Atoi(cells[1])
		letter := name[0] | 0x20 - 'a'
		table[letter] = append(table[letter], zoneName{
			name: name, id: id, zone: zones[id], saving: int64(minutes) * 60000, byClock: err != nil,
		})
	}
	return table
})

// load returns a zone of the table. The database of zones is compiled in, and
// has them all.
func load(id string, table *nameTable) *Zone {
	loc, err := time.LoadLocation(id)
	if err != nil {
		panic("javadate: zone table: " + err.Error())
	}
	return newZone(loc, table)
}

// abbreviations returns the last names of standard and of summer time that the
// zone has used for itself since 1970.
func (z *Zone) abbreviations() []zoneName {
	var names []zoneName
	known := map[bool]bool{}
	givenUp := z.spans[len(z.spans)-1].from < historyEnd*1000/2
	for i := len(z.spans) - 1; i > 0 && len(names) < 2; i-- {
		s := z.spans[i]
		if summer := s.offset > s.standard; !known[summer] {
			known[summer] = true
			names = append(names, zoneName{
				name: s.name, saving: s.offset - s.standard, zone: func() *Zone { return z },
				byClock: summer && givenUp,
			})
		}
		if s.from < 0 {
			break
		}
	}
	return slices.DeleteFunc(names, func(n zoneName) bool { return n.name == "" || !isLetter(n.name[0]) })
}
