package oauth_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/oauth"
)

// FuzzReadCode takes what a person copies: a code comes alone, or from an answer
// with the right state, and nothing that was entered is in an error.
func FuzzReadCode(f *testing.F) {
	const state = "STATE"
	for _, line := range []string{
		"", "code", " 'code'\n", "http://localhost:33333/?code=a&state=STATE", "http://localhost:33333/?code=a&state=OTHER",
		"code=a&state=STATE#x", "?error=access_denied&state=STATE", "?a=1?code=a&state=STATE", "code=%zz", "a b", "=", "?;", "code=\x00&state=STATE",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		code, err := oauth.ReadCode(line, state)
		if err != nil {
			if connector.HintOf(err) == "" || code != "" {
				t.Errorf("readCode(%q) = %q, %v without a hint", line, code, err)
			}
			return
		}
		if code == "" {
			t.Errorf("readCode(%q) = nothing, and no error", line)
		}
		alone := !strings.ContainsAny(code, "=?& \t/:#") && strings.Contains(line, code) && !strings.Contains(line, "=")
		if !alone && !strings.Contains(line, "state="+state) && !strings.Contains(unescape(line), "state="+state) {
			t.Errorf("readCode(%q) = %q of another sign-in", line, code)
		}
	})
}

func unescape(text string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		return text
	}
	return plain
}
