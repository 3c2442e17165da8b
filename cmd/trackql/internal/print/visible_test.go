package print_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
)

func TestWrap(t *testing.T) {
	tests := map[string]struct {
		in    string
		width int
		want  []string
	}{
		"fits":             {"a b", 3, texts("a b")},
		"at blanks":        {"the quick brown fox", 10, texts("the quick", "brown fox")},
		"exactly":          {"the quick brown", 9, texts("the quick", "brown")},
		"no blank":         {"abcdefgh ij", 5, texts("abcde", "fgh", "ij")},
		"lines":            {"a\n\nbcd", 2, texts("a", "", "bc", "d")},
		"wide":             {"更新後に表示", 5, texts("更新", "後に", "表示")},
		"wider than lines": {"更新", 1, texts("更", "新")},
		"any width":        {"a\nb c", 0, texts("a", "b c")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := print.Wrap(test.in, test.width)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Wrap(%q, %d) (-want +got):\n%s", test.in, test.width, diff)
			}
		})
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("the quick 更新後 👩‍👩‍👧 fox\n\x1b", 5)
	f.Fuzz(func(t *testing.T, text string, width int) {
		text = print.Visible(text)
		for _, line := range print.Wrap(text, width) {
			if n := print.Width(line); width > 1 && n > width && n > 2 {
				t.Errorf("Wrap(%q, %d): the line %q takes %d columns", text, width, line, n)
			}
		}
	})
}
