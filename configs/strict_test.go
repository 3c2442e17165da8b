package configs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/configs"
)

// TestReadSyntax has a mistake of each kind that YAML knows, each with its
// place. A value in the broken line is not shown.
func TestReadSyntax(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"colon in a value":      {"sources:\n  pt: token: hunter2\n", "2:12: not YAML: mapping values are not allowed in this context"},
		"colon in line 1":       {"a: b: hunter2\n", "1:5: not YAML: mapping values are not allowed in this context"},
		"deeper than its level": {"threads: 1\n format: csv\n", "2:8: not YAML: mapping values are not allowed in this context"},
		"between two levels":    {"sources:\n  pt:\n    connector: x\n   path: hunter2\n", "4:4: not YAML: did not find expected key"},
		"a tab":                 {"sources:\n\tpt: hunter2\n", "2:1: not YAML: a tab"},
		"a tab in line 1":       {"\tthreads: 1\n", "1:1: not YAML: a tab"},
		"an at sign":            {"format: @hunter2\n", "1:9: not YAML: found character that cannot start any token"},
		"after a mark, in CR LF": {
			"\ufeffthreads: 1\r\nformat: @hunter2\r\n", "2:9: not YAML: found character that cannot start any token",
		},
		"an open quote":          {"threads: 1\nformat: \"hunter2\n", "2:9: not YAML: found unexpected end of stream"},
		"text after a quote":     {"threads: 1\nformat: 'it's' hunter2\n", "2:13: not YAML: did not find expected key"},
		"an open bracket":        {"sources: {pt: {token: hunter2}\n", "1:10: not YAML: did not find expected ',' or '}'"},
		"a bracket too many":     {"format: ]\n", "1:9: not YAML: did not find expected node content"},
		"a key without colon":    {"threads: 1\nhunter2\nformat: csv\n", "2:1: not YAML: could not find expected ':'"},
		"a list among keys":      {"threads: 1\n- hunter2\n", "2:1: not YAML: did not find expected key"},
		"a hyphen in a value":    {"format: - hunter2\n", "1:9: not YAML: block sequence entries are not allowed in this context"},
		"an escape of no kind":   {`spill_folder: "C:\queue"` + "\n", "1:18: not YAML: found unknown escape character"},
		"no such anchor":         {"threads: 1\nformat: *hunter2\n", "2:9: not YAML: unknown anchor referenced"},
		"an anchor without name": {"format: &\n", "1:10: not YAML: did not find expected alphabetic or numeric character"},
		"a tag without handle":   {"format: !a!b hunter2\n", "1:9: not YAML: found undefined tag handle"},
		"another version":        {"%YAML 3.0\n---\nthreads: 1\n", "1:1: not YAML: found incompatible YAML document"},
		"not UTF-8":              {"threads: 1\nformat: \"課題\xff\"\n", "2:12: the file is not UTF-8"},
		"UTF-16":                 {"\xff\xfet\x00", "1:1: the file is not UTF-8"},
		"a control character":    {"threads: 1\r\nformat: \"\x1b\"\n", "2:10: the character U+001B is not allowed in YAML"},
		"an old Mac's lines":     {"threads: 1\rformat: \x00\r", "2:9: the character U+0000 is not allowed in YAML"},
		"in the second document": {"threads: 1\n---\nformat: @hunter2\n", "3:9: not YAML: found character that cannot start any token"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, test.in)
			got := mistakes(err)
			if len(got) == 0 {
				t.Fatalf("Read(%q) = nil, want %s", test.in, test.want)
			}
			text, hint, _ := strings.Cut(got[len(got)-1], " | ")
			if text != "trackql.yaml:"+test.want || hint == "" {
				t.Errorf("Read(%q) = %s | %s, want %s and a hint", test.in, text, hint, test.want)
			}
			if strings.Contains(fmt.Sprint(got), "hunter2") {
				t.Errorf("Read(%q) = %s, which shows the value", test.in, got)
			}
		})
	}
}

// TestReadPastSyntax tells the mistakes around a place that is no YAML, too.
func TestReadPastSyntax(t *testing.T) {
	tests := map[string]struct {
		in   string
		want []string // the beginnings of the messages, without the file
	}{
		"one entry is left out": {
			"treads: 1\nsources:\n  a: b: c\n  # so far\n  main: {connector: x}\nviews:\n  v:\n",
			[]string{"1:1: there is no key", "3:7: not YAML", "5:3: a source may not be called main", `7:3: the view "v"`},
		},
		"with all below it": {
			"sources:\n  a:\n    connector: x\n    path: @\n    more: 1\n  main: {connector: x}\n",
			[]string{"4:11: not YAML", "6:3: a source may not be called main"},
		},
		"several": {
			"threads: @\nsources:\n  a: `\n  b: {path: x}\nformat: b: c\nthreads: -1\n",
			[]string{"1:10: not YAML", "3:6: not YAML", "4:3: source b names no connector", "5:10: not YAML", "6:10: threads"},
		},
		"a quote that swallows what follows": {
			"treads: 1\nformat: \"csv\nencoding: utf\nviews: \"\"\nthreads: -1\n",
			[]string{"1:1: there is no key", "4:9: not YAML"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, test.in)
			got := mistakes(err)
			for i := range got {
				got[i] = strings.TrimPrefix(got[i], "trackql.yaml:")
				if i < len(test.want) {
					got[i] = got[i][:min(len(got[i]), len(test.want[i]))]
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Read(%q) (-want +got):\n%s", test.in, diff)
			}
		})
	}
}

// TestReadStrict has what YAML takes and a configuration does not.
func TestReadStrict(t *testing.T) {
	tests := map[string]struct {
		in   string
		want []string
	}{
		"a list for a key": {"? [a]\n: b\n", []string{
			"trackql.yaml:1:3: a key is a list, not text | Write one KEY: VALUE a line.",
		}},
		"an empty key": {"sources: {'': {connector: x}}\n", []string{
			"trackql.yaml:1:11: a key is empty | Write KEY: VALUE.",
		}},
		"a tag": {"format: !hunter2 csv\nthreads: !!int 1\n", []string{
			"trackql.yaml:1:9: a tag, which means nothing here | Leave it out; put a value that begins with an exclamation mark into quotes.",
			"trackql.yaml:2:10: a tag, which means nothing here | Leave it out; put a value that begins with an exclamation mark into quotes.",
		}},
		"the connector twice": {"sources:\n  pt: {connector: x, CONNECTOR: y}\n", []string{
			`trackql.yaml:2:22: the key CONNECTOR is given twice: keys are compared without regard to case, spaces and underscores | The first one is connector in line 2.`,
		}},
		"an option twice": {"sources:\n  pt: {connector: x, page_size: 1, Page Size: 2}\n", []string{
			`trackql.yaml:2:36: the key Page Size is given twice: keys are compared without regard to case, spaces and underscores | The first one is page_size in line 2.`,
		}},
		"no blank after the colon": {"format:hunter2: 1\nsources: {'token:hunter2': 1, 'token:hunter2': 2}\n", []string{
			`trackql.yaml:1:1: there is no key "format…" | Write KEY: VALUE, with a blank after the colon.`,
			`trackql.yaml:2:11: "token…" is no name of a source | Write KEY: VALUE, with a blank after the colon.`,
			`trackql.yaml:2:11: source token… names no connector | Add connector: NAME, such as connector: scarab.`,
			`trackql.yaml:2:28: source token… holds one value, not keys with values | Write one KEY: VALUE a line.`,
			`trackql.yaml:2:31: the source token… is given twice, first in line 2 | Leave one of them out.`,
			`trackql.yaml:2:31: "token…" is no name of a source | Write KEY: VALUE, with a blank after the colon.`,
			`trackql.yaml:2:31: source token… names no connector | Add connector: NAME, such as connector: scarab.`,
			`trackql.yaml:2:48: source token… holds one value, not keys with values | Write one KEY: VALUE a line.`,
		}},
		"merges": {"sources:\n  a: &a {connector: x, <<: {b: 1}}\n  c: {<<: *a}\n  d: {connector: x, <<: [*a]}\n  e: {connector: x, <<: {b: 1}, <<: {c: 1}}\n", []string{
			`trackql.yaml:3:11: << of a mapping that merges another | Merge the keys themselves.`,
			`trackql.yaml:4:25: << holds a list | Write <<: *NAME of one mapping.`,
			`trackql.yaml:5:33: << is given twice | Merge one mapping, and write the other keys.`,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, test.in)
			if diff := cmp.Diff(test.want, mistakes(err)); diff != "" {
				t.Errorf("Read(%q) (-want +got):\n%s", test.in, diff)
			}
		})
	}
}

// TestReadMergeInAnotherSpelling lets a source's own key win over a merged one.
func TestReadMergeInAnotherSpelling(t *testing.T) {
	got, err := read(t, "sources:\n  a: &a {connector: x, page_size: 1}\n  b: {<<: *a, PageSize: 2}\n")
	if err != nil {
		t.Fatal(err)
	}
	if text, want := got.Sources[1].String(), "b=x:PageSize=2"; text != want {
		t.Errorf("source b = %s, want %s", text, want)
	}
}

// TestReadBounds refuses at once what would take long or much memory.
func TestReadBounds(t *testing.T) {
	var merges strings.Builder
	merges.WriteString("sources:\n  a: &a\n    connector: x\n")
	for i := range 1000 {
		fmt.Fprintf(&merges, "    k%d: 1\n", i)
	}
	for i := range 5000 {
		fmt.Fprintf(&merges, "  s%d: {<<: *a}\n", i)
	}
	tests := map[string]struct{ in, want string }{
		"long":           {strings.Repeat("# comment\n", 110_000), `trackql\.yaml:1:1: the file is longer than 1 MiB \| .+`},
		"deep":           {"format: " + strings.Repeat("[", 20_000), `trackql\.yaml:1:\d+: not YAML: exceeded max depth of 10000 \| .+`},
		"deep by blanks": {strings.Repeat("- ", 20_000), `trackql\.yaml:1:\d+: not YAML: exceeded max depth of 10000 \| .+`},
		"many merges":    {merges.String(), `trackql\.yaml:\d+:\d+: the file has more than 10000 keys \| .+`},
		"broken lines":   {strings.Repeat("a: @\n", 50_000), `trackql\.yaml:1:4: not YAML: .+ \| .+`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			config, err := read(t, test.in)
			got := mistakes(err)
			if len(got) == 0 || len(got) > 20 || !regexp.MustCompile("^"+test.want+"$").MatchString(got[0]) {
				t.Errorf("Read = %.300q, want %s", got, test.want)
			}
			settings := 0
			for _, source := range config.Sources {
				settings += len(source.Settings)
			}
			if settings > 10_000 {
				t.Errorf("Read gives %d settings", settings)
			}
		})
	}
}

// located is a message with its line and column, and a hint.
var located = regexp.MustCompile(`(?s)^:\d+:\d+: .+ \| .+$`)

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"sources: {pt: {connector: scarab, path: a}}\nviews: {v: SELECT 1}\nthreads: 1\n",
		"a: &a {<<: *a}\n", "sources: &a\n  b: *a\n", "? [a]\n: b\n", "a: !!null x\n*a : b\n",
		"sources:\n  pt: a: b\n  q: \"x\n", "\ufeff---\r\n...\r\n", "a: @\n--- |\n b\n", "%TAG ! !\n", "a:\x85 b\u2028c: @",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "trackql.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := configs.Read(path, lookup)
		for _, mistake := range mistakes(err) {
			if rest, ok := strings.CutPrefix(mistake, path); !ok || !located.MatchString(rest) {
				t.Errorf("Read(%q): %s, without its line, its column or a hint", text, mistake)
			}
		}
	})
}
