package scarab

import (
	"bytes"
	"fmt"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/javadate"
)

// usualFormat is the pattern of a date without one.
const usualFormat = "yyyy-MM-dd HH:mm:ss z"

// maxFormats bounds how many patterns are remembered.
const maxFormats = 64

// dateFault says what becomes of a date that cannot be read.
type dateFault uint8

const (
	// It ends the reading, unless it has no pattern: then it is unknown, with a
	// warning, as for the importer of these files.
	dateError dateFault = iota
	// It ends the reading.
	dateStrict
	// It is unknown, with a warning.
	dateWarning
	// It is unknown.
	dateIgnored
)

// dateReader reads the dates of one document.
type dateReader struct {
	zone  *javadate.Zone
	fault dateFault
	// formats are the patterns met so far, nil where one has no meaning.
	formats map[string]*javadate.Format

	// The date read last: the dates of a set are often the same.
	pattern, text []byte
	last          moment
}

// date reads the element at hand, which holds a pattern and a text, if the
// field is needed. An empty text is no date.
func (d *document) date(to *moment, f field) error {
	repeated := to.present
	to.present = true
	if !d.needs.has(f) {
		return d.xml.Skip()
	}
	if repeated {
		d.repeated()
	}
	mark := len(d.issue.buf)
	var pattern, text span
	var place connector.Place
	err := d.each(func(name int) error {
		switch name {
		case elemFormat:
			return d.text(&pattern, f, false)
		case elemTimestamp:
			place = d.xml.Place()
			return d.text(&text, f, false)
		}
		return d.unknown()
	})
	if err != nil {
		return err
	}
	*to, err = d.parseDate(d.issue.bytes(pattern), d.issue.bytes(text), place)
	d.issue.buf = d.issue.buf[:mark]
	return err
}

func (d *document) parseDate(pattern, text []byte, place connector.Place) (moment, error) {
	r := &d.dates
	unknown := moment{present: true}
	if len(text) == 0 {
		return moment{}, nil
	}
	if bytes.Equal(text, r.text) && bytes.Equal(pattern, r.pattern) {
		return r.last, nil
	}
	micros, err := r.parse(pattern, text)
	if err == nil {
		r.pattern, r.text = append(r.pattern[:0], pattern...), append(r.text[:0], text...)
		r.last = moment{micros: micros, known: true, present: true}
		return r.last, nil
	}
	if r.fault == dateStrict || r.fault == dateError && len(pattern) > 0 {
		return unknown, connector.Errorf(connector.Corrupt, "<timestamp>: %w", err).At(place).
			WithHint("Validate=never reads it as NULL, with a warning.")
	}
	if r.fault != dateIgnored && d.warn != nil {
		d.warn(unparsableDate, place.Line, fmt.Sprintf("%v; it is NULL", err))
	}
	return unknown, nil
}

func (r *dateReader) parse(pattern, text []byte) (int64, error) {
	if len(pattern) == 0 {
		pattern = []byte(usualFormat)
	}
	format, known := r.formats[string(pattern)]
	if !known {
		format, _ = javadate.Compile(string(pattern)) // told below, at each date
		if len(r.formats) >= maxFormats || r.formats == nil {
			r.formats = map[string]*javadate.Format{}
		}
		r.formats[string(pattern)] = format
	}
	if format == nil {
		_, err := javadate.Compile(string(pattern))
		return 0, err
	}
	t, err := format.Parse(text, r.zone)
	return t.Micros, err
}
