package xmlread_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/trackql/trackql/plugins/internal/xmlread"
)

// seeds returns every golden document, and one in each kind of encoding that
// ends with bytes that are no character.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	all := [][]byte{export(1, "ja")}
	for name, e := range map[string]encoding.Encoding{
		"Shift_JIS":   japanese.ShiftJIS,
		"EUC-JP":      japanese.EUCJP,
		"ISO-2022-JP": japanese.ISO2022JP,
		"UTF-16":      unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"GB18030":     simplifiedchinese.GB18030,
	} {
		document := encode(f, e, "<?xml version='1.0' encoding='"+name+"'?>\r\n<a b='課'>担当者<b>表示</b></a>")
		all = append(all, []byte(document), []byte(document+"\xE9\xFF"))
	}
	for _, path := range archives(f) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, c := range cases(f, archive) {
			if c.document {
				all = append(all, c.data)
			}
		}
	}
	return all
}

// otherEncoding finds declarations that encoding/xml leaves to others.
var otherEncoding = regexp.MustCompile(`encoding\s*=\s*["'][^"']*["']`)

// FuzzOracle reads documents as encoding/xml does.
func FuzzOracle(f *testing.F) {
	for _, document := range seeds(f) {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		if !utf8.Valid(document) || otherEncoding.Match(document) || bytes.HasPrefix(document, []byte("\uFEFF")) {
			t.Skip("encoding/xml reads UTF-8 only")
		}
		if len(document) > 1 && (document[0] == 0 || document[1] == 0) {
			t.Skip("looks like UTF-16")
		}
		agree(t, document)
	})
}

// hints depend on how much of the text before a fault is still there.
var hints = regexp.MustCompile(`(?m)^    hint: .*\n`)

// FuzzChunks reads anything without a fault, the same in one piece and in
// many, under any policy, with a model and without.
func FuzzChunks(f *testing.F) {
	for i, document := range seeds(f) {
		f.Add(document, uint8(i%3), i%2 == 0)
	}
	m, err := xmlread.CompileModel("a (b | c)*\nb TEXT | (c, a?)\nc (TEXT | b)*\n")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, document []byte, policy uint8, valid bool) {
		cfg := xmlread.Config{
			Policy: xmlread.Policy(policy % 3),
			Limits: xmlread.Limits{Depth: 20, Text: 100, Entities: 1000, Name: 20},
		}
		if valid {
			cfg.Model = func(*xmlread.Doctype) *xmlread.Model { return m }
		}
		whole := hints.ReplaceAllString(describe(xmlread.New, bytes.NewReader(document), cfg), "")
		for name, in := range map[string]io.Reader{
			"tiny window":        bytes.NewReader(document),
			"bytes, tiny window": iotest.OneByteReader(bytes.NewReader(document)),
		} {
			if got := hints.ReplaceAllString(describe(xmlread.NewSmall, in, cfg), ""); got != whole {
				t.Errorf("%q, %s, %s (-whole +got):\n%s", document, cfg.Policy, name, cmp.Diff(whole, got))
			}
		}
		skipped(t, document, cfg, whole)
	})
}

// skipped goes past the root at once: it comes to the same end, but that texts
// are not built and so are never too long.
func skipped(t *testing.T, document []byte, cfg xmlread.Config, whole string) {
	t.Helper()
	cfg.Warn = nil
	r := xmlread.NewSmall(bytes.NewReader(document), cfg)
	if _, err := r.Next(); err != nil {
		return
	}
	err := r.Skip()
	if err == nil {
		_, err = r.Next()
	}
	if err == nil {
		t.Errorf("%q: Next() behind the root = no error", document)
		return
	}
	var end bytes.Buffer
	describeErr(&end, err)
	text := hints.ReplaceAll(end.Bytes(), nil)
	if !errors.Is(err, io.EOF) && !bytes.HasSuffix([]byte(whole), text) && !bytes.Contains([]byte(whole), []byte("longer than")) {
		t.Errorf("%q: skipping ends with %s, reading with %s", document, end.Bytes(), whole)
	}
}
