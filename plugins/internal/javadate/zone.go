package javadate

import (
	"sort"
	"time"
	_ "time/tzdata" // the answer must not depend on what the machine has installed
)

// Zone is a time zone with the history that Java gives it: before 1900 it is
// on its present standard time. It is immutable.
type Zone struct {
	spans []span
	names []zoneName
}

// span is a time during which the zone's clock did not change.
type span struct {
	from     int64 // milliseconds since 1970 UTC
	offset   int64 // of the clock from UTC, in milliseconds
	standard int64 // of standard time from UTC, in milliseconds
	summer   bool
	name     string
}

const (
	historyStart = -2208988800 // 1900-01-01, in seconds since 1970
	historyEnd   = 7258118400  // 2200-01-01: later, the last standard time stays
)

// NewZone prepares a location for [Format.Parse]. Keep the result: building it
// walks through the location's history. The abbreviations that the location
// itself uses are preferred to other zones' when a text is read, as Java
// prefers those of its default zone: IST is Israel's, but not in Asia/Kolkata.
func NewZone(loc *time.Location) *Zone { return newZone(loc, zoneNames()) }

func newZone(loc *time.Location, table *nameTable) *Zone {
	z := &Zone{}
	t := time.Unix(historyStart, 0).In(loc)
	for t.Unix() < historyEnd {
		z.add(t)
		_, end := t.ZoneBounds()
		if end.IsZero() {
			break
		}
		if !end.After(t) { // so it is on the last day of a leap year far ahead
			end = t.AddDate(0, 0, 2)
		}
		t = end
	}
	last := z.spans[len(z.spans)-1]
	before := span{from: -1 << 63, offset: last.standard, standard: last.standard}
	z.spans = append([]span{before}, z.spans...)
	z.names = append(table.of(loc.String()), z.abbreviations()...)
	return z
}

// add appends the span that begins at t, unless the clock did not change.
func (z *Zone) add(t time.Time) {
	name, offset := t.Zone()
	s := span{from: t.UnixMilli(), offset: int64(offset) * 1000, summer: t.IsDST(), name: name}
	if n := len(z.spans); n > 0 && z.spans[n-1].offset == s.offset && z.spans[n-1].summer == s.summer {
		return
	}
	s.standard = z.standard(s)
	z.spans = append(z.spans, s)
}

// standard returns the standard time during s, which follows the spans so far.
// Where winter is declared to be the exception, as in Ireland, it is standard
// time nevertheless.
func (z *Zone) standard(s span) int64 {
	if len(z.spans) == 0 {
		return s.offset
	}
	previous := z.spans[len(z.spans)-1]
	negative := previous.summer && previous.offset == previous.standard
	switch {
	case s.summer && s.offset == previous.offset, // declared without moving the clock
		s.summer && s.offset-previous.standard > 2*hourMillis: // and the zone itself moved
		return s.offset - hourMillis
	case s.summer:
		return min(s.offset, previous.standard)
	case negative && previous.offset < s.offset:
		return previous.offset
	}
	return s.offset
}

// at returns the span of an instant.
func (z *Zone) at(millis int64) *span {
	i := sort.Search(len(z.spans), func(i int) bool { return z.spans[i].from > millis })
	return &z.spans[max(i-1, 0)]
}

// atWall returns the span of what a clock shows: the later one where the hour
// comes twice, the earlier one where it is skipped.
func (z *Zone) atWall(wall int64) *span {
	i := sort.Search(len(z.spans), func(i int) bool {
		return i > 0 && z.spans[i].from+z.spans[i].offset > wall
	})
	return &z.spans[max(i-1, 0)]
}
