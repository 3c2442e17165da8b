package xmlread_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

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

func TestLimits(t *testing.T) {
	ha := `<!DOCTYPE a [<!ENTITY h "hahaha">]>`
	tests := map[string]struct {
		in     string
		limits xmlread.Limits
		want   string // empty where it is within the limits
	}{
		"depth":              {"<a><b><c/></b></a>", xmlread.Limits{Depth: 3}, ""},
		"depth beyond":       {"<a>\n<b><c/></b></a>", xmlread.Limits{Depth: 2}, "2:4: <c> is nested deeper than 2 elements"},
		"default depth":      {strings.Repeat("<a>", 257), xmlread.Limits{}, "1:769: <a> is nested deeper than 256 elements"},
		"text":               {"<a>12345</a>", xmlread.Limits{Text: 5}, ""},
		"text beyond":        {"<a>123456</a>", xmlread.Limits{Text: 5}, "1:9: the text of <a> is longer than 5 bytes"},
		"text in parts":      {"<a>12<!-- -->34<![CDATA[56]]></a>", xmlread.Limits{Text: 5}, "1:26: the text of <a> is longer than 5 bytes"},
		"text by references": {"<a>1234&#x35;&#x36;</a>", xmlread.Limits{Text: 5}, "1:14: the text of <a> is longer than 5 bytes"},
		"text around":        {"<a>123<b>12345</b>456</a>", xmlread.Limits{Text: 5}, "1:21: the text of <a> is longer than 5 bytes"},
		"white space":        {"<a>    \n<b>\n1</b>    \n<b/>\n     </a>", xmlread.Limits{Text: 6}, ""},
		"white space beyond": {"<a>    \n  <b/></a>", xmlread.Limits{Text: 6}, "2:2: the text of <a> is longer than 6 bytes"},
		"name":               {"<abc d-e='1'/>", xmlread.Limits{Name: 3}, ""},
		"name beyond":        {"<abcd/>", xmlread.Limits{Name: 3}, "1:1: a name is longer than 3 bytes"},
		"attribute's name":   {"<abc\n wxyz=''/>", xmlread.Limits{Name: 3}, "2:2: a name is longer than 3 bytes"},
		"name across reads":  {"<a" + strings.Repeat("b", 100_000) + "/>", xmlread.Limits{}, "1:1: a name is longer than 1024 bytes"},
		"attributes":         {"<a " + manyAttributes(257) + "/>", xmlread.Limits{}, "1:2564: the tag <a> has more than 256 attributes"},
		"entities":           {ha + "<a>&h;&h;</a>", xmlread.Limits{Entities: 19}, ""},
		"entities beyond":    {ha + "<a>&h;&h;</a>", xmlread.Limits{Entities: 18}, "1:42: with &h; the entities of the document amount to more than 18 bytes"},
		"entities in values": {ha + "<a b='&h;&h;'/>", xmlread.Limits{Entities: 18}, "1:45: with &h; the entities of the document amount to more than 18 bytes"},
		"entity declared":    {ha + "<a/>", xmlread.Limits{Entities: 6}, "1:32: with &h; the entities of the document amount to more than 6 bytes"},
		"identifier":         {"<!DOCTYPE a SYSTEM '" + strings.Repeat("x", 5000) + "'><a/>", xmlread.Limits{}, "1:4117: a literal in the document type declaration is longer than 4096 bytes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, chunked := range []func(io.Reader) io.Reader{plainReader, iotest.OneByteReader} {
				r := xmlread.New(chunked(strings.NewReader(test.in)), xmlread.Config{Name: "f", Limits: test.limits})
				var err error
				for err == nil {
					_, err = r.Next()
				}
				if test.want == "" {
					if !errors.Is(err, io.EOF) {
						t.Errorf("error = %v, want none", err)
					}
					continue
				}
				if err.Error() != "f:"+test.want || connector.KindOf(err) != connector.Corrupt {
					t.Errorf("error = %v, want f:%s", err, test.want)
				}
			}
		})
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%03d='x'\t\t", i)
	}
	return b.String()
}

func TestReadErrors(t *testing.T) {
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	if _, err := w.Write(export(20, "en")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	cut := compressed.Bytes()[:compressed.Len()-5]
	wrong := bytes.Clone(compressed.Bytes())
	wrong[len(wrong)-6]++
	unzip := func(b []byte) io.Reader {
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	broken := errors.New("the disk is on fire")
	own := connector.Errorf(connector.Unauthorized, "no such bucket").WithHint("Ask for it.")
	after := func(err error) io.Reader {
		return io.MultiReader(strings.NewReader("<a>\n<b>é"), iotest.ErrReader(err))
	}
	tests := map[string]struct {
		in    io.Reader
		kind  connector.Kind
		cause error
		want  string
	}{
		"cut gzip":    {unzip(cut), connector.Corrupt, io.ErrUnexpectedEOF, "read: unexpected EOF"},
		"wrong gzip":  {unzip(wrong), connector.Corrupt, gzip.ErrChecksum, "read: gzip: invalid checksum"},
		"any":         {after(broken), connector.Unavailable, broken, "f:2:5: read: the disk is on fire"},
		"our own":     {after(own), connector.Unauthorized, own, "f:2:5: read: no such bucket"},
		"canceled":    {after(context.Canceled), connector.Canceled, context.Canceled, "f:2:5: read: context canceled"},
		"no progress": {io.MultiReader(strings.NewReader("<a>"), stuck{}), connector.Unavailable, io.ErrNoProgress, "f:1:4: read: multiple Read calls"},
		"wrapped end": {after(fmt.Errorf("connection lost: %w", io.EOF)), connector.Unavailable, nil, "f:2:5: read: connection lost: EOF"},
		"at once":     {iotest.ErrReader(broken), connector.Unavailable, broken, "f:1:1: read: the disk is on fire"},
		"behind the root": {
			io.MultiReader(strings.NewReader("<a/>"), iotest.ErrReader(broken)), connector.Unavailable, broken,
			"f:1:5: read: the disk is on fire",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := xmlread.New(test.in, xmlread.Config{Name: "f"})
			var err error
			for err == nil {
				_, err = r.Next()
			}
			var e *connector.Error
			if !errors.As(err, &e) || e.Kind != test.kind || test.cause != nil && !errors.Is(err, test.cause) || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v (%v), want %s (%v)", err, connector.KindOf(err), test.want, test.kind)
			}
			if connector.HintOf(err) != connector.HintOf(test.cause) {
				t.Errorf("hint = %q, want that of the cause", connector.HintOf(err))
			}
		})
	}
}

// stuck never reads anything.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

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

// TestAllocations reads documents of very different sizes: what is allocated
// does not depend on them.
func TestAllocations(t *testing.T) {
	cfg := exportConfig(t)
	for _, language := range []string{"en", "ja"} {
		allocations := func(issues int) float64 {
			document := export(issues, language)
			in := bytes.NewReader(nil)
			return testing.AllocsPerRun(2, func() {
				in.Reset(document)
				readAll(t, in, cfg)
			})
		}
		if few, many := allocations(20), allocations(200); many > few {
			t.Errorf("%s: %v allocations for 20 issues, %v for 200", language, few, many)
		}
	}
}

// endless is a document of so many issues, made while it is read.
type endless struct {
	issue []byte
	left  int
	rest  []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		switch e.left--; {
		case e.left < -1:
			return 0, io.EOF
		case e.left == -1:
			e.rest = []byte("</issues></scarab-issues>")
		default:
			e.rest = e.issue
		}
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// TestMemory reads 20 MB and looks at what was allocated on the way.
func TestMemory(t *testing.T) {
	document := export(1, "ja")
	from, to := bytes.Index(document, []byte("\n    <issue>")), bytes.Index(document, []byte("</issues>"))
	issue := document[from:to]
	count := 20 << 20 / len(issue)
	in := io.MultiReader(bytes.NewReader(document[:from]), &endless{issue: issue, left: count})
	cfg := exportConfig(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if total := readAll(t, in, cfg); total < count*500 {
		t.Errorf("read %d bytes of text of %d issues", total, count)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("reading 20 MB allocated %d bytes", grown)
	}
}

// TestMemoryIsGivenBack reads a huge text, then a small one.
func TestMemoryIsGivenBack(t *testing.T) {
	const size = 16 << 20
	in := io.MultiReader(
		strings.NewReader("<a><b>"), io.LimitReader(letters{}, size), strings.NewReader("</b><c>x</c></a>"),
	)
	r := xmlread.New(in, xmlread.Config{})
	used := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := used()
	for range 3 { // <a>, <b>, </b>
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.Text()) != size {
		t.Errorf("text of %d bytes, want %d", len(r.Text()), size)
	}
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if after := used(); after > before+size/2 {
		t.Errorf("%d bytes are held behind a text of %d", after-before, size)
	}
	if event, err := r.Next(); event != xmlread.End || string(r.Text()) != "x" || err != nil {
		t.Errorf("Next() = %s %q, %v", event, r.Text(), err)
	}
}

// letters is endless text.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
