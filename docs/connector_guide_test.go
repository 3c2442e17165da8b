package docs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// guide is the guide to writing connectors.
const guide = "docs/write-a-connector.md"

// quotation is a block of the guide that stands in a file of the repository.
var quotation = regexp.MustCompile("(?ms)^(?:<!-- (\\S+) -->\n)?```(go|text)\n(.*?)^```$")

// TestGuideQuotes checks that every piece of Go is one of a file that is
// compiled, and that what programs say is what they said to a test. Output of a
// command is checked by TestGuideCommands.
func TestGuideQuotes(t *testing.T) {
	for _, match := range quotation.FindAllStringSubmatch(read(t, guide), -1) {
		file, language, text := match[1], match[2], match[3]
		first, _, _ := strings.Cut(text, "\n")
		switch {
		case file != "" && !strings.Contains(read(t, file), text):
			t.Errorf("the block %q… does not stand in %s", first, file)
		case file == "" && language == "go":
			t.Errorf("the block %q… does not name its file in a comment before it", first)
		}
	}
}

// TestGuideChecks checks that the guide explains every check of the suite.
func TestGuideChecks(t *testing.T) {
	var want, got []string
	for _, check := range connectortest.Checks() {
		want = append(want, check.Name+": "+check.Promise)
	}
	_, text, _ := strings.Cut(read(t, guide), "| check | promise |")
	text, _, _ = strings.Cut(text, "\n\n")
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| (.*?) \\| .{20,} \\|$").FindAllStringSubmatch(text, -1) {
		got = append(got, row[1]+": "+row[2])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checks (-suite +guide):\n%s", diff)
	}
}

// TestGuideKinds checks that the guide explains every kind of errors.
func TestGuideKinds(t *testing.T) {
	text := read(t, guide)
	for kind := connector.Kind(0); !strings.Contains(kind.String(), "("); kind++ {
		name := strings.ReplaceAll(kind.String(), " ", "")
		row := fmt.Sprintf(`(?mi)^\| %s \| .{20,} \|$`, name)
		if !regexp.MustCompile(row).MatchString(text) {
			t.Errorf("the guide does not explain the kind %q", kind)
		}
	}
}
