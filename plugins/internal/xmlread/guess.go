package xmlread

import (
	"bytes"
	"fmt"
)

// sampleSize is how many bytes from a fault on are looked at.
const sampleSize = 4096

// encodingHint names the option that overrides the encoding, with the encoding
// that the bytes around the fault look like.
func (s *source) encodingHint() string {
	from := 1 + max(bytes.LastIndexByte(s.raw[:s.rawPos], '>'), bytes.LastIndexByte(s.raw[:s.rawPos], '\n'))
	sample := bytes.Clone(s.raw[from:s.rawPos])
	size := min(sampleSize, len(s.raw))
	for s.rawEnd-s.rawPos < size && s.rawErr == nil {
		s.fetch()
	}
	sample = append(sample, s.raw[s.rawPos:min(s.rawEnd, s.rawPos+size)]...)
	if name := guess(sample, s.charset); name != "" {
		return fmt.Sprintf("The bytes look like %s: try Encoding=%s.", name, name)
	}
	return "If the file is written in another encoding, name it, for example Encoding=windows-31j."
}

// guess returns the encoding that a text, which charset does not fit, is
// probably written in, or nothing.
func guess(text []byte, charset string) string {
	for _, candidate := range []struct {
		name string
		fits func([]byte) bool
	}{
		{"UTF-8", func([]byte) bool { return true }},
		{"EUC-JP", func([]byte) bool { return true }}, // nothing else comes in pairs above 0xA0
		{"windows-31j", commonShiftJIS},
		{"windows-1252", accentedLatin},
	} {
		c, _ := findCharset(candidate.name)
		if charsetKey(c.name) != charsetKey(charset) && decodes(text, c) && candidate.fits(text) {
			return candidate.name
		}
	}
	return ""
}

// decodes tells whether all of text is characters of c, but for one cut off at
// its end.
func decodes(text []byte, c charset) bool {
	var scrap [256]byte
	d := c.decoder()
	for used := 0; used < len(text); {
		_, size, bad := d.decode(scrap[:], text[used:], false)
		if bad.size > 0 {
			return false
		}
		if size == 0 {
			break
		}
		used += size
	}
	return true
}

// commonShiftJIS tells whether most characters are of the common half of the
// table. Accented Latin letters, read as Shift_JIS, are of the other half.
func commonShiftJIS(text []byte) bool {
	common, rare := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c < 0x80:
		case c < 0xA0:
			common++
			i++
		case c < 0xE0:
			rare++
		default:
			rare++
			i++
		}
	}
	return common > rare
}

// accentedLatin tells whether what is not ASCII stands alone, mostly.
func accentedLatin(text []byte) bool {
	wide, runs, before := 0, 0, byte(0)
	for _, c := range text {
		if c >= 0x80 {
			wide++
			if before < 0x80 {
				runs++
			}
		}
		before = c
	}
	return 2*wide <= 3*runs
}
