package xmlread_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

const nested = `<a>
  <b>one<c>two</c><d/>&#33;</b>
  <e>three</e>
</a>`

func TestSkip(t *testing.T) {
	names := xmlread.NewNames("a", "b", "c", "d", "e", "b")
	for _, skip := range []string{"a", "b", "c", "d", "e"} {
		t.Run(skip, func(t *testing.T) {
			r := xmlread.New(strings.NewReader(nested), xmlread.Config{Names: names})
			var got []string
			for {
				event, err := r.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, fmt.Sprintf("%s %d %s %q", event, r.Name(), r.RawName(), r.Text()))
				if event == xmlread.Start && r.Name() == names.ID(skip) {
					depth := r.Depth()
					if err := r.Skip(); err != nil {
						t.Fatal(err)
					}
					if r.Name() != names.ID(skip) || string(r.RawName()) != skip || len(r.Text()) > 0 || r.Depth() != depth {
						t.Errorf("after Skip: %d %s %q at depth %d", r.Name(), r.RawName(), r.Text(), r.Depth())
					}
				}
			}
			want := map[string][]string{
				"a": {`start 1 a ""`},
				"b": {`start 1 a ""`, `start 2 b ""`, `start 5 e ""`, `end 5 e "three"`, `end 1 a ""`},
				"c": {
					`start 1 a ""`, `start 2 b ""`, `start 3 c ""`, `start 4 d ""`, `end 4 d ""`, `end 2 b "one!"`,
					`start 5 e ""`, `end 5 e "three"`, `end 1 a ""`,
				},
				"d": {
					`start 1 a ""`, `start 2 b ""`, `start 3 c ""`, `end 3 c "two"`, `start 4 d ""`, `end 2 b "one!"`,
					`start 5 e ""`, `end 5 e "three"`, `end 1 a ""`,
				},
				"e": {
					`start 1 a ""`, `start 2 b ""`, `start 3 c ""`, `end 3 c "two"`, `start 4 d ""`, `end 4 d ""`,
					`end 2 b "one!"`, `start 5 e ""`, `end 1 a ""`,
				},
			}[skip]
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSkipChecks(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"well-formedness": {"<a>\n<b>x</c></a>", "2:5: </c> closes <b>, opened at line 2: expected </b>"},
		"text":            {"<a><b>]]></b></a>", `1:7: "]]>" stands in the text of <b>: expected "]]&gt;"`},
		"references":      {"<a><b>&x;</b></a>", "1:7: entity &x; is not declared"},
		"the model":       {"<a><b/><b/></a>", "1:8: <b> is not expected here in <a>: expected </a>"},
		"its end":         {"<a></a>", "1:4: <a> ends too early: expected <b>"},
		"the input's end": {"<a><b>x", "1:8: the document ends inside <b>, opened at line 1: expected </b>"},
	}
	m, err := xmlread.CompileModel("a (b)\nb TEXT")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := xmlread.New(strings.NewReader(test.in), xmlread.Config{Name: "f", Model: func(*xmlread.Doctype) *xmlread.Model { return m }})
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
			if err := r.Skip(); err == nil || err.Error() != "f:"+test.want {
				t.Errorf("Skip() = %v, want f:%s", err, test.want)
			}
		})
	}
}

func TestSkipWithoutStart(t *testing.T) {
	r := xmlread.New(strings.NewReader("<a><b/></a>"), xmlread.Config{})
	if r.Name() != 0 || r.RawName() != nil || r.Depth() != 0 {
		t.Errorf("before Next: %d %q at depth %d", r.Name(), r.RawName(), r.Depth())
	}
	if err := r.Skip(); connector.KindOf(err) != connector.Internal || err == nil {
		t.Errorf("Skip() before Next = %v, want an internal error", err)
	}
	for range 3 { // <a>, <b>, </b>
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Skip(); connector.KindOf(err) != connector.Internal || err == nil {
		t.Errorf("Skip() at an end = %v, want an internal error", err)
	}
	if event, err := r.Next(); event != xmlread.End || string(r.RawName()) != "a" || err != nil {
		t.Errorf("Next() after it = %s %s, %v, want the end of a", event, r.RawName(), err)
	}
}

// TestSkipIgnoresTextLimit skips what could not be read.
func TestSkipIgnoresTextLimit(t *testing.T) {
	r := xmlread.New(strings.NewReader("<a><b>123456&#55;</b></a>"), xmlread.Config{Limits: xmlread.Limits{Text: 5}})
	for range 2 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Skip(); err != nil {
		t.Errorf("Skip() = %v", err)
	}
}

// TestTextAroundSkip has text on both sides of what is skipped.
func TestTextAroundSkip(t *testing.T) {
	long := strings.Repeat("long ", 50_000)
	r := xmlread.New(strings.NewReader("<a>"+long+"<b>x</b>"+long+"</a>"), xmlread.Config{})
	for range 2 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Skip(); err != nil {
		t.Fatal(err)
	}
	if event, err := r.Next(); event != xmlread.End || string(r.Text()) != long+long || err != nil {
		t.Errorf("Next() = %s with %d bytes, %v, want %d", event, len(r.Text()), err, 2*len(long))
	}
}

func TestDoctype(t *testing.T) {
	tests := map[string]struct {
		in   string
		want *xmlread.Doctype
	}{
		"none":   {"<a/>", nil},
		"bare":   {"<!DOCTYPE a><a/>", &xmlread.Doctype{Root: "a", Place: place(1, 1)}},
		"system": {"<!-- -->\n <!DOCTYPE a\nSYSTEM 'http://x/y.dtd' ><a/>", &xmlread.Doctype{Root: "a", SystemID: "http://x/y.dtd", Place: place(2, 2)}},
		"public": {`<!DOCTYPE a PUBLIC "-//x//y" "z"[]><a/>`, &xmlread.Doctype{Root: "a", PublicID: "-//x//y", SystemID: "z", Place: place(1, 1)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			asked := 0
			r := xmlread.New(strings.NewReader(test.in), xmlread.Config{Name: "f", Model: func(d *xmlread.Doctype) *xmlread.Model {
				asked++
				if diff := cmp.Diff(test.want, d); diff != "" {
					t.Errorf("Doctype (-want +got):\n%s", diff)
				}
				return nil
			}})
			if _, err := r.Next(); err != nil || asked != 1 {
				t.Errorf("Next() = %v, asked %d times, want 1", err, asked)
			}
			if _, ok := r.Validated(); ok {
				t.Error("Validated() without a model = true")
			}
		})
	}
}

func place(line, column int) connector.Place {
	return connector.Place{File: "f", Line: line, Column: column}
}

func TestValidated(t *testing.T) {
	m, err := xmlread.CompileModel("a (b*)\nb TEXT")
	if err != nil {
		t.Fatal(err)
	}
	r := xmlread.New(strings.NewReader("<a>\n<b/>\n</a>\n\n"), xmlread.Config{Model: func(*xmlread.Doctype) *xmlread.Model { return m }})
	var lines []int
	for err == nil {
		_, err = r.Next()
		line, ok := r.Validated()
		if !ok {
			t.Errorf("Validated() = %d, false", line)
		}
		lines = append(lines, line)
	}
	if diff := cmp.Diff([]int{1, 2, 2, 3, 5}, lines); diff != "" || !errors.Is(err, io.EOF) {
		t.Errorf("lines (-want +got):\n%s%v", diff, err)
	}
}

func TestOffset(t *testing.T) {
	document := export(100, "en")
	r := xmlread.New(bytes.NewReader(document), xmlread.Config{})
	before, steps := int64(0), 0
	for {
		_, err := r.Next()
		if r.Offset() > before {
			before = r.Offset()
			steps++
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if before != int64(len(document)) || steps < 10 {
		t.Errorf("Offset() at the end = %d in %d steps, want %d in many", before, steps, len(document))
	}
}
