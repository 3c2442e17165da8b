package connector_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
)

func TestQuoteName(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain":           {"Issues", "Issues"},
		"digits":          {"_a1", "_a1"},
		"digit first":     {"1a", `"1a"`},
		"empty":           {"", `""`},
		"space":           {"Assigned to", `"Assigned to"`},
		"quote":           {`a"b`, `"a""b"`},
		"dot":             {"a.b", `"a.b"`},
		"hyphen":          {"due-date", `"due-date"`},
		"Japanese":        {"担当者", `"担当者"`},
		"full width":      {"Ｉｄ", `"Ｉｄ"`},
		"accent":          {"é", `"é"`},
		"reserved":        {"order", `"order"`},
		"in any case":     {"ORDER", `"ORDER"`},
		"name of a join":  {"Left", `"Left"`},
		"by":              {"By", `"By"`},
		"not a keyword":   {"orders", "orders"},
		"a type's name":   {"Date", "Date"},
		"a soft keyword":  {"Key", "Key"},
		"another of them": {"Type", "Type"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := connector.QuoteName(test.in); got != test.want {
				t.Errorf("QuoteName(%q) = %s, want %s", test.in, got, test.want)
			}
		})
	}
}

func FuzzQuoteName(f *testing.F) {
	for _, seed := range []string{"", "a", `"`, "a b", "select", "担当者", "a\x00", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		quoted := connector.QuoteName(name)
		inner, ok := strings.CutPrefix(quoted, `"`)
		if !ok {
			if quoted != name || strings.ContainsAny(quoted, " \t\n;'\"().,-+*/") {
				t.Fatalf("QuoteName(%q) = %s: not quoted, and not a plain name", name, quoted)
			}
			return
		}
		if got := strings.ReplaceAll(strings.TrimSuffix(inner, `"`), `""`, `"`); got != name {
			t.Fatalf("QuoteName(%q) = %s: reads back as %q", name, quoted, got)
		}
	})
}

func TestQuoteText(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain":     {"a", "'a'"},
		"empty":     {"", "''"},
		"quote":     {"'", "''''"},
		"injection": {"'; DROP TABLE x; --", "'''; DROP TABLE x; --'"},
		"backslash": {`\'`, `'\'''`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := connector.QuoteText(test.in); got != test.want {
				t.Errorf("QuoteText(%q) = %s, want %s", test.in, got, test.want)
			}
		})
	}
}

// TestUnknownNumbers shows a number that is none of its set, and does not panic.
func TestUnknownNumbers(t *testing.T) {
	tests := map[string]fmt.Stringer{
		"kind(200)": connector.Kind(200), "operator(12)": connector.Operator(12), "grade(3)": connector.Grade(3),
		"completeness(3)": connector.Completeness(3), "result(4)": connector.Result(4),
		"value kind(11)": connector.ValueKind(11), "option type(255)": connector.OptionType(255),
	}
	for want, number := range tests {
		if got := number.String(); got != want {
			t.Errorf("String() = %q, want %q", got, want)
		}
	}
}
