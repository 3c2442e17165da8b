package rest_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

func TestFileName(t *testing.T) {
	for disposition, want := range map[string]string{
		"":                             "",
		`attachment; filename="a.png"`: "a.png",
		`attachment; filename=a.png`:   "a.png",
		`attachment; filename*=UTF-8''%E7%94%BB%E5%83%8F%20%282%29.png`: "画像 (2).png",
		`attachment;filename="x.png"; filename*=utf-8'ja'%E7%94%BB.png`: "画.png",
		`attachment; filename*=UTF-8''%E7%94%BB.png; filename="x.png"`:  "画.png",
		`attachment; filename="画像.png"`:                                 "画像.png",
		`attachment; filename="=?UTF-8?B?55S75YOPLnBuZw==?="`:           "画像.png",
		`attachment; filename*=Shift_JIS''%89%E6.png; filename="x.png"`: "x.png",
		`attachment; filename="../../etc/passwd"`:                       "passwd",
		`attachment; filename="C:\\temp\\a.txt"`:                        "a.txt",
		`attachment; filename*=UTF-8''..%2F..%2Fa%0A.txt`:               "a .txt",
		`attachment; filename=".."`:                                     "",
		`attachment; filename="a/"`:                                     "",
		`attachment; filename="a"; filename="b"`:                        "",
		`attachment`:                                                    "",
		`;;;`:                                                           "",
	} {
		if got := rest.FileName(disposition); got != want {
			t.Errorf("FileName(%s) = %q, want %q", disposition, got, want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	for _, text := range []string{
		`attachment; filename="a.png"`, `attachment; filename*=UTF-8''%E7%94%BB.png`, `attachment; filename*0="a"; filename*1*=''%2F`,
		`a; filename="=?UTF-8?Q?=2E=2E=2F?="`, `a; filename="\\\"`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, disposition string) {
		name := rest.FileName(disposition)
		if strings.ContainsAny(name, `/\`) || name == "." || name == ".." || strings.TrimSpace(name) != name ||
			strings.ContainsFunc(name, unicode.IsControl) || !utf8.ValidString(name) {
			t.Errorf("FileName(%q) = %q", disposition, name)
		}
	})
}
