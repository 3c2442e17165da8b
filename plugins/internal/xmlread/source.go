package xmlread

import (
	"bytes"
	"io"

	"github.com/trackql/trackql/connector"
)

// sizes are those of the two buffers. The window must hold, in three quarters of
// it, whatever is looked at as a whole, of which names are the longest.
type sizes struct{ raw, window int }

var defaultSizes = sizes{raw: 32 << 10, window: 64 << 10}

// stage tells how sure the encoding is.
type stage uint8

const (
	// unknown: nothing was read yet.
	unknown stage = iota
	// tentative: no byte order mark; read as UTF-8 up to the first ">", where
	// an XML declaration ends, and no further.
	tentative
	// held: that ">" was reached.
	held
	// settled: known, from the bytes, the declaration or Config.Encoding.
	settled
)

// source turns the bytes of the input into a window of whole UTF-8 characters
// with "\n" as line ends, and knows the place of each.
type source struct {
	in     io.Reader
	file   string
	forced string // Config.Encoding
	policy Policy
	warn   func(Warning)

	raw            []byte
	rawPos, rawEnd int
	rawErr         error // the last answer of in, if it was one
	read           int64

	stage   stage
	charset string // the encoding's name, for messages
	decoder decoder
	begun   bool // a character was decoded
	cr      bool // the last one was a carriage return

	buf      []byte
	pos, end int   // buf[pos:end] is the window
	base     int64 // the offset of buf[0] in the decoded document
	err      error // why there is nothing after end: io.EOF, or a connector.Error

	at    mark // the last place asked for
	tail  mark // the last fault of decoding
	event event
}

// event is where the present event begins. Line and column are worked out when
// they are asked for, or when the mark is about to pass it.
type event struct {
	mark  mark
	known bool
}

func newSource(in io.Reader, cfg Config, n sizes) source {
	return source{
		in: in, file: cfg.Name, forced: cfg.Encoding, policy: cfg.Policy, warn: cfg.Warn,
		raw: make([]byte, n.raw), buf: make([]byte, n.window),
		at: mark{line: 1, col: 1}, tail: mark{line: 1, col: 1}, event: event{known: true},
	}
}

// more adds to the window what fits and is there, at least one character. It
// answers false where nothing follows, and err tells why. Everything before pos
// is lost.
func (s *source) more() bool {
	if s.err != nil {
		return false
	}
	s.slide()
	for !s.fill() {
		if s.err != nil {
			return false
		}
		s.fetch()
	}
	return true
}

// slide makes room at the window's end, if it must.
func (s *source) slide() {
	if s.pos == 0 || len(s.buf)-s.end >= len(s.buf)/4 {
		return
	}
	s.advance(s.base + int64(s.pos))
	s.base += int64(s.pos)
	s.end = copy(s.buf, s.buf[s.pos:s.end])
	s.pos = 0
}

// fetch reads from the input once.
func (s *source) fetch() {
	if s.rawErr != nil {
		return
	}
	s.rawEnd = copy(s.raw, s.raw[s.rawPos:s.rawEnd])
	s.rawPos = 0
	for range 100 {
		n, err := s.in.Read(s.raw[s.rawEnd:])
		s.rawEnd += n
		s.read += int64(n)
		s.rawErr = err
		if n > 0 || err != nil {
			return
		}
	}
	s.rawErr = io.ErrNoProgress
}

// fill decodes what was fetched. It answers whether the window grew; where it
// did not and err is nil, more must be fetched.
func (s *source) fill() bool {
	if s.stage == unknown && !s.detect() {
		return false
	}
	src, eof := s.pending()
	n, used, bad := s.decoder.decode(s.buf[s.end:], src, eof)
	s.rawPos += used
	if s.stage == tentative && used > 0 && src[used-1] == '>' {
		s.stage = held
	}
	if n == 0 && bad.size > 0 {
		return s.undecodable(bad)
	}
	n = s.normalize(s.buf[s.end : s.end+n])
	s.end += n
	if n == 0 && used == 0 && s.rawErr != nil {
		s.err = s.readError()
	}
	return n > 0
}

// pending returns the bytes to decode, and whether they are the last.
func (s *source) pending() (src []byte, last bool) {
	src = s.raw[s.rawPos:s.rawEnd]
	switch s.stage {
	case held: // asked for more than a declaration: there is none
		s.stage = settled
	case tentative:
		if i := bytes.IndexByte(src, '>'); i >= 0 {
			return src[:i+1], false
		}
	}
	return src, s.exhausted()
}

// exhausted tells whether the input is at its end. A wrapped io.EOF is not the
// end but a failure, such as that of a lost connection.
func (s *source) exhausted() bool {
	return s.rawErr == io.EOF //nolint:errorlint // wrapped, it is something else
}

var byteOrderMark = []byte("\uFEFF")

// normalize rewrites text in place, without a byte order mark at the document's
// beginning and with "\n" for "\r\n" and "\r", and returns the new length.
func (s *source) normalize(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	from := 0
	if !s.begun && bytes.HasPrefix(text, byteOrderMark) {
		from = len(byteOrderMark)
	}
	if s.cr && text[0] == '\n' {
		from = 1
	}
	s.begun, s.cr = true, false
	to := 0
	for {
		n := bytes.IndexByte(text[from:], '\r')
		if n < 0 {
			if from == to {
				return len(text)
			}
			return to + copy(text[to:], text[from:])
		}
		to += copy(text[to:], text[from:from+n])
		from += n + 1
		text[to] = '\n'
		to++
		if from == len(text) {
			s.cr = true
		} else if text[from] == '\n' {
			from++
		}
	}
}

// advance moves the mark to an offset in the window or at its edge. It never
// moves back.
func (s *source) advance(to int64) {
	if !s.event.known && s.event.mark.off < to {
		s.locate()
	}
	if to > s.at.off {
		s.at.advance(s.buf[s.at.off-s.base : to-s.base])
	}
}

// locate works out where the event is.
func (s *source) locate() mark {
	if !s.event.known {
		s.event.known = true
		s.advance(s.event.mark.off)
		s.event.mark = s.at
	}
	return s.event.mark
}

func (s *source) place(m mark) connector.Place {
	return connector.Place{File: s.file, Line: m.line, Column: m.col}
}

// tailPlace returns the place of the window's end.
func (s *source) tailPlace() connector.Place { return s.place(s.tailMark()) }

func (s *source) tailMark() mark {
	if s.tail.off < s.at.off {
		s.tail = s.at
	}
	s.tail.advance(s.buf[s.tail.off-s.base : s.end])
	return s.tail
}
