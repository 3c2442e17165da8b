package xmlread

import (
	"bytes"
	"reflect"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// decoder turns the bytes of one encoding into UTF-8.
type decoder interface {
	// decode writes whole characters to dst, which has room for one at least,
	// and stops at bytes that are no character. It returns how much it wrote
	// and used, and what is wrong with the next bytes where that is why it
	// stopped. Unless last, a character cut off at the end of src is not wrong.
	decode(dst, src []byte, last bool) (written, used int, bad fault)
}

// fault is what stopped a decoder: the number of bytes that are no character,
// 0 for none, and the surrogate that they encode, where they do.
type fault struct {
	size      int
	surrogate rune
}

type utf8Decoder struct{}

func (utf8Decoder) decode(dst, src []byte, last bool) (int, int, fault) {
	if len(src) > len(dst) {
		src, last = src[:len(dst)], false
	}
	whole := src
	if n := cutOff(src); n > 0 {
		whole = src[:len(src)-n]
	}
	if utf8.Valid(whole) {
		if len(whole) == 0 && last && len(src) > 0 {
			return 0, 0, fault{size: 1}
		}
		copy(dst, whole)
		return len(whole), len(whole), fault{}
	}
	n := 0
	for {
		r, size := utf8.DecodeRune(whole[n:])
		if r == utf8.RuneError && size == 1 {
			copy(dst, whole[:n])
			return n, n, utf8Fault(whole[n:], last)
		}
		n += size
	}
}

// cutOff returns how many bytes at the end of b begin a character without
// ending it.
func cutOff(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// utf8Fault tells surrogates, which some writers encode, from other bytes.
func utf8Fault(b []byte, last bool) fault {
	if len(b) < 2 || b[0] != 0xED || b[1]&0xE0 != 0xA0 {
		return fault{size: 1}
	}
	switch {
	case len(b) == 2 && !last:
		return fault{}
	case len(b) > 2 && b[2]&0xC0 == 0x80:
		return fault{size: 3, surrogate: 0xD000 | rune(b[1]&0x3F)<<6 | rune(b[2]&0x3F)}
	}
	return fault{size: 1}
}

type utf16Decoder struct{ little bool }

func (d utf16Decoder) decode(dst, src []byte, last bool) (int, int, fault) {
	written, used := 0, 0
	for len(dst)-written >= utf8.UTFMax {
		r, size, bad := d.next(src[used:], last)
		if bad.size > 0 || size == 0 {
			return written, used, bad
		}
		written += utf8.EncodeRune(dst[written:], r)
		used += size
	}
	return written, used, fault{}
}

// next decodes one character; a size of 0 without a fault asks for more bytes.
func (d utf16Decoder) next(src []byte, last bool) (r rune, size int, bad fault) {
	if len(src) < 2 {
		if last {
			bad.size = len(src)
		}
		return 0, 0, bad
	}
	r = d.unit(src)
	if !utf16.IsSurrogate(r) {
		return r, 2, fault{}
	}
	if r < 0xDC00 {
		if len(src) < 4 && !last {
			return 0, 0, fault{}
		}
		if len(src) >= 4 {
			if pair := utf16.DecodeRune(r, d.unit(src[2:])); pair != utf8.RuneError {
				return pair, 4, fault{}
			}
		}
	}
	return 0, 0, fault{size: 2, surrogate: r}
}

func (d utf16Decoder) unit(b []byte) rune {
	if d.little {
		return rune(b[1])<<8 | rune(b[0])
	}
	return rune(b[0])<<8 | rune(b[1])
}

// textDecoder runs a decoder of golang.org/x/text. Those write U+FFFD for what
// they cannot decode; none of their encodings but GB18030 can hold that
// character, so it shows the fault, unless extra knows better.
type textDecoder struct {
	transformer transform.Transformer
	// ascii says that a byte below 0x80 where a character begins is itself.
	ascii bool
	// extra decodes one character that the transformer cannot; it may be nil.
	extra func([]byte) (c rune, size int)
	// state is the decoder's, where it has one, and saved a copy of it.
	state, saved reflect.Value
}

func newTextDecoder(e encoding.Encoding) *textDecoder {
	d := &textDecoder{transformer: e.NewDecoder().Transformer}
	switch e {
	case japanese.ShiftJIS:
		d.extra = userDefined
	case simplifiedchinese.GB18030:
		d.extra = replacementGB18030
	}
	if v := reflect.ValueOf(d.transformer); v.Kind() == reflect.Pointer {
		d.state = v.Elem()
		d.saved = reflect.New(d.state.Type()).Elem()
		return d
	}
	var all [utf8.RuneSelf]byte
	for i := range all {
		all[i] = byte(i)
	}
	got, err := e.NewDecoder().Bytes(all[:])
	d.ascii = err == nil && bytes.Equal(got, all[:])
	return d
}

var replacement = []byte("\uFFFD")

// replacementGB18030 decodes the four bytes that are U+FFFD in GB18030.
func replacementGB18030(b []byte) (rune, int) {
	if bytes.HasPrefix(b, []byte{0x84, 0x31, 0xA4, 0x37}) {
		return utf8.RuneError, 4
	}
	return 0, 0
}

// userDefined decodes the rows of windows-31j whose characters each site draws
// itself: they are the private use area from U+E000 on, as in Windows and Java.
func userDefined(b []byte) (rune, int) {
	if len(b) < 2 || b[0] < 0xF0 || b[0] > 0xF9 || b[1] < 0x40 || b[1] == 0x7F || b[1] > 0xFC {
		return 0, 0
	}
	cell := rune(b[1]) - 0x40
	if b[1] > 0x7F {
		cell--
	}
	return 0xE000 + 188*rune(b[0]-0xF0) + cell, 2
}

func (d *textDecoder) decode(dst, src []byte, last bool) (int, int, fault) {
	if d.ascii {
		if n := asciiPrefix(src[:min(len(src), len(dst))]); n > 0 {
			copy(dst, src[:n])
			return n, n, fault{}
		}
		// No encoding has "<" inside a character: up to there, then ASCII again.
		if n := bytes.IndexByte(src, '<'); n > 0 {
			if written, used, bad := d.transform(dst, src[:n], false); used > 0 || bad.size > 0 {
				return written, used, bad
			}
		}
	}
	return d.transform(dst, src, last)
}

func (d *textDecoder) transform(dst, src []byte, last bool) (int, int, fault) {
	d.save()
	written, used := d.step(dst, src, last)
	n := bytes.Index(dst[:written], replacement)
	if n < 0 {
		return written, used, fault{}
	}
	d.restore()
	written, used = d.step(dst[:n], src, last)
	if d.extra != nil {
		if c, size := d.extra(src[used:]); size > 0 {
			return written + utf8.EncodeRune(dst[written:], c), used + size, fault{}
		}
	}
	d.save()
	var scrap [3]byte
	_, size := d.step(scrap[:], src[used:], last)
	d.restore()
	return written, used, fault{size: size}
}

// step decodes as far as dst and src go. Running out of either is no error.
func (d *textDecoder) step(dst, src []byte, last bool) (written, used int) {
	written, used, _ = d.transformer.Transform(dst, src, last)
	return written, used
}

func (d *textDecoder) save() {
	if d.state.IsValid() {
		d.saved.Set(d.state)
	}
}

func (d *textDecoder) restore() {
	if d.state.IsValid() {
		d.state.Set(d.saved)
	}
}

// asciiPrefix returns how many bytes at the beginning of b are below 0x80.
func asciiPrefix(b []byte) int {
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		if load64(b[n:])&0x8080808080808080 != 0 {
			break
		}
	}
	for n < len(b) && b[n] < utf8.RuneSelf {
		n++
	}
	return n
}
