package xmlread_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden reads the documents of testdata/*.txtar and compares what comes of
// each, event by event, with what is written behind it. A file that ends in
// .quoted holds Go string literals, one a line. "model" holds content models
// for the whole archive; its comment names the policies.
func TestGolden(t *testing.T) {
	for _, path := range archives(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := &txtar.Archive{Comment: archive.Comment}
			for _, c := range cases(t, archive) {
				got.Files = append(got.Files, c.file)
				if !c.document {
					continue
				}
				want := strings.TrimSuffix(strings.TrimSuffix(c.file.Name, ".quoted"), ".xml") + ".want"
				got.Files = append(got.Files, txtar.File{Name: want, Data: []byte(c.describe(xmlread.New))})
			}
			if *update {
				if err := os.WriteFile(path, txtar.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(txtar.Format(archive)), string(txtar.Format(got))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

func archives(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("Glob(testdata/*.txtar) = %v, %v", paths, err)
	}
	return paths
}

// golden is one file of an archive.
type golden struct {
	file     txtar.File
	document bool
	data     []byte
	model    *xmlread.Model
	policies []xmlread.Policy
}

// cases returns the files of an archive that are not results.
func cases(t testing.TB, archive *txtar.Archive) []golden {
	t.Helper()
	var all []golden
	base := golden{policies: []xmlread.Policy{xmlread.Forgive}}
	if bytes.Contains(archive.Comment, []byte("all policies")) {
		base.policies = []xmlread.Policy{xmlread.Forgive, xmlread.Strict, xmlread.Loose}
	}
	for _, file := range archive.Files {
		c := base
		c.file, c.data, c.document = file, file.Data, true
		switch {
		case strings.HasSuffix(file.Name, ".want"):
			continue
		case file.Name == "model":
			c.document = false
			m, err := xmlread.CompileModel(string(file.Data))
			if err != nil {
				t.Fatal(err)
			}
			base.model = m
		case strings.HasSuffix(file.Name, ".quoted"):
			c.data = unquote(t, file.Data)
		}
		all = append(all, c)
	}
	return all
}

func unquote(t testing.TB, data []byte) []byte {
	t.Helper()
	var text []byte
	for line := range strings.Lines(string(data)) {
		s, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("Unquote(%s): %v", line, err)
		}
		text = append(text, s...)
	}
	return text
}

// newReader makes a reader in one way or another.
type newReader func(io.Reader, xmlread.Config) *xmlread.Reader

// describe reads the document under each policy.
func (c golden) describe(reader newReader) string {
	var b strings.Builder
	for _, policy := range c.policies {
		if len(c.policies) > 1 {
			fmt.Fprintf(&b, "%s:\n", policy)
		}
		cfg := xmlread.Config{Policy: policy, Limits: xmlread.Limits{Name: 80}}
		if c.model != nil {
			cfg.Model = func(*xmlread.Doctype) *xmlread.Model { return c.model }
		}
		b.WriteString(describe(reader, bytes.NewReader(c.data), cfg))
	}
	return b.String()
}

// describe writes what a document holds, one event, warning or error a line.
func describe(reader newReader, in io.Reader, cfg xmlread.Config) string {
	var b strings.Builder
	cfg.Warn = func(w xmlread.Warning) {
		fmt.Fprintf(&b, "%s warning %s: %s\n", position(w.Place), w.Code, w.Text)
	}
	r := reader(in, cfg)
	for {
		event, err := r.Next()
		if err != nil {
			describeEnd(&b, r, err)
			return b.String()
		}
		indent := strings.Repeat("  ", r.Depth())
		switch event {
		case xmlread.Start:
			fmt.Fprintf(&b, "%s%s<%s>\n", position(r.Place()), indent, r.RawName())
		case xmlread.End:
			fmt.Fprintf(&b, "%s%s</%s>", position(r.Place()), indent, r.RawName())
			if len(r.Text()) > 0 {
				fmt.Fprintf(&b, " %q", r.Text())
			}
			b.WriteString("\n")
		}
	}
}

func describeEnd(b *strings.Builder, r *xmlread.Reader, err error) {
	if errors.Is(err, io.EOF) {
		line, ok := r.Validated()
		if ok {
			fmt.Fprintf(b, "valid up to line %d\n", line)
		}
		fmt.Fprintf(b, "%s end\n", position(r.Place()))
		return
	}
	describeErr(b, err)
}

func describeErr(w io.Writer, err error) {
	var e *connector.Error
	if !errors.As(err, &e) {
		fmt.Fprintf(w, "error %v, which is no connector.Error\n", err)
		return
	}
	fmt.Fprintf(w, "%s error (%s): %s\n", position(e.Place), e.Kind, e.Err)
	if errors.Is(err, xmlread.ErrInvalid) {
		fmt.Fprintln(w, "    not valid")
	}
	if e.Hint != "" {
		fmt.Fprintf(w, "    hint: %s\n", e.Hint)
	}
}

func position(p connector.Place) string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }
