package print

import (
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/trackql/trackql/connector"
)

// Encoding is how text becomes bytes.
type Encoding uint8

// The encodings.
const (
	// UTF8 without a byte order mark.
	UTF8 Encoding = iota
	// UTF8BOM begins with a byte order mark: Excel takes a CSV file for UTF-8
	// only with one.
	UTF8BOM
	// CP932 is Shift_JIS as Windows has it.
	CP932

	encodings = iota
)

var encodingNames = [encodings]string{"utf-8", "utf-8-bom", "cp932"}

func (e Encoding) String() string { return encodingNames[e] }

// Encodings returns the names of all encodings.
func Encodings() []string { return encodingNames[:] }

// ParseEncoding reads the name of an encoding, without regard to case. Kind
// Invalid tells of a name that is none.
func ParseEncoding(name string) (Encoding, error) {
	i, err := parseName("encoding", name, encodingNames[:])
	return Encoding(i), err
}

// sink collects text of rows and writes it encoded.
type sink struct {
	w        io.Writer
	encoding Encoding
	encoder  *cp932 // made when it is needed
	begun    bool

	buf     []byte // text not written yet
	encoded []byte
	// ends are where the text of each row in buf ends, kept for CP932 only.
	// The first is row number row; what comes before it is no row's.
	ends []int
	row  int64
}

func newSink(w io.Writer, e Encoding) *sink { return &sink{w: w, encoding: e, row: 1} }

// endRow notes that the text of a row ends here.
func (s *sink) endRow() {
	if s.encoding == CP932 {
		s.ends = append(s.ends, len(s.buf))
	}
}

// endHead notes that what was written so far belongs to no row, and that the
// next row is the first of a result.
func (s *sink) endHead() error {
	err := s.flush()
	s.row = 1
	return err
}

// flush writes what was collected.
func (s *sink) flush() error {
	if len(s.buf) == 0 {
		return nil
	}
	if !s.begun && s.encoding == UTF8BOM {
		if _, err := io.WriteString(s.w, "\ufeff"); err != nil {
			return err
		}
	}
	s.begun = true
	text, err := s.encode(s.buf)
	if err != nil {
		return err
	}
	_, err = s.w.Write(text)
	s.buf, s.row, s.ends = s.buf[:0], s.row+int64(len(s.ends)), s.ends[:0]
	return err
}

// encode returns text in the sink's encoding, or an error that names the first
// character that cannot be in it.
func (s *sink) encode(text []byte) ([]byte, error) {
	if s.encoding != CP932 {
		return text, nil
	}
	if s.encoder == nil {
		encoder, err := newCP932()
		if err != nil {
			return nil, err
		}
		s.encoder = encoder
	}
	encoded, at, ok := s.encoder.encode(s.encoded[:0], text)
	s.encoded = encoded
	if !ok {
		return nil, s.refused(text, at)
	}
	return encoded, nil
}

func (s *sink) refused(text []byte, at int) error {
	r, _ := utf8.DecodeRune(text[at:])
	where := "the header"
	for i, end := range s.ends {
		if at < end {
			where = "row " + strconv.FormatInt(s.row+int64(i), 10)
			break
		}
	}
	err := connector.Errorf(connector.Invalid, "%s: %s has no character %q (%U)", where, s.encoding, r, r)
	if like, ok := lookalikes[r]; ok {
		return err.WithHint("It has %q (%U): write replace(…, '%c', '%c') in the query, or take --encoding utf-8.",
			like, like, r, like)
	}
	return err.WithHint("Take --encoding utf-8 or utf-8-bom, or replace the character in the query.")
}
