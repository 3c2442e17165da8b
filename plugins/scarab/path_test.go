package scarab_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

func TestPath(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"a.xml": document(""), "b.XML": document(""), "c.xml.gz": document(""), ".hidden.xml": "x", "notes.txt": document(""),
		"deep/d.xml": document(""), "deep/e.xml": document(""), "[odd].xml": document(""),
	} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(pack(t, "testdata/plain.xml"), filepath.Join(folder, "z.xml.gz")); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		path string
		want []string
	}{
		"a file":                          {"a.xml", []string{"a.xml"}},
		"a file of another name":          {"notes.txt", []string{"notes.txt"}},
		"a gzipped file":                  {"z.xml.gz", []string{"z.xml.gz"}},
		"a name of gzip for plain text":   {"c.xml.gz", []string{"c.xml.gz"}},
		"a folder":                        {"", []string{"[odd].xml", "a.xml", "b.XML", "c.xml.gz", "z.xml.gz"}},
		"a pattern":                       {"*.xml", []string{"[odd].xml", "a.xml"}},
		"a pattern of folders":            {"d*/*.xml", []string{"deep/d.xml", "deep/e.xml"}},
		"a pattern below a folder":        {"deep/[d-e].xml", []string{"d.xml", "e.xml"}},
		"a file whose name is no pattern": {"[odd].xml", []string{"[odd].xml"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := open(t, "Path="+filepath.Join(folder, filepath.FromSlash(test.path)))
			if diff := cmp.Diff(test.want, rows(t, src, "Modules", "File")); diff != "" {
				t.Errorf("Modules.File (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPathErrors(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"scarab-issues.xml", "empty/notes.txt"} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct {
		path       string
		kind       connector.Kind
		text, hint string
	}{
		"no such file": {"scarab-isues.xml", connector.NotFound, "Path: FOLDER/scarab-isues.xml is not there", "Did you mean FOLDER/scarab-issues.xml?"},
		"nothing like it": {
			"x.xml", connector.NotFound, "Path: FOLDER/x.xml is not there",
			"Path names a file, a folder, or a pattern such as FOLDER/*.xml.",
		},
		"no such folder": {"there/x.xml", connector.NotFound, "Path: FOLDER/there/x.xml is not there", "The folder FOLDER/there is not there either."},
		"a folder without exports": {
			"empty", connector.NotFound, "Path: the folder FOLDER/empty holds no file *.xml or *.xml.gz",
			"Name the file itself, or a pattern such as FOLDER/empty/*.txt.",
		},
		"a pattern without a match": {
			"*.xm", connector.NotFound, "Path: no file matches FOLDER/*.xm",
			"In a pattern, * stands for any characters of one name, not for folders.",
		},
		"a pattern that is none": {"[a.xml", connector.Invalid, "Path: the pattern FOLDER/[a.xml: syntax error in pattern", `Close every "[" with "]".`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := tryOpen(t.Context(), nil, "Path="+filepath.Join(folder, test.path))
			if kind := connector.KindOf(err); err == nil || kind != test.kind {
				t.Fatalf("Open = %v of kind %s, want kind %s", err, kind, test.kind)
			}
			plain := strings.NewReplacer(folder, "FOLDER", `\`, "/")
			if got := plain.Replace(err.Error()); got != test.text {
				t.Errorf("the error is %q, want %q", got, test.text)
			}
			if got := plain.Replace(connector.HintOf(err)); got != test.hint {
				t.Errorf("the hint is %q, want %q", got, test.hint)
			}
		})
	}
}

func TestOptionErrors(t *testing.T) {
	tests := map[string]string{
		"no path":             "",
		"an unknown choice":   "Path=testdata/plain.xml;Validate=maybe",
		"an unknown version":  "Path=testdata/plain.xml;Dtd=1.0",
		"an unknown encoding": "Path=testdata/plain.xml;Encoding=EBCDIK",
		"an unknown zone":     "Path=testdata/plain.xml;Timezone=Asia/Edo",
		"an unknown key":      "Path=testdata/plain.xml;Encode=UTF-8",
	}
	for name, settings := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := tryOpen(t.Context(), nil, settings)
			if err != nil && strings.Contains(err.Error(), ":1:") {
				t.Errorf("Open(%s) = %v, want an error without a place", settings, err)
			}
			if connector.KindOf(err) != connector.Invalid || connector.HintOf(err) == "" {
				t.Errorf("Open(%s) = %v of kind %s, hint %q, want kind invalid and a hint", settings, err, connector.KindOf(err), connector.HintOf(err))
			}
		})
	}
}
