package xmlread_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/internal/xmlread"
)

// ours returns the elements and texts of a document as this package reads it.
func ours(document []byte) ([]string, error) {
	r := xmlread.New(bytes.NewReader(document), xmlread.Config{
		Policy: xmlread.Strict, Limits: xmlread.Limits{Depth: 1 << 20, Name: 4096, Entities: 1 << 16},
	})
	var all []string
	for {
		event, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return all, err
		case event == xmlread.Start:
			all = append(all, "<"+string(r.RawName())+">")
		default:
			all = append(all, fmt.Sprintf("</%s> %q", r.RawName(), r.Text()))
		}
	}
}

// theirs does so with encoding/xml.
func theirs(document []byte) ([]string, error) {
	type open struct {
		name, text, run string
		children        bool
	}
	d := xml.NewDecoder(bytes.NewReader(document))
	stack := []open{{}}
	var all []string
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) && len(stack) == 1 {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		top := &stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			if strings.Trim(top.run, " \t\r\n") != "" {
				top.text += top.run
			}
			top.run, top.children = "", true
			stack = append(stack, open{name: rawName(token.Name)})
			all = append(all, "<"+rawName(token.Name)+">")
		case xml.EndElement:
			if rawName(token.Name) != top.name || len(stack) == 1 {
				return all, errors.New("unbalanced")
			}
			if !top.children || strings.Trim(top.run, " \t\r\n") != "" {
				top.text += top.run
			}
			all = append(all, fmt.Sprintf("</%s> %q", top.name, top.text))
			stack = stack[:len(stack)-1]
			stack[len(stack)-1].run = ""
		case xml.CharData:
			top.run += string(token)
		}
	}
}

func rawName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// lax are the errors of this package in documents that encoding/xml takes, each
// with one such document.
var lax = []struct{ message, example string }{
	{`^attribute .* is given twice`, `<a b="" b=""/>`},
	{`in the tag .*: expected white space, ">" or "/>"`, `<a b=""c=""/>`},
	{`(before|behind) the root element`, `<a/>x`},
	{`the document (is empty|has no root element)`, `<!-- -->`},
	{`XML declaration`, `<?xml version="1.0" encoding="UTF-8" lang=""?><a/>`},
	{`processing instruction`, `<a><?b"?></a>`},
	{`"<!" begins neither`, `<a><!b></a>`},
	{`document type declaration|<!(ENTITY|ELEMENT|ATTLIST|NOTATION)|the value of entity|parameter entit|public identifier`, `<!DOCTYPE a b><a/>`},
	{`^XML forbids the character U\+(D[89A-F]|11)`, `<a>&#xD800;</a>`},
	{`^XML forbids the character U\+`, "<a><!-- \x01 --></a>"},
}

// strict are the errors of encoding/xml in documents that this package takes.
var strict = []struct{ message, example string }{
	{`^XML syntax error on line \d+: invalid XML name`, "<\u2c00/>"},
	{`expected element name after <|expected attribute name in element|invalid character entity`, `<a:b:c/>`},
	{`unsupported version`, `<?xml version="1.1"?><a/>`},
	{`invalid character entity`, `<!DOCTYPE a [<!ENTITY b "">]><a>&b;</a>`},
}

func TestKnownDifferences(t *testing.T) {
	for _, known := range lax {
		_, err := ours([]byte(known.example))
		if err == nil || !matches(known.message, err) {
			t.Errorf("ours(%q) = %v, want %s", known.example, err, known.message)
		}
		if _, err := theirs([]byte(known.example)); err != nil {
			t.Errorf("theirs(%q) = %v, want none: the difference is gone", known.example, err)
		}
	}
	for _, known := range strict {
		if _, err := ours([]byte(known.example)); err != nil {
			t.Errorf("ours(%q) = %v", known.example, err)
		}
		if _, err := theirs([]byte(known.example)); err == nil || !matches(known.message, err) {
			t.Errorf("theirs(%q) = %v, want %s: the difference is gone", known.example, err, known.message)
		}
	}
}

func matches(pattern string, err error) bool {
	found, err := regexp.MatchString(pattern, message(err))
	return found && err == nil
}

// message is an error's text without its place.
func message(err error) string {
	text := err.Error()
	if cause := errors.Unwrap(err); cause != nil {
		text = cause.Error()
	}
	return text
}

// agree compares both readings of a document, but for known differences.
func agree(t *testing.T, document []byte) {
	t.Helper()
	a, ourErr := ours(document)
	b, theirErr := theirs(document)
	known := lax
	err := ourErr
	switch {
	case ourErr == nil && theirErr == nil:
		if diff := cmp.Diff(b, a); diff != "" {
			t.Errorf("%q (-encoding/xml +xmlread):\n%s", document, diff)
		}
		return
	case ourErr != nil && theirErr != nil:
		return
	case theirErr != nil:
		known, err = strict, theirErr
	}
	for _, k := range known {
		if matches(k.message, err) {
			return
		}
	}
	t.Errorf("%q: xmlread says %v, encoding/xml %v", document, ourErr, theirErr)
}

// TestOracle reads real exports, and our own in the benchmark, both ways.
func TestOracle(t *testing.T) {
	agree(t, export(3, "en"))
	agree(t, export(3, "ja"))
	for _, name := range []string{"interdependencies.xml", "test-issues-cvs.xml"} {
		document := sample(t, name)
		agree(t, document)
		agree(t, bytes.ReplaceAll(document, []byte("\n"), []byte("\r\n")))
	}
}

// sample returns a file of the sample exports.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	folder := os.Getenv("TRACKQL_TESTDATA")
	if folder == "" {
		t.Skip("TRACKQL_TESTDATA is not set: it names the folder that holds scarab/" + name)
	}
	document, err := os.ReadFile(filepath.Join(folder, "scarab", name))
	if err != nil {
		t.Fatal(err)
	}
	return document
}
