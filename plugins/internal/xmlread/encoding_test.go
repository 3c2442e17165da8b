package xmlread_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

func strictConfig() xmlread.Config { return xmlread.Config{Policy: xmlread.Strict} }

// texts are what each encoding is tried with; the first parts are longer than
// what a decoder is given at once.
var (
	japaneseText = strings.Repeat("課題の説明。", 3000) + "<担当者>表示ソート能</担当者>朝"
	latinText    = strings.Repeat("déjà vu ", 5000) + "<état>olé</état>ß"
)

func TestEncodings(t *testing.T) {
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	tests := map[string]struct {
		encoding encoding.Encoding
		names    []string
		text     string
		before   string // bytes before the document
		forced   bool   // only Config.Encoding tells it
	}{
		"UTF-8":           {unicode.UTF8, []string{"UTF-8", "utf-8", "UTF8", "unicode-1-1-utf-8"}, japaneseText, "", false},
		"UTF-8 BOM":       {unicode.UTF8, []string{"", "UTF-8"}, japaneseText, "\uFEFF", false},
		"UTF-16LE BOM":    {little, []string{"", "UTF-16", "utf-16le", "UnicodeLittle"}, japaneseText + "😀", "\xFF\xFE", false},
		"UTF-16BE BOM":    {big, []string{"", "UTF-16", "UTF-16BE", "ISO-10646-UCS-2"}, japaneseText + "😀", "\xFE\xFF", false},
		"UTF-16LE":        {little, []string{"", "UTF-16", "UTF-16LE"}, japaneseText, "", false},
		"UTF-16BE":        {big, []string{"", "UTF-16", "UTF-16BE"}, japaneseText, "", false},
		"UTF-16LE spaced": {little, []string{""}, japaneseText, " \x00\n\x00", false},
		"UTF-16BE spaced": {big, []string{""}, japaneseText, "\x00\n", false},
		"EUC-JP":          {japanese.EUCJP, []string{"EUC-JP", "eucJP", "EUC_JP", "x-euc-jp", "eucJP-ms", "ujis"}, japaneseText + "ｶﾅ", "", false},
		"Shift_JIS": {japanese.ShiftJIS, []string{
			"Shift_JIS", "shift-jis", "SJIS", "x-sjis", "windows-31j", "csWindows31J", "cp932", "MS932", "MS_Kanji", "windows-932",
		}, japaneseText + "①髙ｶﾅ～", "", false},
		"ISO-2022-JP":  {japanese.ISO2022JP, []string{"ISO-2022-JP", "ISO2022JP", "csISO2022JP", "JIS"}, japaneseText, "", false},
		"ISO-8859-1":   {charmap.ISO8859_1, []string{"ISO-8859-1", "latin1", "ISO8859_1", "8859_1", "l1"}, latinText + "\u0085", "", false},
		"ISO-8859-15":  {charmap.ISO8859_15, []string{"ISO-8859-15", "ISO8859_15"}, latinText + "€", "", false},
		"windows-1252": {charmap.Windows1252, []string{"windows-1252", "Cp1252", "x-cp1252"}, latinText + "“€”", "", false},
		"windows-1251": {charmap.Windows1251, []string{"windows-1251", "Cp1251"}, "Описание", "", false},
		"US-ASCII":     {unicode.UTF8, []string{"US-ASCII", "ASCII", "ANSI_X3.4-1968"}, "plain", "", false},
		"KOI8-R":       {charmap.KOI8R, []string{"KOI8-R", "KOI8_R"}, "Описание", "", false},
		"EUC-KR":       {korean.EUCKR, []string{"EUC-KR", "MS949", "ks_c_5601-1987"}, "설명", "", false},
		"GBK":          {simplifiedchinese.GBK, []string{"GBK", "GB2312", "MS936"}, "说明", "", false},
		"GB18030":      {simplifiedchinese.GB18030, []string{"GB18030"}, "说明\uFFFD😀\uFFFD", "", false},
		"Big5":         {traditionalchinese.Big5, []string{"Big5", "MS950"}, "說明", "", false},
		"IBM037":       {charmap.CodePage037, []string{"IBM037"}, "plain", "", true},
	}
	for name, test := range tests {
		for i, declared := range test.names {
			t.Run(name+"/"+declared, func(t *testing.T) {
				document := "<a>" + test.text + "</a>"
				cfg := strictConfig()
				if test.forced {
					cfg.Encoding = declared
				} else if declared != "" {
					document = fmt.Sprintf("<?xml version='1.0' encoding='%s'?>\n%s", declared, document)
				}
				encoded, err := test.encoding.NewEncoder().String(document)
				if err != nil {
					t.Fatal(err)
				}
				chunkings := []func(io.Reader) io.Reader{plainReader}
				if i == 0 {
					chunkings = append(chunkings, iotest.OneByteReader)
				}
				for _, chunked := range chunkings {
					got, err := wholeText(chunked(strings.NewReader(test.before+encoded)), cfg)
					want := strings.NewReplacer("<担当者>", "", "</担当者>", "", "<état>", "", "</état>", "").Replace(test.text)
					if got != want || err != nil {
						t.Errorf("text of %d bytes, %v; want %d bytes: %.60q … %.60q", len(got), err, len(want), got, want)
					}
				}
			})
		}
	}
}

func plainReader(r io.Reader) io.Reader { return r }

// wholeText returns the texts of a document of two levels, in their order.
func wholeText(in io.Reader, cfg xmlread.Config) (string, error) {
	r := xmlread.New(in, cfg)
	child := ""
	for {
		event, err := r.Next()
		if err != nil {
			return "", err
		}
		switch {
		case event == xmlread.End && r.Depth() == 2:
			child = string(r.Text())
		case event == xmlread.End:
			text := string(r.Text())
			if _, err := r.Next(); !errors.Is(err, io.EOF) {
				return text, err
			}
			// Both test texts have their child before the last character.
			if child == "" {
				return text, nil
			}
			return insertBefore(text, child), nil
		}
	}
}

// insertBefore puts the child back where it stood, behind the repeated part.
func insertBefore(text, child string) string {
	for _, end := range []string{"。", "vu "} {
		if i := strings.LastIndex(text, end); i >= 0 {
			i += len(end)
			return text[:i] + child + text[i:]
		}
	}
	return text
}

func TestUndecodable(t *testing.T) {
	sjis := func(s string) string { return encode(t, japanese.ShiftJIS, s) }
	eucjp := func(s string) string { return encode(t, japanese.EUCJP, s) }
	latin := func(s string) string { return encode(t, charmap.Windows1252, s) }
	tests := map[string]struct {
		in, encoding string
		place        connector.Place
		text, hint   string
		loose        string
	}{
		"Shift_JIS as UTF-8": {
			"<a>\r\n <b>" + sjis("担当者の表") + "</b></a>", "",
			connector.Place{Line: 2, Column: 5},
			"byte 92 is no character in UTF-8", "Encoding=windows-31j", "",
		},
		"kanji names in Shift_JIS": {
			"<a>" + sjis("東京") + "</a>", "",
			connector.Place{Line: 1, Column: 4},
			"byte 93 is no character in UTF-8", "Encoding=windows-31j", "",
		},
		"EUC-JP as UTF-8": {
			"<a>説明" + eucjp("担当者") + "</a>", "",
			connector.Place{Line: 1, Column: 7},
			"byte C5 is no character in UTF-8", "for example Encoding=", "",
		},
		"EUC-JP alone": {
			"<a>\n" + eucjp("担当者") + "</a>", "",
			connector.Place{Line: 2, Column: 2},
			"byte C5 is no character in UTF-8", "Encoding=EUC-JP", "", // C3 B4 is a letter in both

		},
		"Latin as UTF-8": {
			"<a>a " + latin("résumé déjà vu “x”") + "</a>", "",
			connector.Place{Line: 1, Column: 7},
			"byte E9 is no character in UTF-8", "Encoding=windows-1252", "a r\uFFFDsum\uFFFD d\uFFFDj\uFFFD vu \uFFFDx\uFFFD",
		},
		"UTF-8 as Shift_JIS": {
			"<?xml version='1.0' encoding='Shift_JIS'?>\n<a>ab\xE3\x81\x82\xE3\x80\x82</a>", "",
			connector.Place{Line: 2, Column: 9},
			"byte 82 is no character in Shift_JIS", "Encoding=UTF-8", "",
		},
		"UTF-8 as US-ASCII": {
			"<?xml version='1.0' encoding='US-ASCII'?><a>é</a>", "",
			connector.Place{Line: 1, Column: 45},
			"byte C3 is no character in US-ASCII", "Encoding=UTF-8", "\uFFFD\uFFFD",
		},
		"UTF-8 as EUC-JP by option": {
			"<a>x課題</a>", "EUC-JP",
			connector.Place{Line: 1, Column: 7},
			"byte A1 is no character in EUC-JP", "Encoding=UTF-8", "",
		},
		"in ISO-2022-JP": {
			"<?xml version='1.0' encoding='ISO-2022-JP'?><a>\x1b$B\x46\x7c\x1b(Bx\xe9y\x1b$B\x46\x7c\x1b(B</a>", "",
			connector.Place{Line: 1, Column: 50},
			"byte E9 is no character in ISO-2022-JP", "", "日x\uFFFDy日",
		},
		"inside kanji of ISO-2022-JP": {
			"<?xml version='1.0' encoding='ISO-2022-JP'?><a>\x1b$B\x46\x7c\xe9\x46\x7c\x1b(B</a>", "",
			connector.Place{Line: 1, Column: 49},
			"byte E9 is no character in ISO-2022-JP", "", "日\uFFFD日",
		},
		"a character of its own in windows-31j": {
			"<a>" + sjis("外字") + "\xF0\x40\xF9\xFC</a>", "windows-31j", connector.Place{}, "", "", "外字\uE000\uE757",
		},
		"odd length in UTF-16": {
			"\xFE\xFF\x00<\x00a\x00/\x00>\x00", "",
			connector.Place{Line: 1, Column: 5},
			"byte 00 is no character in UTF-16", "", "",
		},
		"lone surrogate in UTF-16": {
			"\xFE\xFF\x00<\x00a\x00>\xD8\x3D\x00x\xDE\x00\x00<\x00/\x00a\x00>", "", connector.Place{}, "", "", "\uFFFDx\uFFFD",
		},
		"cut off": {
			"<a>x\xE3\x81", "", connector.Place{Line: 1, Column: 5}, "byte E3 is no character in UTF-8", "", "",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, chunked := range []func(io.Reader) io.Reader{plainReader, iotest.OneByteReader} {
				_, err := wholeText(chunked(strings.NewReader(test.in)), xmlread.Config{Encoding: test.encoding})
				if test.text == "" {
					if err != nil {
						t.Errorf("error = %v, want none", err)
					}
					continue
				}
				var e *connector.Error
				if !errors.As(err, &e) || e.Kind != connector.Corrupt || e.Place != test.place || e.Err.Error() != test.text {
					t.Errorf("error = %v, want %v: %s", err, test.place, test.text)
				}
			}
			_, err := wholeText(strings.NewReader(test.in), xmlread.Config{Encoding: test.encoding})
			if !strings.Contains(connector.HintOf(err), test.hint) {
				t.Errorf("hint = %q, want one with %q", connector.HintOf(err), test.hint)
			}
			loose := xmlread.Config{Encoding: test.encoding, Policy: xmlread.Loose}
			for _, chunked := range []func(io.Reader) io.Reader{plainReader, iotest.OneByteReader} {
				got, err := wholeText(chunked(strings.NewReader(test.in)), loose)
				if test.loose != "" && (got != test.loose || err != nil) {
					t.Errorf("loose text = %q, %v, want %q", got, err, test.loose)
				}
			}
		})
	}
}

func encode(t testing.TB, e encoding.Encoding, text string) string {
	t.Helper()
	encoded, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestUnknownEncoding(t *testing.T) {
	tests := map[string]struct {
		in, encoding string
		kind         connector.Kind
		want         string
	}{
		"declared":    {"<?xml version='1.0' encoding='klingon'?><a/>", "", connector.Corrupt, `f.xml:1:30: encoding "klingon" is not known: known are UTF-8, UTF-16, Shift_JIS`},
		"option":      {"<a/>", "klingon", connector.Invalid, `f.xml:1:1: encoding "klingon" is not known`},
		"replacement": {"<?xml version='1.0' encoding='iso-2022-kr'?><a/>", "", connector.Corrupt, `f.xml:1:30: encoding "iso-2022-kr" is not known`},
		"UTF-32":      {"\xFF\xFE\x00\x00<\x00\x00\x00", "", connector.Corrupt, "f.xml:1:1: the document is in UTF-32, which is not read"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := xmlread.New(strings.NewReader(test.in), xmlread.Config{Name: "f.xml", Encoding: test.encoding})
			_, err := r.Next()
			if connector.KindOf(err) != test.kind || !strings.HasPrefix(fmt.Sprint(err), test.want) || connector.HintOf(err) == "" {
				t.Errorf("Next() = %v (%v), hint %q; want %v (%v)", err, connector.KindOf(err), connector.HintOf(err), test.want, test.kind)
			}
			if _, again := r.Next(); !errors.Is(again, err) {
				t.Errorf("second Next() = %v, want the same", again)
			}
		})
	}
}

// TestOverride reads what the declaration lies about.
func TestOverride(t *testing.T) {
	document := encode(t, japanese.ShiftJIS, "<?xml version='1.0' encoding='UTF-8'?><a>担当者</a>")
	got, err := wholeText(strings.NewReader(document), xmlread.Config{Encoding: "ms932", Policy: xmlread.Strict})
	if got != "担当者" || err != nil {
		t.Errorf("text = %q, %v", got, err)
	}
	var utf16 bytes.Buffer
	for _, c := range "<a>x</a>" {
		utf16.Write([]byte{byte(c), 0})
	}
	got, err = wholeText(&utf16, xmlread.Config{Encoding: "UTF-16", Policy: xmlread.Strict})
	_, marked := wholeText(strings.NewReader("\xFF\xFE<a/>"), xmlread.Config{Encoding: "ISO-8859-1"})
	if want := `:1:1: "ÿ" stands before the root element: expected a tag`; fmt.Sprint(marked) != want {
		t.Errorf("ISO-8859-1 behind a mark of UTF-16: %v, want %s", marked, want)
	}
	if got != "x" || err != nil {
		t.Errorf("UTF-16 by its look: text = %q, %v", got, err)
	}
}

func TestMismatch(t *testing.T) {
	little := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	tests := map[string]struct {
		encoding encoding.Encoding
		declared string
		want     string // empty where they fit
	}{
		"UTF-16 says UTF-16":     {little, "UTF-16", ""},
		"UTF-16 says UTF-8":      {little, "UTF-8", "the declaration says UTF-8, but the bytes are UTF-16, which counts"},
		"UTF-16 says Shift_JIS":  {little, "Shift_JIS", "the declaration says Shift_JIS, but the bytes are UTF-16, which counts"},
		"UTF-8 BOM says UTF-16":  {unicode.UTF8BOM, "UTF-16", "the declaration says UTF-16, but the bytes are UTF-8, which counts"},
		"UTF-8 BOM says UTF-8":   {unicode.UTF8BOM, "utf8", ""},
		"UTF-8 says UTF-16":      {unicode.UTF8, "UTF-16BE", "the declaration says UTF-16BE, but the bytes are not: read as UTF-8"},
		"UTF-8 says an EBCDIC":   {unicode.UTF8, "IBM037", "the declaration says IBM037, but the bytes are not: read as UTF-8"},
		"ASCII says ISO-2022-JP": {unicode.UTF8, "ISO-2022-JP", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			document := encode(t, test.encoding, "<?xml version='1.0' encoding='"+test.declared+"'?><a>x</a>")
			var warnings []string
			cfg := xmlread.Config{Warn: func(w xmlread.Warning) {
				warnings = append(warnings, fmt.Sprintf("%s %s: %s", w.Place, w.Code, w.Text))
			}}
			got, err := wholeText(strings.NewReader(document), cfg)
			if got != "x" || err != nil {
				t.Errorf("text = %q, %v", got, err)
			}
			var want []string
			if test.want != "" {
				want = []string{":1:30 encoding-mismatch: " + test.want}
			}
			if diff := cmp.Diff(want, warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if _, err := wholeText(strings.NewReader(document), strictConfig()); (err != nil) != (test.want != "") {
				t.Errorf("strict: %v, want an error = %v", err, test.want != "")
			}
		})
	}
}
