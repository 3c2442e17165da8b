package javadate_test

import (
	"testing"
	"time"

	"github.com/trackql/trackql/plugins/internal/javadate"
)

// FuzzParse looks for panics, and for results out of the range of SQL.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{
		usual, mail, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "yyyyMMddHHmmssSS", "YYYY-'W'ww-u", "yyyy MM W F E D", "KK 'o''clock' a G", "''''", "yyyy年",
	} {
		f.Add(pattern, "2003-07-10 14:57:51 PDT")
	}
	tokyo := zone(f, "Asia/Tokyo")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		format, err := javadate.Compile(pattern)
		if err != nil {
			return
		}
		if format.String() != pattern {
			t.Errorf("Compile(%q).String() = %q", pattern, format.String())
		}
		got, err := format.Parse([]byte(text), tokyo)
		if err != nil {
			return
		}
		if year := time.UnixMicro(got.Micros).UTC().Year(); year < -292277022 || year > 294247 {
			t.Errorf("Parse(%q, %q) is in year %d", pattern, text, year)
		}
	})
}

// FuzzRoundTrip formats instants with package time and reads them back.
func FuzzRoundTrip(f *testing.F) {
	f.Add(int64(1050000000), int64(123), uint8(0))
	f.Add(int64(-12000000000), int64(0), uint8(1))
	f.Add(int64(951782400), int64(999), uint8(2))
	f.Add(int64(1099193400), int64(1), uint8(3))
	forms := []struct{ java, layout string }{
		{"yyyy-MM-dd HH:mm:ss.SSS Z", "2006-01-02 15:04:05.000 -0700"},
		{"EEE, d MMM yyyy HH:mm:ss.SSS XXX", "Mon, 2 Jan 2006 15:04:05.000 -07:00"},
		{"EEEE MMMM dd yyyy hh:mm:ss.SSS a X", "Monday January 02 2006 03:04:05.000 PM Z07"},
		{"yyyyMMddHHmmssSSS'T'Z", "20060102150405.000T-0700"},
		{"yyyy DDD HH:mm:ss.SSS z", "2006 002 15:04:05.000 GMT-07:00"},
	}
	zones := []*time.Location{time.UTC, time.FixedZone("", 9*3600), time.FixedZone("", -8*3600)}
	utc := javadate.NewZone(time.UTC)
	f.Fuzz(func(t *testing.T, seconds, millis int64, choice uint8) {
		// From the Gregorian reform to the last year of four digits.
		const first, last = -12219292800 + 86400, 253402300799 - 86400
		if seconds < first || seconds > last || millis < 0 || millis > 999 {
			return
		}
		form := forms[int(choice)%len(forms)]
		format, err := javadate.Compile(form.java)
		if err != nil {
			t.Fatal(err)
		}
		want := time.UnixMilli(seconds*1000 + millis).In(zones[int(choice)/len(forms)%len(zones)])
		text := want.Format(form.layout)
		if form.java == "yyyyMMddHHmmssSSS'T'Z" { // package time knows no fraction without a point
			text = text[:14] + text[15:]
		}
		got, err := format.Parse([]byte(text), utc)
		if err != nil || got.Micros != want.UnixMicro() {
			t.Errorf("Parse(%q, %q) = %d, %v, want %d", form.java, text, got.Micros, err, want.UnixMicro())
		}
	})
}
