package xmlread

import (
	"bytes"
	"regexp"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// knownEncodings is what an error about an unknown one names.
const knownEncodings = "UTF-8, UTF-16, Shift_JIS (windows-31j), EUC-JP, ISO-2022-JP, " +
	"ISO-8859-1 to -16, windows-1250 to -1258, US-ASCII, EUC-KR, GB18030, Big5, KOI8-R"

// aliases are names that neither IANA nor WHATWG lists, chiefly Java's, and
// those for which the two disagree with use.
var aliases = map[string]string{
	"utf8":                "utf-8",
	"cesu-8":              "utf-8",
	"utf16":               "utf-16",
	"unicode":             "utf-16",
	"iso-10646-ucs-2":     "utf-16",
	"ucs-2":               "utf-16",
	"utf-16be":            "utf-16be",
	"utf16be":             "utf-16be",
	"unicodebig":          "utf-16be",
	"utf-16le":            "utf-16le",
	"utf16le":             "utf-16le",
	"unicodelittle":       "utf-16le",
	"x-utf-16le-bom":      "utf-16le",
	"ascii":               "us-ascii",
	"646":                 "us-ascii",
	"shift_jis":           "shift_jis",
	"shiftjis":            "shift_jis",
	"shift-jis":           "shift_jis",
	"sjis":                "shift_jis",
	"x-sjis":              "shift_jis",
	"ms_kanji":            "shift_jis",
	"csshiftjis":          "shift_jis",
	"windows-31j":         "shift_jis",
	"windows31j":          "shift_jis",
	"cswindows31j":        "shift_jis",
	"windows-932":         "shift_jis",
	"x-ms-cp932":          "shift_jis",
	"cp932":               "shift_jis",
	"ms932":               "shift_jis",
	"cp943c":              "shift_jis",
	"eucjp":               "euc-jp",
	"euc_jp":              "euc-jp",
	"eucjis":              "euc-jp",
	"ujis":                "euc-jp",
	"x-euc-jp":            "euc-jp",
	"x-eucjp":             "euc-jp",
	"eucjp-win":           "euc-jp",
	"eucjp-ms":            "euc-jp",
	"x-eucjp-open":        "euc-jp",
	"euc-jp-linux":        "euc-jp",
	"x-euc-jp-linux":      "euc-jp",
	"cp51932":             "euc-jp",
	"jis":                 "iso-2022-jp",
	"jis_encoding":        "iso-2022-jp",
	"csjisencoding":       "iso-2022-jp",
	"iso2022jp":           "iso-2022-jp",
	"cp50220":             "iso-2022-jp",
	"cp50221":             "iso-2022-jp",
	"x-windows-50221":     "iso-2022-jp",
	"x-windows-iso2022jp": "iso-2022-jp",
	"euckr":               "euc-kr",
	"euc_kr":              "euc-kr",
	"ms949":               "euc-kr",
	"cp949":               "euc-kr",
	"x-windows-949":       "euc-kr",
	"euccn":               "gbk",
	"euc_cn":              "gbk",
	"ms936":               "gbk",
	"cp936":               "gbk",
	"ms950":               "big5",
	"cp950":               "big5",
	"x-windows-950":       "big5",
	"koi8_r":              "koi8-r",
	"koi8_u":              "koi8-u",
	"macroman":            "macintosh",
	"x-macroman":          "macintosh",
}

// numbered are families of names that differ in a number.
var numbered = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`^(?:iso)?[-_]?8859[-_](\d+)$`), "iso-8859-$1"},
	{regexp.MustCompile(`^(?:x-)?(?:cp|windows|win)[-_]?(125\d)$`), "windows-$1"},
}

// charset is an encoding that was found by a name.
type charset struct {
	name    string
	decoder func() decoder
	// wide says that its characters take two bytes.
	wide bool
	// loose says that the name does not tell the byte order.
	loose bool
}

// findCharset finds an encoding by any of its names, without regard to case.
func findCharset(name string) (charset, bool) {
	key := charsetKey(name)
	switch key {
	case "utf-8":
		return charset{name: name, decoder: func() decoder { return utf8Decoder{} }}, true
	case "utf-16", "utf-16be":
		big := func() decoder { return utf16Decoder{} }
		return charset{name: name, decoder: big, wide: true, loose: key == "utf-16"}, true
	case "utf-16le":
		little := func() decoder { return utf16Decoder{little: true} }
		return charset{name: name, decoder: little, wide: true}, true
	}
	e := findEncoding(key)
	return charset{name: name, decoder: func() decoder { return newTextDecoder(e) }}, e != nil
}

// charsetKey returns the one name, in lower case, of those that an encoding has.
func charsetKey(name string) string {
	key := strings.ToLower(strings.TrimSpace(name))
	for _, family := range numbered {
		if family.pattern.MatchString(key) {
			key = family.pattern.ReplaceAllString(key, family.name)
		}
	}
	if alias, ok := aliases[key]; ok {
		return alias
	}
	return key
}

// findEncoding returns nil for what golang.org/x/text does not know or cannot
// decode. IANA comes first: WHATWG reads ISO-8859-1 as windows-1252.
func findEncoding(key string) encoding.Encoding {
	if e, err := ianaindex.IANA.Encoding(key); err == nil && e != nil {
		return e
	}
	e, err := htmlindex.Get(key)
	if err != nil || e == encoding.Replacement {
		return nil
	}
	return e
}

// asciiLike tells whether an XML declaration written in the encoding reads as
// ASCII. Where it does not, and was read, the document is in another.
func (c charset) asciiLike() bool {
	if c.wide {
		return false
	}
	text := []byte("<?xml version=")
	dst := make([]byte, 4*len(text))
	n, _, _ := c.decoder().decode(dst, text, false)
	return n > 0 && bytes.HasPrefix(text, dst[:n])
}
