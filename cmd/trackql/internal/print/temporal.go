package print

import (
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
)

const (
	secondsPerDay = 24 * 60 * 60
	nanos         = 1_000_000_000
)

// notation is how dates and times are joined: SQL's 2024-01-02 03:04:05+09, or
// ISO 8601's 2024-01-02T03:04:05+09:00.
type notation uint8

const (
	sqlNotation notation = iota
	isoNotation
)

// appendTwo writes n with two digits.
func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10%10), byte('0'+n%10))
}

// appendDate writes the day so many days after 1970-01-01, of the Gregorian
// calendar also before it was made. SQL writes years before 1 as "0044 … (BC)",
// ISO 8601 counts them -0043 and writes long years with a sign.
func appendDate(dst []byte, days int64, n notation) []byte {
	year, month, day := civil(days)
	shown, bc := year, false
	if n == sqlNotation && year < 1 {
		shown, bc = 1-year, true
	}
	switch {
	case shown < 0:
		dst = append(dst, '-')
		shown = -shown
	case shown > 9999 && n == isoNotation:
		dst = append(dst, '+')
	}
	for pad := int64(1000); pad > shown && pad > 1; pad /= 10 {
		dst = append(dst, '0')
	}
	dst = strconv.AppendInt(dst, shown, 10)
	dst = appendTwo(append(dst, '-'), month)
	dst = appendTwo(append(dst, '-'), day)
	if bc {
		return append(dst, " (BC)"...)
	}
	return dst
}

// civil returns the date so many days after 1970-01-01: Howard Hinnant's
// days_from_civil turned round, over eras of 400 years that begin in March.
func civil(days int64) (year int64, month, day int) {
	const daysPerEra = 146097
	days += 719468 // from 0000-03-01
	era := days / daysPerEra
	if days < 0 {
		era = (days - daysPerEra + 1) / daysPerEra
	}
	dayOfEra := days - era*daysPerEra
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := int(dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100))
	fromMarch := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*fromMarch+2)/5 + 1
	month = (fromMarch+2)%12 + 1
	year = yearOfEra + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

// appendClock writes a time of day as HH:MM:SS, with its fraction where it has
// one.
func appendClock(dst []byte, seconds, nano int64) []byte {
	dst = appendTwo(dst, int(seconds/3600))
	dst = appendTwo(append(dst, ':'), int(seconds/60%60))
	dst = appendTwo(append(dst, ':'), int(seconds%60))
	return appendFraction(dst, nano)
}

// appendFraction writes .5 for 500,000,000 nanoseconds, and nothing for 0.
func appendFraction(dst []byte, nano int64) []byte {
	if nano == 0 {
		return dst
	}
	dst = append(dst, '.')
	for digit := int64(nanos / 10); nano > 0; digit /= 10 {
		dst = append(dst, byte('0'+nano/digit))
		nano %= digit
	}
	return dst
}

// appendOffset writes +09, +05:30 or -03:00:01; ISO 8601 has no shorter form
// than +09:00.
func appendOffset(dst []byte, seconds int, n notation) []byte {
	sign := byte('+')
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	dst = appendTwo(append(dst, sign), seconds/3600)
	if seconds%3600 != 0 || n == isoNotation {
		dst = appendTwo(append(dst, ':'), seconds/60%60)
	}
	if seconds%60 != 0 {
		dst = appendTwo(append(dst, ':'), seconds%60)
	}
	return dst
}

// infinity is what DuckDB calls the largest and smallest of its times.
func infinity(negative bool) string {
	if negative {
		return "-infinity"
	}
	return "infinity"
}

// infiniteDate tells whether days stands for infinity.
func infiniteDate(days int32) bool { return days == math.MaxInt32 || days == -math.MaxInt32 }

// clock writes timestamps of one column.
type clock struct {
	unit     int64 // how many a second
	notation notation
	zone     *time.Location // nil where the timestamps have none

	// The offset is kept while it holds: looking it up is slow.
	from, until int64
	offset      int
}

func newClock(unit arrow.TimeUnit, zone *time.Location, n notation) *clock {
	return &clock{unit: int64(time.Second / unit.Multiplier()), zone: zone, notation: n, from: 1}
}

// timestamp writes the instant, or date and time, n units after 1970.
func (c *clock) timestamp(dst []byte, n int64) []byte {
	if n == math.MaxInt64 || n == -math.MaxInt64 {
		return append(dst, infinity(n < 0)...)
	}
	seconds, rest := n/c.unit, n%c.unit
	if rest < 0 {
		seconds, rest = seconds-1, rest+c.unit
	}
	if c.zone != nil {
		c.find(seconds)
		seconds += int64(c.offset)
	}
	days, second := seconds/secondsPerDay, seconds%secondsPerDay
	if second < 0 {
		days, second = days-1, second+secondsPerDay
	}
	separator := byte(' ')
	if c.notation == isoNotation {
		separator = 'T'
	}
	dst = append(appendDate(dst, days, c.notation), separator)
	dst = appendClock(dst, second, rest*(nanos/c.unit))
	if c.zone != nil {
		dst = appendOffset(dst, c.offset, c.notation)
	}
	return dst
}

// find sets the zone's offset at so many seconds after 1970.
func (c *clock) find(seconds int64) {
	if c.from <= seconds && seconds < c.until {
		return
	}
	at := time.Unix(seconds, 0).In(c.zone)
	_, c.offset = at.Zone()
	if c.notation == isoNotation && c.offset%60 != 0 {
		c.offset = 0 // ISO 8601 has no offset of seconds, as before about 1900
	}
	from, until := at.ZoneBounds()
	c.from, c.until = math.MinInt64, math.MaxInt64
	if !from.IsZero() {
		c.from = from.Unix()
	}
	if !until.IsZero() {
		c.until = until.Unix()
	}
}

// time writes the time of day n units after midnight.
func (c *clock) time(dst []byte, n int64) []byte {
	return appendClock(dst, n/c.unit, n%c.unit*(nanos/c.unit))
}

// appendTimeTZ writes DuckDB's TIMETZ: 40 bits of microseconds, then 24 bits of
// the greatest offset minus the offset, in seconds.
func appendTimeTZ(dst []byte, bits uint64, n notation) []byte {
	const greatest = 16*60*60 - 1
	micros := int64(bits >> 24)
	dst = appendClock(dst, micros/1e6, micros%1e6*1000)
	return appendOffset(dst, greatest-int(bits&(1<<24-1)), n)
}

// appendInterval writes an interval as DuckDB does: 1 year 2 days 00:00:03.5.
func appendInterval(dst []byte, v arrow.MonthDayNanoInterval) []byte {
	start := len(dst)
	for _, part := range [...]struct {
		n    int32
		unit string
	}{{v.Months / 12, "year"}, {v.Months % 12, "month"}, {v.Days, "day"}} {
		if part.n == 0 {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ' ')
		}
		dst = strconv.AppendInt(dst, int64(part.n), 10)
		dst = append(append(dst, ' '), part.unit...)
		if part.n != 1 && part.n != -1 {
			dst = append(dst, 's')
		}
	}
	if v.Nanoseconds == 0 && len(dst) > start {
		return dst
	}
	if len(dst) > start {
		dst = append(dst, ' ')
	}
	size := uint64(v.Nanoseconds)
	if v.Nanoseconds < 0 {
		dst, size = append(dst, '-'), -size
	}
	hours := size / nanos / 3600
	if hours > 99 {
		dst = strconv.AppendUint(dst, hours, 10)
	} else {
		dst = appendTwo(dst, int(hours))
	}
	rest := int64(size / nanos % 3600)
	dst = appendTwo(append(dst, ':'), int(rest/60))
	dst = appendTwo(append(dst, ':'), int(rest%60))
	return appendFraction(dst, int64(size%nanos))
}
