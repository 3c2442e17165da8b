package xmlread_test

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/trackql/trackql/plugins/internal/xmlread"
)

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
