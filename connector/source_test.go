package connector_test

import (
	"context"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// plain is a source that can do nothing but the required.
type plain struct{}

func (plain) Tables(context.Context) ([]connector.Table, error) { return nil, nil }
func (plain) Close() error                                      { return nil }
func (plain) Scan(context.Context, connector.ScanRequest) (array.RecordReader, error) {
	return nil, connector.Errorf(connector.NotFound, "nothing is here")
}

// counting is a plain source that counts.
type counting struct {
	plain
	rows int64
}

func (c counting) Count(context.Context, connector.CountRequest) (int64, error) { return c.rows, nil }

// decorated wraps a source and adds nothing.
type decorated struct{ connector.Source }

func (d decorated) Unwrap() connector.Source { return d.Source }

// opaque wraps a source without saying so.
type opaque struct{ connector.Source }

// recounting is a decorator that has a capability of its own.
type recounting struct{ decorated }

func (recounting) Count(context.Context, connector.CountRequest) (int64, error) { return 99, nil }

// late offers counting at run time, to those who ask for a Counter.
type late struct {
	plain
	rows int64
}

func (l late) Facet(target any) bool {
	counter, ok := target.(*connector.Counter)
	if ok && l.rows > 0 {
		*counter = counting{rows: l.rows}
	}
	return ok && l.rows > 0
}

func TestAs(t *testing.T) {
	tests := map[string]struct {
		in   connector.Source
		want int64 // 0: the source cannot count
	}{
		"itself":              {counting{rows: 3}, 3},
		"cannot":              {plain{}, 0},
		"nil":                 {nil, 0},
		"through a decorator": {decorated{counting{rows: 3}}, 3},
		"through two":         {decorated{decorated{counting{rows: 3}}}, 3},
		"decorator of none":   {decorated{plain{}}, 0},
		"decorator of nil":    {decorated{}, 0},
		"outermost wins":      {recounting{decorated{counting{rows: 3}}}, 99},
		"a facet":             {late{rows: 5}, 5},
		"a facet not offered": {late{}, 0},
		"facet of decorated":  {decorated{late{rows: 5}}, 5},
		"not through opaque":  {opaque{counting{rows: 3}}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			counter, ok := connector.As[connector.Counter](test.in)
			if ok != (test.want != 0) {
				t.Fatalf("As[Counter] = %v, %v", counter, ok)
			}
			if !ok {
				return
			}
			if got, err := counter.Count(t.Context(), connector.CountRequest{}); got != test.want || err != nil {
				t.Errorf("As[Counter] counts %d, %v, want %d", got, err, test.want)
			}
		})
	}
}

func TestParseZone(t *testing.T) {
	tests := map[string]struct {
		in     string
		offset int // in seconds, in January 2025
	}{
		"IANA":            {"Asia/Tokyo", 9 * 3600},
		"summer time":     {"America/New_York", -5 * 3600},
		"UTC":             {"UTC", 0},
		"offset":          {"+09:00", 9 * 3600},
		"negative offset": {"-03:30", -3*3600 - 1800},
		"zero":            {"+00:00", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			zone, err := connector.ParseZone(test.in)
			if err != nil {
				t.Fatalf("ParseZone(%q) = %v", test.in, err)
			}
			when := time.Date(2025, 1, 15, 0, 0, 0, 0, zone)
			if _, got := when.Zone(); got != test.offset || zone.String() != test.in {
				t.Errorf("ParseZone(%q) = %s with offset %d, want %d", test.in, zone, got, test.offset)
			}
		})
	}
	for _, in := range []string{"local", "Local", "LOCAL"} {
		if zone, err := connector.ParseZone(in); zone != time.Local || err != nil {
			t.Errorf("ParseZone(%q) = %v, %v, want the machine's", in, zone, err)
		}
	}
	for _, in := range []string{"", "Tokyo", "+9", "+0900", "09:00", "+25:00", "../UTC", "/etc/localtime", "Asia/Tokyo "} {
		zone, err := connector.ParseZone(in)
		if !isInvalid(err) || connector.HintOf(err) == "" {
			t.Errorf("ParseZone(%q) = %v, %v, want kind invalid and a hint", in, zone, err)
		}
	}
}
