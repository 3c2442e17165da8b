package xmlread

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/trackql/trackql/connector"
)

// detect chooses a decoder by Config.Encoding and the first bytes. It answers
// false where more of them are needed, or none can be chosen.
func (s *source) detect() bool {
	first := s.raw[:s.rawEnd]
	if len(first) < 4 && s.rawErr == nil {
		return false
	}
	look := lookOf(first)
	if s.forced != "" {
		return s.force(look)
	}
	s.stage = settled
	switch look {
	case lookNone:
		s.stage, s.charset, s.decoder = tentative, "UTF-8", utf8Decoder{}
	case lookUTF8:
		s.charset, s.decoder = "UTF-8", utf8Decoder{}
	case lookBig, lookLittle:
		s.charset, s.decoder = "UTF-16", utf16Decoder{little: look == lookLittle}
	case lookUTF32:
		s.err = connector.Errorf(connector.Corrupt, "the document is in UTF-32, which is not read").
			WithHint("Convert it to UTF-8.").At(s.tailPlace())
		return false
	}
	return true
}

func (s *source) force(look look) bool {
	c, ok := findCharset(s.forced)
	if !ok {
		s.err = connector.Errorf(connector.Invalid, "encoding %q is not known", s.forced).
			WithHint("Known are %s.", knownEncodings).At(s.tailPlace())
		return false
	}
	s.stage, s.charset, s.decoder = settled, c.name, c.decoder()
	if c.loose && look == lookLittle {
		s.decoder = utf16Decoder{little: true}
	}
	return true
}

// look is what the first bytes of a document show.
type look uint8

const (
	lookNone   look = iota
	lookUTF8        // byte order mark
	lookBig         // UTF-16, byte order mark or a first ASCII character
	lookLittle      // the same, the other way round
	lookUTF32
)

// lookOf follows appendix F of XML 1.0.
func lookOf(b []byte) look {
	starts := func(c byte) bool { return c == '<' || isSpace(c) }
	switch {
	case bytes.HasPrefix(b, []byte("\x00\x00\xFE\xFF")), bytes.HasPrefix(b, []byte("\xFF\xFE\x00\x00")),
		bytes.HasPrefix(b, []byte("\x00\x00\x00<")), bytes.HasPrefix(b, []byte("<\x00\x00\x00")):
		return lookUTF32
	case bytes.HasPrefix(b, byteOrderMark):
		return lookUTF8
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return lookBig
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		return lookLittle
	case len(b) >= 2 && b[0] == 0 && starts(b[1]):
		return lookBig
	case len(b) >= 2 && b[1] == 0 && starts(b[0]):
		return lookLittle
	}
	return lookNone
}

// settleUndeclared ends the detection where there is no declaration.
func (s *source) settleUndeclared() { s.stage = settled }

// settle ends the detection: declared is the declaration's encoding, empty for
// none. It answers with what does not fit, for a warning; an error is that of an
// encoding not known.
func (s *source) settle(declared string) (mismatch string, err *connector.Error) {
	early := s.stage == tentative || s.stage == held
	s.settleUndeclared()
	if declared == "" || s.forced != "" {
		return "", nil
	}
	c, ok := findCharset(declared)
	if !early {
		utf16 := s.charset == "UTF-16"
		if ok && c.wide == utf16 && (utf16 || c.decoder() == decoder(utf8Decoder{})) {
			return "", nil
		}
		return fmt.Sprintf("the declaration says %s, but the bytes are %s, which counts", declared, s.charset), nil
	}
	if !ok {
		return "", connector.Errorf(connector.Corrupt, "encoding %q is not known: known are %s", declared, knownEncodings).
			WithHint("Say what the file is written in, for example Encoding=UTF-8.")
	}
	if !c.asciiLike() {
		return fmt.Sprintf("the declaration says %s, but the bytes are not: read as UTF-8", declared), nil
	}
	s.charset, s.decoder = c.name, c.decoder()
	return "", nil
}

// undecodable deals with bytes that are no character: it ends the document, or
// puts U+FFFD in their place and answers true.
func (s *source) undecodable(bad fault) bool {
	place := s.tailPlace()
	b := s.raw[s.rawPos : s.rawPos+bad.size]
	w := Warning{Code: UndecodableBytes, Place: place, Text: fmt.Sprintf("byte % X is no character in %s", b, s.charset)}
	if bad.size > 1 {
		w.Text = fmt.Sprintf("bytes % X are no character in %s", b, s.charset)
	}
	forgiven := s.policy == Loose
	if bad.surrogate != 0 {
		w.Code, w.Text = ForbiddenCharacter, forbiddenText(bad.surrogate)
		forgiven = s.policy != Strict
	}
	if !forgiven {
		err := connector.Errorf(connector.Corrupt, "%s", w.Text).At(place)
		if bad.surrogate == 0 {
			err = err.WithHint("%s", s.encodingHint())
		}
		s.err = err
		return false
	}
	s.rawPos += bad.size
	s.end += copy(s.buf[s.end:], replacement)
	s.begun, s.cr = true, false
	if s.warn != nil {
		s.warn(w)
	}
	return true
}

// readError is why nothing follows what was decoded.
func (s *source) readError() error {
	if s.exhausted() {
		return io.EOF
	}
	cause := fmt.Errorf("read: %w", s.rawErr)
	if errors.Is(cause, io.EOF) { // or it would be taken for the end
		cause = fmt.Errorf("read: %v", s.rawErr) //nolint:errorlint // on purpose
	}
	return &connector.Error{
		Kind: readKind(s.rawErr), Place: s.tailPlace(), Err: cause, Hint: connector.HintOf(s.rawErr),
	}
}
