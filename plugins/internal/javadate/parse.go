package javadate

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Time is what a text says.
type Time struct {
	// Micros is the instant in microseconds since 1970-01-01 00:00 UTC.
	Micros int64
	// Zoned tells whether the text itself had a zone. Where it had none, the
	// default zone was used.
	Zoned bool
}

// Parse reads text, with zone for a text that has none. As in Java, blanks
// before a field are skipped, whatever follows the last field is ignored, and
// every field must be in its range and agree with the others: no 30 February,
// no wrong weekday, no hour that a change to summer time skips.
//
// Parse allocates nothing unless it fails. The error says what was expected,
// and where.
func (f *Format) Parse(text []byte, zone *Zone) (Time, error) {
	if len(f.tokens) == 0 {
		return Time{}, fmt.Errorf("%q: the date pattern is empty", text)
	}
	p := parser{text: text, calendar: calendar{zone: zone}}
	for i := range f.tokens {
		if p.token(&f.tokens[i]) {
			continue
		}
		at := utf8.RuneCount(text[:min(p.pos, len(text))]) + 1
		return Time{}, fmt.Errorf("%q does not fit the date pattern %q: expected %s at character %d",
			text, f.pattern, f.tokens[i].expected(), at)
	}
	micros, fault := p.calendar.instant()
	if fault != "" {
		return Time{}, fmt.Errorf("%q (date pattern %q): %s", text, f.pattern, fault)
	}
	return Time{Micros: micros, Zoned: p.zoned}, nil
}

// parser reads one text.
type parser struct {
	text     []byte
	pos      int
	zoned    bool
	calendar calendar
}

// token reads what t stands for; false leaves pos where the text does not fit.
func (p *parser) token(t *token) bool {
	if t.letter == 0 {
		return p.literal(t.literal)
	}
	start := p.pos
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
	if p.pos == len(p.text) {
		return false
	}
	switch t.letter {
	case 'G':
		return p.name(start, eraNames[:], era, 0)
	case 'E':
		return p.name(start, weekdayNames[:], dayOfWeek, 1)
	case 'a':
		return p.name(start, halfNames[:], amPM, 0)
	case 'z', 'Z':
		return p.zone(start)
	case 'X':
		return p.isoZone(t.count)
	case 'M', 'L':
		if t.count > 2 {
			return p.name(start, monthNames[:], month, 0)
		}
	}
	return p.numeric(t, start)
}

func (p *parser) literal(want string) bool {
	for i := range len(want) {
		if p.pos >= len(p.text) || p.text[p.pos] != want[i] {
			return false
		}
		p.pos++
	}
	return true
}

// numericFields are the fields of the letters that are read as numbers.
var numericFields = [...]field{
	'y': year, 'Y': weekYear, 'M': month, 'L': month, 'd': dayOfMonth,
	'k': hourOfDay, 'H': hourOfDay, 'h': hour, 'K': hour, 'm': minute, 's': second, 'S': millisecond,
	'D': dayOfYear, 'F': dayOfWeekInMonth, 'w': weekOfYear, 'W': weekOfMonth, 'u': dayOfWeek,
}

// numeric reads a number for t's field. start is where its blanks began: they
// count against a bounded number.
func (p *parser) numeric(t *token, start int) bool {
	text := p.text
	if t.bounded {
		end, ok := after(text, start, t.count)
		if !ok {
			return false
		}
		text = text[:end]
	}
	n, ok := readNumber(text, p.pos)
	if !ok {
		return false
	}
	value := n.value
	switch t.letter {
	case 'y', 'Y':
		if t.count <= 2 && n.digits == 2 && !n.signed {
			value = fullYear(value)
		}
	case 'M', 'L':
		value--
	case 'k':
		if value < 1 || value > 24 {
			return false
		}
		value %= 24
	case 'h':
		if value < 1 || value > 12 {
			return false
		}
		value %= 12
	case 'u':
		if 1 <= value && value <= 7 {
			value = value%7 + 1
		}
	}
	p.calendar.set(numericFields[t.letter], value)
	p.pos = n.end
	return true
}

// centuryStart is the first year that two digits can mean.
const centuryStart = 1946

func fullYear(twoDigits int32) int32 {
	value := centuryStart/100*100 + twoDigits
	if value < centuryStart {
		value += 100
	}
	return value
}

// after returns the offset that is count characters after start.
func after(text []byte, start, count int) (int, bool) {
	for range count {
		if start >= len(text) {
			return 0, false
		}
		_, size := utf8.DecodeRune(text[start:])
		start += size
	}
	return start, true
}

// number is a decimal integer in a text.
type number struct {
	value  int32 // the low 32 bits, as Java takes them
	end    int   // the offset after it
	digits int
	signed bool
}

// readNumber reads an integer at pos, in decimal digits of any script.
func readNumber(text []byte, pos int) (number, bool) {
	n := number{end: pos}
	if pos < len(text) && text[pos] == '-' {
		n.signed = true
		n.end++
	}
	var value uint64
	huge := false
	for n.end < len(text) {
		digit, size := readDigit(text[n.end:])
		if size == 0 {
			break
		}
		huge = huge || value > (1<<63-1-uint64(digit))/10
		value = value*10 + uint64(digit)
		n.end += size
		n.digits++
	}
	switch {
	case huge && n.signed:
		n.value = -1 << 31
	case huge:
		n.value = 1<<31 - 1
	case n.signed:
		n.value = -int32(uint32(value))
	default:
		n.value = int32(uint32(value))
	}
	return n, n.digits > 0
}

// readDigit returns the digit at the beginning of text and its length in
// bytes, which is 0 where there is none.
func readDigit(text []byte) (digit, size int) {
	if b := text[0]; b < utf8.RuneSelf {
		if '0' <= b && b <= '9' {
			return int(b - '0'), 1
		}
		return 0, 0
	}
	r, size := utf8.DecodeRune(text)
	for _, block := range unicode.Nd.R16 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return int(r-rune(block.Lo)) % 10, size
		}
	}
	return 0, 0
}

// The names of US English, each list in the order of the field's values,
// abbreviated and whole.
var (
	eraNames     = [...]string{"BC", "AD", "Before Christ", "Anno Domini"}
	halfNames    = [...]string{"AM", "PM", "AM", "PM"}
	weekdayNames = [...]string{
		"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
		"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
	}
	monthNames = [...]string{
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	}
)

// name reads the longest of names that the text has at start: before the
// blanks, for Java skips none before a name. Each value has its names at its
// index, modulo the number of values.
func (p *parser) name(start int, names []string, f field, first int32) bool {
	best := -1
	for i, name := range names {
		if hasPrefixFold(p.text[start:], name) && (best < 0 || len(name) > len(names[best])) {
			best = i
		}
	}
	if best < 0 {
		p.pos = start
		return false
	}
	p.calendar.set(f, int32(best%(len(names)/2))+first)
	p.pos = start + len(names[best])
	return true
}

// hasPrefixFold tells whether text begins with prefix, without regard to the
// case of ASCII letters.
func hasPrefixFold(text []byte, prefix string) bool {
	if len(text) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		a, b := text[i], prefix[i]
		if a != b && (a|0x20 != b|0x20 || !isLetter(a)) {
			return false
		}
	}
	return true
}

// expected names what t stands for.
func (t *token) expected() string {
	switch t.letter {
	case 0:
		return fmt.Sprintf("%q", t.literal)
	case 'G':
		return "an era (AD, BC)"
	case 'E':
		return "an English weekday"
	case 'a':
		return "AM or PM"
	case 'z', 'Z':
		return "a time zone, such as JST, GMT+09:00 or +0900"
	case 'X':
		return "an offset, such as +09, or Z"
	case 'M', 'L':
		if t.count > 2 {
			return "an English month"
		}
	}
	return numberNames[numericFields[t.letter]]
}

var numberNames = [fields]string{
	year: "a year", weekYear: "a year of weeks", month: "a month's number", dayOfMonth: "a day of the month",
	hourOfDay: "an hour", hour: "an hour of the half day", minute: "minutes", second: "seconds",
	millisecond: "milliseconds", dayOfYear: "a day of the year", dayOfWeekInMonth: "a weekday's number in the month",
	weekOfYear: "a week of the year", weekOfMonth: "a week of the month", dayOfWeek: "a weekday's number",
}
