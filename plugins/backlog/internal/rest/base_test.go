package rest_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

func TestParseBase(t *testing.T) {
	for text, want := range map[string]string{
		"https://x.backlog.com":                  "https://x.backlog.com",
		"https://x.backlog.com/":                 "https://x.backlog.com",
		" https://x.backlog.com/api/v2/ ":        "https://x.backlog.com",
		"https://x.backlog.jp/api/v2":            "https://x.backlog.jp",
		"HTTPS://X.Backlog.Com":                  "https://x.backlog.com",
		"http://tracker:8080/backlog/":           "http://tracker:8080/backlog",
		"http://tracker:8080/backlog/api/v2":     "http://tracker:8080/backlog",
		"http://[::1]:8080":                      "http://[::1]:8080",
		"https://example.com/a%20b/%E8%AA%B2":    "https://example.com/a%20b/%E8%AA%B2",
		"https://example.com/api/v2/api/v2":      "https://example.com/api/v2",
		"https://example.com/backlog//api/v2///": "https://example.com/backlog",
	} {
		got, err := rest.ParseBase(text)
		if err != nil || got.String() != want {
			t.Errorf("ParseBase(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestParseBaseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "the address of the space is empty",
		"  ":                          "the address of the space is empty",
		"x.backlog.com":               "the address of the space has no https:// before it",
		"x.backlog.com:443/a":         "the address of the space has no https:// before it",
		"ftp://x.backlog.com":         `the address of the space begins with "ftp:", not with https:// or http://`,
		"https://":                    "the address of the space names no host",
		"https:///api/v2":             "the address of the space names no host",
		"https://:443":                "the address of the space names no host",
		"https://me:" + secret + "@h": `the address of the space has a user name before the host "h"`,
		"https://h/?apiKey=" + secret: `the address of the space at "h" goes on after its path, with ? or #`,
		"https://h/?":                 `the address of the space at "h" goes on after its path, with ? or #`,
		"https://h/#" + secret:        `the address of the space at "h" goes on after its path, with ? or #`,
		"https://h\x7f/" + secret:     "the address of the space is not a URL",
	} {
		got, err := rest.ParseBase(text)
		if err == nil || err.Error() != want || connector.KindOf(err) != connector.Invalid || connector.HintOf(err) == "" {
			t.Errorf("ParseBase(%q) = %v, %v, want the error %s", text, got, err, want)
		}
	}
}

func FuzzParseBase(f *testing.F) {
	for _, text := range []string{"https://x.backlog.com/api/v2/", "http://h:1/p%2Fq", "https://h/../api/v2", "h", "https://u:p@h"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		base, err := rest.ParseBase(text)
		if err != nil {
			return
		}
		again, err := rest.ParseBase(base.String())
		if err != nil && !strings.HasSuffix(base.Path, "/api/v2") {
			t.Fatalf("ParseBase(%q) = %s, which it refuses: %v", text, base, err)
		}
		if err == nil && !strings.HasSuffix(base.Path, "/api/v2") && again.String() != base.String() {
			t.Errorf("ParseBase(%q) = %s, and of this %s", text, base, again)
		}
		if _, err := url.Parse(base.JoinPath("/api/v2/space").String()); err != nil {
			t.Errorf("ParseBase(%q) = %s, below which there is nothing: %v", text, base, err)
		}
	})
}
