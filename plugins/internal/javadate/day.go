package javadate

// day returns the day that the fields describe, in days since 1970; false
// where it was skipped in October 1582.
func (c *calendar) day() (int64, bool) {
	y := int64(1970)
	if c.has(year) {
		y = int64(c.value[year])
	}
	if c.has(era) && c.value[era] == 0 {
		y = 1 - y
	}
	julian := c.dayIn(y, julianDay)
	if julian < gregorianStart && y < 1582 {
		return julian, true
	}
	gregorian := c.dayIn(y, gregorianDay)
	if gregorian >= gregorianStart {
		return gregorian, true
	}
	return julian, julian < gregorianStart
}

// dayIn returns the day of year y, in the calendar that first counts in.
//
// Java looks for the group of fields that was completed last: day of the
// month; day of the year; or weekday with a week's number.
func (c *calendar) dayIn(y int64, first func(y, month, day int64) int64) int64 {
	dow := c.stamp[dayOfWeek]
	byDay := c.stamp[dayOfMonth]
	byWeekOfMonth := together(c.stamp[weekOfMonth], dow)
	byWeekdayInMonth := together(c.stamp[dayOfWeekInMonth], dow)
	byDayOfYear := c.stamp[dayOfYear]
	byWeek := together(c.stamp[weekOfYear], dow)
	best := max(byDay, byWeekOfMonth, byWeekdayInMonth, byDayOfYear, byWeek)
	if best == 0 { // no whole group: take a part of one
		byWeekOfMonth = c.stamp[weekOfMonth]
		byWeekdayInMonth = max(c.stamp[dayOfWeekInMonth], dow)
		byWeek = c.stamp[weekOfYear]
		best = max(byWeekOfMonth, byWeekdayInMonth, byWeek)
	}
	if best == 0 {
		return first(y, int64(c.value[month]), 1)
	}
	switch {
	case best == byDay:
		return first(y, int64(c.value[month]), int64(c.value[dayOfMonth]))
	case best == byWeekOfMonth && c.stamp[weekOfMonth] >= c.stamp[weekOfYear],
		best == byWeekdayInMonth && c.stamp[dayOfWeekInMonth] >= c.stamp[weekOfYear]:
		return c.dayOfWeeks(first(y, int64(c.value[month]), 1), byWeekOfMonth, byWeekdayInMonth)
	case best == byDayOfYear:
		return first(y, 0, 1) + int64(c.value[dayOfYear]) - 1
	}
	return c.inWeek(firstSunday(first(y, 0, 1)), int64(c.value[weekOfYear]))
}

// dayOfWeeks returns the day of a month, given its first day, by the number of
// a week or of a weekday.
func (c *calendar) dayOfWeeks(first int64, byWeekOfMonth, byWeekdayInMonth uint16) int64 {
	byWeek := byWeekOfMonth > byWeekdayInMonth
	if byWeekOfMonth == byWeekdayInMonth {
		byWeek = c.stamp[weekOfMonth] >= c.stamp[dayOfWeekInMonth]
	}
	if byWeek {
		return c.inWeek(firstSunday(first), int64(c.value[weekOfMonth]))
	}
	number := int64(1)
	if c.has(dayOfWeekInMonth) {
		number = int64(c.value[dayOfWeekInMonth])
	}
	return onOrBefore(first+7*number-1, c.weekday())
}

// inWeek returns the weekday that was set in the week of a number, where week 1
// begins on sunday.
func (c *calendar) inWeek(sunday, number int64) int64 {
	return onOrBefore(sunday+6, c.weekday()) + 7*(number-1)
}

// weekday returns the weekday that was set, or Sunday.
func (c *calendar) weekday() int32 {
	if c.has(dayOfWeek) {
		return c.value[dayOfWeek]
	}
	return 1
}

// resolveWeekYear turns a year of weeks, a week's number and a weekday into a
// date; false where there is none.
func (c *calendar) resolveWeekYear() bool {
	week := int64(1)
	if c.has(weekOfYear) {
		week = int64(c.value[weekOfYear])
	}
	dow := c.weekday()
	if dow < 1 || dow > 7 {
		return false
	}
	y := int64(c.value[weekYear])
	day := firstSunday(newYear(y)) + int64(dow-1) + 7*(week-1)
	if day < firstSunday(newYear(y)) || day >= firstSunday(newYear(y+1)) {
		return false
	}
	y, m, d := dateOf(day)
	if y < 1 {
		return false
	}
	c.set(era, 1)
	c.set(year, int32(y))
	c.set(month, int32(m))
	c.set(dayOfMonth, int32(d))
	c.value[weekOfYear] = int32(week)
	return true
}

// newYear returns the first day of a year as days since 1970.
func newYear(y int64) int64 {
	if d := gregorianDay(y, 0, 1); d >= gregorianStart {
		return d
	}
	return julianDay(y, 0, 1)
}

// dateOf returns the date of a day; month counts from 0, and the year before
// 1 is 0.
func dateOf(day int64) (y, month, d int64) {
	count := gregorianDay
	if day < gregorianStart {
		count = julianDay
	}
	y = 1970 + floorDiv(day*400, 146097)
	for count(y+1, 0, 1) <= day {
		y++
	}
	for count(y, 0, 1) > day {
		y--
	}
	for count(y, month+1, 1) <= day {
		month++
	}
	return y, month, day - count(y, month, 1) + 1
}

// gregorianDay counts days since 1970 in the Gregorian calendar, whenever.
func gregorianDay(y, month, day int64) int64 {
	y, yearDay := march(y, month)
	return y*365 + floorDiv(y, 4) - floorDiv(y, 100) + floorDiv(y, 400) + yearDay + day - 719469
}

// julianDay counts days since 1970 in the Julian calendar, whenever.
func julianDay(y, month, day int64) int64 {
	y, yearDay := march(y, month)
	return y*365 + floorDiv(y, 4) + yearDay + day - 719471
}

// march returns the year that begins in March, and the day in it on which the
// month begins, from 0.
func march(y, month int64) (int64, int64) {
	if month < 2 {
		return y - 1, (153*(month+10) + 2) / 5
	}
	return y, (153*(month-2) + 2) / 5
}

// weekday returns the weekday of a day: 1 is Sunday.
func weekday(day int64) int32 {
	return int32(((day+4)%7+7)%7) + 1
}

// onOrBefore returns the last day of a weekday that is not after day.
func onOrBefore(day int64, dow int32) int64 {
	return day - int64((weekday(day)-dow+7)%7)
}

// firstSunday returns the Sunday that begins the week of a day.
func firstSunday(day int64) int64 { return onOrBefore(day, 1) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
