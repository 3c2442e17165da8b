package javadate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/plugins/internal/javadate"
)

// instant is how the cases write a result: UTC, to the millisecond, years
// before 1582 in the Julian calendar, as Java prints them.
const instant = "2006-01-02T15:04:05.000Z"

// julianShift is how many days a Julian date of the first century is behind
// the same date of the Gregorian calendar.
const julianShift = -2

func zone(t testing.TB, name string) *javadate.Zone {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return javadate.NewZone(loc)
}

// parse returns the result in the form of the cases, or "ERR".
func parse(pattern, text string, zone *javadate.Zone) (string, error) {
	format, err := javadate.Compile(pattern)
	if err != nil {
		return "ERR", err
	}
	got, err := format.Parse([]byte(text), zone)
	if err != nil {
		return "ERR", err
	}
	at := time.UnixMicro(got.Micros).UTC()
	if at.Year() < 100 {
		at = at.AddDate(0, 0, -julianShift)
	}
	return at.Format(instant), nil
}

// TestProbe holds the package against what a JDK answered.
func TestProbe(t *testing.T) {
	dir := os.Getenv("TRACKQL_TESTDATA")
	if dir == "" {
		t.Skip("TRACKQL_TESTDATA is not set: the answers of a JDK are not at hand")
	}
	data, err := os.ReadFile(filepath.Join(dir, "scarab", "simpledateformat-probe.txt"))
	if err != nil {
		t.Fatal(err)
	}
	tokyo := zone(t, "Asia/Tokyo")
	cases := 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		verdict, rest, _ := strings.Cut(line, "[")
		if verdict != "OK  " && verdict != "ERR " {
			continue
		}
		cases++
		pattern, rest, _ := strings.Cut(rest, "] [")
		text, want, _ := strings.Cut(rest, "] -> ")
		if verdict == "ERR " {
			want = "ERR"
		}
		if got, err := parse(pattern, text, tokyo); got != want {
			t.Errorf("Parse(%q, %q) = %s (%v), want %s", pattern, text, got, err, want)
		}
	}
	if cases != 31 {
		t.Errorf("the file holds %d cases, want 31", cases)
	}
}

// The usual pattern, and short names of others.
const (
	usual = "yyyy-MM-dd HH:mm:ss z"
	mail  = "EEE, d MMM yyyy HH:mm:ss Z (z)"
)

func TestParse(t *testing.T) {
	tests := map[string]struct{ zone, pattern, text, want string }{
		"standard time":                      {"Asia/Tokyo", usual, "2003-03-10 14:57:51 PST", "2003-03-10T22:57:51.000Z"},
		"summer time":                        {"Asia/Tokyo", usual, "2003-07-10 14:57:51 PDT", "2003-07-10T21:57:51.000Z"},
		"standard time in summer":            {"Asia/Tokyo", usual, "2003-07-10 14:57:51 PST", "2003-07-10T22:57:51.000Z"},
		"summer time in winter":              {"Asia/Tokyo", usual, "2003-01-10 14:57:51 PDT", "2003-01-10T21:57:51.000Z"},
		"Japan":                              {"UTC", usual, "2004-04-20 18:42:23 JST", "2004-04-20T09:42:23.000Z"},
		"Japan, whole name":                  {"UTC", usual, "2004-04-20 18:42:23 Japan Standard Time", "2004-04-20T09:42:23.000Z"},
		"Japan in Japanese is unknown":       {"Asia/Tokyo", usual, "2004-04-20 18:42:23 日本標準時", "ERR"},
		"the case of a name":                 {"UTC", usual, "2004-04-20 18:42:23 cest", "2004-04-20T16:42:23.000Z"},
		"New York":                           {"UTC", usual, "2004-01-20 18:42:23 EST", "2004-01-20T23:42:23.000Z"},
		"a name that begins another":         {"UTC", usual, "2004-04-20 18:42:23 ESTX", "2004-04-20T23:42:23.000Z"},
		"Chicago before Shanghai":            {"UTC", usual, "2004-01-20 12:00:00 CST", "2004-01-20T18:00:00.000Z"},
		"Shanghai in Shanghai":               {"Asia/Shanghai", usual, "2004-01-20 12:00:00 CST", "2004-01-20T04:00:00.000Z"},
		"Israel before India":                {"UTC", usual, "2004-04-20 18:42:23 IST", "2004-04-20T16:42:23.000Z"},
		"India in India":                     {"Asia/Kolkata", usual, "2004-04-20 18:42:23 IST", "2004-04-20T13:12:23.000Z"},
		"summer time given up":               {"UTC", usual, "2004-07-20 12:00:00 BRST", "2004-07-20T15:00:00.000Z"},
		"summer time of half an hour":        {"UTC", usual, "2004-01-20 12:00:00 LHDT", "2004-01-20T01:00:00.000Z"},
		"the standard time of the day":       {"Europe/Moscow", usual, "2012-06-01 12:00:00 MSK", "2012-06-01T08:00:00.000Z"},
		"no zone in the text":                {"Asia/Tokyo", usual, "2004-04-20 18:42:23", "ERR"},
		"Z is no zone name":                  {"UTC", usual, "2004-04-20 18:42:23 Z", "ERR"},
		"an offset for z":                    {"UTC", usual, "2004-04-20 18:42:23 +0900", "2004-04-20T09:42:23.000Z"},
		"an offset with a colon for z":       {"UTC", usual, "2004-04-20 18:42:23 +09:00", "ERR"},
		"GMT and an offset":                  {"UTC", usual, "2004-04-20 18:42:23 GMT-8:00", "2004-04-21T02:42:23.000Z"},
		"GMT and an offset, no colon":        {"UTC", usual, "2004-04-20 18:42:23 GMT+0900", "ERR"},
		"GMT+ in lower case":                 {"UTC", usual, "2004-04-20 18:42:23 gmt+09:00", "2004-04-20T09:42:23.000Z"},
		"GMT after two blanks":               {"UTC", usual, "2004-04-20 18:42:23  GMT+09:00", "2004-04-20T18:42:23.000Z"},
		"the greatest offset":                {"UTC", usual, "2004-04-20 18:42:23 +1400", "2004-04-20T04:42:23.000Z"},
		"an offset out of range":             {"UTC", usual, "2004-04-20 18:42:23 +1500", "ERR"},
		"an offset of 60 minutes":            {"UTC", usual, "2004-04-20 18:42:23 +0960", "ERR"},
		"a cut offset":                       {"UTC", usual, "2004-04-20 18:42:23 +090", "ERR"},
		"trailing text":                      {"UTC", usual, "2004-04-20 18:42:23 CET junk", "2004-04-20T17:42:23.000Z"},
		"leading blanks":                     {"UTC", usual, " \t2004-04-20 18:42:23 CET", "2004-04-20T17:42:23.000Z"},
		"a leading line feed":                {"UTC", usual, "\n2004-04-20 18:42:23 CET", "ERR"},
		"doubled blanks":                     {"UTC", usual, "2004-04-20  18: 42:23 CET", "2004-04-20T17:42:23.000Z"},
		"one digit":                          {"UTC", usual, "2004-4-2 8:2:3 CET", "2004-04-02T07:02:03.000Z"},
		"year 4":                             {"UTC", usual, "04-04-20 18:42:23 CET", "0004-04-20T17:42:23.000Z"},
		"full-width digits":                  {"UTC", usual, "２００４-０４-２０ 18:42:23 CET", "2004-04-20T17:42:23.000Z"},
		"30 February":                        {"UTC", usual, "2004-02-30 18:42:23 CET", "ERR"},
		"29 February of a leap year":         {"UTC", "yyyy-MM-dd", "2000-02-29", "2000-02-29T00:00:00.000Z"},
		"29 February of no leap year":        {"UTC", "yyyy-MM-dd", "1900-02-29", "ERR"},
		"month 13":                           {"UTC", "yyyy-MM-dd", "2004-13-01", "ERR"},
		"month 0":                            {"UTC", "yyyy-MM-dd", "2004-00-01", "ERR"},
		"24:00":                              {"UTC", usual, "2004-02-20 24:00:00 CET", "ERR"},
		"a leap second":                      {"UTC", usual, "2004-02-20 23:59:60 CET", "ERR"},
		"year 0":                             {"UTC", "yyyy-MM-dd", "0000-01-01", "ERR"},
		"a negative year":                    {"UTC", "yyyy-MM-dd", "-2004-01-01", "ERR"},
		"minus nought":                       {"UTC", "yyyy-MM-dd HH", "2004-01-01 -0", "2004-01-01T00:00:00.000Z"},
		"a number that wraps to 1":           {"UTC", "yyyy-MM-dd", "2004-01-4294967297", "2004-01-01T00:00:00.000Z"},
		"a number beyond 64 bits":            {"UTC", "yyyy-MM-dd", "2004-01-99999999999999999999", "ERR"},
		"beyond the microseconds of 64 bits": {"UTC", "yyyy", "294300", "ERR"},

		"the default zone":            {"Asia/Tokyo", "yyyy-MM-dd HH:mm:ss", "2004-02-20 23:59:00 CET", "2004-02-20T14:59:00.000Z"},
		"the default zone's summer":   {"Europe/Paris", "yyyy-MM-dd HH:mm", "2004-07-20 12:00", "2004-07-20T10:00:00.000Z"},
		"an hour that comes twice":    {"Europe/Paris", "yyyy-MM-dd HH:mm", "2004-10-31 02:30", "2004-10-31T01:30:00.000Z"},
		"an hour that is skipped":     {"Europe/Paris", "yyyy-MM-dd HH:mm", "2004-03-28 02:30", "ERR"},
		"a midnight that is skipped":  {"America/Sao_Paulo", "yyyy-MM-dd", "2004-11-02", "2004-11-02T03:00:00.000Z"},
		"Irish summer is summer time": {"Europe/Dublin", usual, "2004-01-20 12:00:00 IST", "2004-01-20T11:00:00.000Z"},
		"before 1900":                 {"Europe/Paris", "yyyy-MM-dd HH:mm", "1889-05-06 10:00", "1889-05-06T09:00:00.000Z"},
		"before the Gregorian reform": {"UTC", "yyyy-MM-dd", "1582-10-04", "1582-10-14T00:00:00.000Z"},
		"in the Gregorian reform":     {"UTC", "yyyy-MM-dd", "1582-10-10", "ERR"},
		"after the Gregorian reform":  {"UTC", "yyyy-MM-dd", "1582-10-15", "1582-10-15T00:00:00.000Z"},
		"1500 was a leap year":        {"UTC", "yyyy-MM-dd", "1500-02-29", "1500-03-10T00:00:00.000Z"},
		"an era":                      {"UTC", "yyyy-MM-dd G", "2004-01-01 Anno Domini", "2004-01-01T00:00:00.000Z"},

		"the mail form":                {"UTC", mail, "Wed, 30 Nov 2005 06:04:00 +0100 (CET)", "2005-11-30T05:04:00.000Z"},
		"the mail form, wrong weekday": {"UTC", mail, "Tue, 30 Nov 2005 06:04:00 +0100 (CET)", "ERR"},
		"a whole weekday for EEE":      {"UTC", mail, "Wednesday, 30 nov 2005 06:04:00 +0100 (CET)", "2005-11-30T05:04:00.000Z"},
		"a name after a blank":         {"UTC", "d MMM yyyy", "1  Nov 2005", "ERR"},
		"a whole month":                {"UTC", "d MMM yyyy", "1 November 2005", "2005-11-01T00:00:00.000Z"},
		"no minutes' zone":             {"UTC", "yyyy-MM-dd HH:mm z", "2005-01-02 03:04 EST", "2005-01-02T08:04:00.000Z"},
		"two-digit year":               {"UTC", "MM/dd/yy HH:mm z", "11/30/05 06:04 CET", "2005-11-30T05:04:00.000Z"},
		"two-digit year, last century": {"UTC", "MM/dd/yy", "11/30/46", "1946-11-30T00:00:00.000Z"},
		"two-digit year, last":         {"UTC", "MM/dd/yy", "11/30/45", "2045-11-30T00:00:00.000Z"},
		"four digits for yy":           {"UTC", "MM/dd/yy", "11/30/2005", "2005-11-30T00:00:00.000Z"},
		"numbers side by side":         {"Asia/Tokyo", "yyyyMMddHHmmssSS", "2005102522541900", "2005-10-25T13:54:19.000Z"},
		"milliseconds to the end":      {"Asia/Tokyo", "yyyyMMddHHmmssSS", "20051025225419123", "2005-10-25T13:54:19.123Z"},
		"a blank takes a place":        {"UTC", "yyyyMMdd", "2005 120", "2005-01-20T00:00:00.000Z"},
		"too short for its places":     {"UTC", "yyyyMMdd", "20051", "ERR"},
		"ISO 8601 with Z":              {"UTC", "yyyy-MM-dd'T'HH:mm:ssX", "2005-10-25T22:54:19Z", "2005-10-25T22:54:19.000Z"},
		"ISO 8601 with hours":          {"UTC", "yyyy-MM-dd'T'HH:mm:ssX", "2005-10-25T22:54:19+09", "2005-10-25T13:54:19.000Z"},
		"ISO 8601 with a colon":        {"UTC", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2005-10-25T22:54:19.120-08:00", "2005-10-26T06:54:19.120Z"},
		"ISO 8601 without the colon":   {"UTC", "yyyy-MM-dd'T'HH:mm:ssXXX", "2005-10-25T22:54:19+0900", "ERR"},
		"noon":                         {"UTC", "yyyy-MM-dd hh:mm a", "2005-10-25 12:00 PM", "2005-10-25T12:00:00.000Z"},
		"midnight":                     {"UTC", "yyyy-MM-dd hh:mm a", "2005-10-25 12:00 am", "2005-10-25T00:00:00.000Z"},
		"0 of twelve hours":            {"UTC", "yyyy-MM-dd hh:mm a", "2005-10-25 00:00 AM", "ERR"},
		"K counts from 0":              {"UTC", "yyyy-MM-dd KK:mm a", "2005-10-25 00:30 PM", "2005-10-25T12:30:00.000Z"},
		"k has an hour 24":             {"UTC", "yyyy-MM-dd kk:mm", "2005-10-25 24:30", "2005-10-25T00:30:00.000Z"},
		"day of the year":              {"UTC", "yyyy DDD", "2004 366", "2004-12-31T00:00:00.000Z"},
		"day 366 of a short year":      {"UTC", "yyyy DDD", "2005 366", "ERR"},
		"week of the year":             {"UTC", "YYYY-'W'ww-u", "2009-W01-4", "2009-01-01T00:00:00.000Z"},
		"weekday in the month":         {"UTC", "yyyy MM F E", "2005 11 5 Wed", "2005-11-30T00:00:00.000Z"},
		"week of the month":            {"UTC", "yyyy MM W E", "2005 11 1 Tue", "2005-11-01T00:00:00.000Z"},
		"Japanese literals":            {"Asia/Tokyo", "yyyy年M月d日 H時m分", "2005年11月30日 6時04分", "2005-11-29T21:04:00.000Z"},
		"quotes":                       {"UTC", "h 'o''clock' a", "5 o'clock PM", "1970-01-01T17:00:00.000Z"},
		"a wrong literal":              {"UTC", "yyyy/MM/dd", "2005-11-30", "ERR"},
		"an empty pattern":             {"UTC", "", "2004-01-01", "ERR"},
		"an empty text":                {"UTC", usual, "", "ERR"},
		"an illegal letter":            {"UTC", "bogus", "x", "ERR"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got, err := parse(test.pattern, test.text, zone(t, test.zone)); got != test.want {
				t.Errorf("Parse(%q, %q) = %s (%v), want %s", test.pattern, test.text, got, err, test.want)
			}
		})
	}
}

func TestZoned(t *testing.T) {
	tests := map[string]struct {
		pattern, text string
		want          bool
	}{
		"name":            {usual, "2004-04-20 18:42:23 JST", true},
		"clock decides":   {usual, "2004-04-20 18:42:23 UTC", true},
		"offset":          {usual, "2004-04-20 18:42:23 +0900", true},
		"ISO":             {"yyyy-MM-dd'T'HHX", "2004-04-20T18Z", true},
		"none":            {"yyyy-MM-dd HH:mm:ss", "2004-04-20 18:42:23", false},
		"beyond the form": {"yyyy-MM-dd HH:mm:ss", "2004-04-20 18:42:23 JST", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			format, err := javadate.Compile(test.pattern)
			if err != nil {
				t.Fatal(err)
			}
			got, err := format.Parse([]byte(test.text), zone(t, "Asia/Tokyo"))
			if err != nil || got.Zoned != test.want {
				t.Errorf("Parse(%q) = zoned %t, %v, want %t", test.text, got.Zoned, err, test.want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	tests := map[string]struct{ pattern, text, want string }{
		"illegal letter":     {"yyyy-bb", "", `date pattern "yyyy-bb": illegal pattern character 'b'`},
		"open quote":         {"yyyy 'at", "", `date pattern "yyyy 'at": unterminated quote`},
		"long X":             {"XXXX", "", `date pattern "XXXX": illegal time zone "XXXX": X stands at most three times`},
		"place in the text":  {usual, "2004-04-20 18:42", `"2004-04-20 18:42" does not fit the date pattern "yyyy-MM-dd HH:mm:ss z": expected ":" at character 17`},
		"place, characters":  {"yyyy年MMM", "2004年4月", `"2004年4月" does not fit the date pattern "yyyy年MMM": expected an English month at character 6`},
		"out of range":       {"yyyy-MM-dd", "2004-04-32", `"2004-04-32" (date pattern "yyyy-MM-dd"): the day of the month is out of range`},
		"not in that month":  {"yyyy-MM-dd", "2004-04-31", `"2004-04-31" (date pattern "yyyy-MM-dd"): the month does not exist or does not fit the rest`},
		"wrong weekday":      {"EEE yyyy-MM-dd", "Mon 2004-04-30", `"Mon 2004-04-30" (date pattern "EEE yyyy-MM-dd"): the weekday does not exist or does not fit the rest`},
		"text without zone":  {usual, "2004-04-20 18:42:23 ", `"2004-04-20 18:42:23 " does not fit the date pattern "yyyy-MM-dd HH:mm:ss z": expected a time zone, such as JST, GMT+09:00 or +0900 at character 21`},
		"bytes beyond UTF-8": {"yyyy", "\xff\xfe", `"\xff\xfe" does not fit the date pattern "yyyy": expected a year at character 1`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := parse(test.pattern, test.text, zone(t, "UTC")); err == nil || err.Error() != test.want {
				t.Errorf("Parse(%q, %q) = %v, want %s", test.pattern, test.text, err, test.want)
			}
		})
	}
}

func TestParseAllocatesNothing(t *testing.T) {
	format, err := javadate.Compile(usual)
	if err != nil {
		t.Fatal(err)
	}
	tokyo := zone(t, "Asia/Tokyo")
	for _, text := range []string{"2003-07-10 14:57:51 PDT", "2004-04-20 18:42:23 JST", "2004-04-20 18:42:23 +0900", "2004-04-20 18:42:23 GMT"} {
		line := []byte(text)
		if n := testing.AllocsPerRun(100, func() { _, err = format.Parse(line, tokyo) }); n != 0 || err != nil {
			t.Errorf("Parse(%q) allocates %v times (error %v), want 0", text, n, err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	format, err := javadate.Compile(usual)
	if err != nil {
		b.Fatal(err)
	}
	tokyo := zone(b, "Asia/Tokyo")
	text := []byte("2003-07-10 14:57:51 PDT")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := format.Parse(text, tokyo); err != nil {
			b.Fatal(err)
		}
	}
}
