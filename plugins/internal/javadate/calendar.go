package javadate

import "math"

// field is a field of Java's calendar, in the order of its constants.
type field uint8

const (
	era field = iota
	year
	month
	weekOfYear
	weekOfMonth
	dayOfMonth
	dayOfYear
	dayOfWeek
	dayOfWeekInMonth
	amPM
	hour
	hourOfDay
	minute
	second
	millisecond
	zoneOffset // milliseconds
	dstOffset  // milliseconds
	weekYear

	fields
)

// limits are the least and greatest values that a field may be given.
var limits = [fields]struct{ least, most int32 }{
	era:   {0, 1},
	year:  {1, 292278994},
	month: {0, 11}, weekOfYear: {1, 53}, weekOfMonth: {0, 6},
	dayOfMonth: {1, 31}, dayOfYear: {1, 366}, dayOfWeek: {1, 7}, dayOfWeekInMonth: {1, 6},
	amPM: {0, 1}, hour: {0, 11}, hourOfDay: {0, 23}, minute: {0, 59}, second: {0, 59}, millisecond: {0, 999},
	zoneOffset: {-13 * hourMillis, 14 * hourMillis}, dstOffset: {0, 2 * hourMillis},
	weekYear: {math.MinInt32, math.MaxInt32},
}

var fieldNames = [fields]string{
	"era", "year", "month", "week of the year", "week of the month", "day of the month", "day of the year",
	"weekday", "weekday's number in the month", "AM or PM", "hour", "hour", "minute", "second", "millisecond",
	"time zone", "summer time", "year of weeks",
}

const (
	hourMillis = 3600 * 1000
	dayMillis  = 24 * hourMillis

	// gregorianStart is 15 October 1582 in days since 1970: what is earlier
	// is a date of the Julian calendar.
	gregorianStart = -141427
)

// calendar resolves fields to an instant, as java.util.GregorianCalendar does
// when it is not lenient.
type calendar struct {
	zone  *Zone
	value [fields]int32
	// stamp tells in which order the fields were set; 0 is not at all. Where
	// fields describe a day in several ways, the latest decides.
	stamp [fields]uint16
	next  uint16
}

func (c *calendar) set(f field, value int32) {
	c.next++
	c.stamp[f], c.value[f] = c.next, value
}

func (c *calendar) unset(f field) { c.stamp[f], c.value[f] = 0, 0 }

func (c *calendar) has(f field) bool { return c.stamp[f] != 0 }

// instant returns the microseconds since 1970 UTC, or what is wrong with the
// fields.
func (c *calendar) instant() (micros int64, fault string) {
	if c.stamp[weekYear] > c.stamp[year] && !c.resolveWeekYear() {
		return 0, "there is no such week day in that year"
	}
	for f := range weekYear {
		if c.has(f) && (c.value[f] < limits[f].least || c.value[f] > limits[f].most) {
			return 0, "the " + fieldNames[f] + " is out of range"
		}
	}
	day, ok := c.day()
	if !ok {
		return 0, "the day was skipped when the Gregorian calendar began"
	}
	wall := day*dayMillis + c.timeOfDay()
	offset := c.offset(wall)
	millis := wall - offset
	if f, ok := c.agrees(millis); !ok {
		return 0, "the " + fieldNames[f] + " does not exist or does not fit the rest"
	}
	if millis > math.MaxInt64/1000 || millis < math.MinInt64/1000 {
		return 0, "the year is out of range"
	}
	return millis * 1000, ""
}

func (c *calendar) timeOfDay() int64 {
	hours := int64(c.value[hourOfDay])
	half := together(c.stamp[hour], c.stamp[amPM])
	if half > c.stamp[hourOfDay] || !c.has(hourOfDay) {
		hours = int64(c.value[hour]) + 12*int64(c.value[amPM])
	}
	return ((hours*60+int64(c.value[minute]))*60+int64(c.value[second]))*1000 + int64(c.value[millisecond])
}

// together returns the later of two stamps, or 0 where one is not set.
func together(a, b uint16) uint16 {
	if a == 0 || b == 0 {
		return 0
	}
	return max(a, b)
}

// offset returns what to take off a wall clock's milliseconds to get UTC.
func (c *calendar) offset(wall int64) int64 {
	raw, saving := int64(c.value[zoneOffset]), int64(c.value[dstOffset])
	if c.has(zoneOffset) && c.has(dstOffset) {
		return raw + saving
	}
	p := c.zone.atWall(wall)
	if c.has(dstOffset) {
		return p.standard + saving
	}
	return p.offset
}

// offsetAt returns the offset from UTC at an instant.
func (c *calendar) offsetAt(millis int64) int64 {
	raw, saving := int64(c.value[zoneOffset]), int64(c.value[dstOffset])
	if c.has(zoneOffset) && c.has(dstOffset) {
		return raw + saving
	}
	p := c.zone.at(millis)
	if c.has(dstOffset) {
		return p.standard + saving
	}
	return p.offset
}

// agrees tells whether the fields that were set are those of the instant, or
// else which is not.
func (c *calendar) agrees(millis int64) (field, bool) {
	var got [fields]int32
	fill(&got, millis+c.offsetAt(millis))
	for f := range zoneOffset {
		if c.has(f) && c.value[f] != got[f] {
			return f, false
		}
	}
	return 0, true
}

// fill computes the fields of a wall clock's milliseconds.
func fill(got *[fields]int32, wall int64) {
	day := floorDiv(wall, dayMillis)
	y, m, d := dateOf(day)
	got[era], got[year] = 1, int32(y)
	if y <= 0 {
		got[era], got[year] = 0, int32(1-y)
	}
	firstOfYear := newYear(y)
	got[month], got[dayOfMonth] = int32(m), int32(d)
	got[dayOfYear] = int32(day-firstOfYear) + 1
	got[dayOfWeek] = weekday(day)
	got[dayOfWeekInMonth] = int32(d-1)/7 + 1
	got[weekOfMonth] = weekNumber(day-d+1, day)
	got[weekOfYear] = weekNumber(firstOfYear, day)
	if next := newYear(y + 1); got[weekOfYear] >= 52 && weekday(next) != 1 && day >= next-int64(weekday(next)-1) {
		got[weekOfYear] = 1
	}
	rest := int32(wall - day*dayMillis)
	got[hourOfDay] = rest / hourMillis
	got[amPM], got[hour] = got[hourOfDay]/12, got[hourOfDay]%12
	got[minute] = rest / 60000 % 60
	got[second] = rest / 1000 % 60
	got[millisecond] = rest % 1000
}

// weekNumber counts from the first day of a month or year, in weeks that begin
// on Sunday.
func weekNumber(first, day int64) int32 {
	return int32(day-first+int64(weekday(first))-1)/7 + 1
}
