package markdown

import (
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
)

// FuzzParse checks that whatever is in a file is an issue or an error with its
// place, and that searching the file finds all that bySearch is declared for.
func FuzzParse(f *testing.F) {
	f.Add("---\ntitle: t\nlabels: [a, b]\ncreated: 2026-03-01\n---\nbody\r\n\n## Comments\n### a, 2026-03-01\ntext\n### b\n")
	f.Add("\uFEFF---\ntitle: \"\\u00e9\"\ndue: 2026-03-01\n...\n---\n## Comments\nstray\n")
	f.Add("---\n? [a]\n: b\ntitle: &x [*x]\n---")
	f.Fuzz(func(t *testing.T, text string) {
		i, err := parse(file{path: "A-1.md", name: "A-1.md", id: "A-1"}, text, time.UTC, func(string, connector.Place, string) {})
		if err != nil {
			if connector.KindOf(err) != connector.Corrupt || connector.HintOf(err) == "" || !strings.HasPrefix(err.Error(), "A-1.md") {
				t.Errorf("parse(%q) = %v of kind %s, want its file and a hint", text, err, connector.KindOf(err))
			}
			return
		}
		searched := []connector.Value{i.body}
		for _, c := range i.comments {
			searched = append(searched, c.text)
		}
		for _, v := range searched {
			if !strings.Contains(text, v.Text()) {
				t.Errorf("parse(%q) gives %v, which is not in the file", text, v)
			}
		}
	})
}
