package xmlread_test

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trackql/trackql/plugins/internal/xmlread"
)

// chunkings hand out a document in ways that end in any place.
var chunkings = map[string]func(io.Reader) io.Reader{
	"one byte":       iotest.OneByteReader,
	"halves":         iotest.HalfReader,
	"data and error": iotest.DataErrReader,
	"byte and error": func(r io.Reader) io.Reader { return iotest.DataErrReader(iotest.OneByteReader(r)) },
	"empty reads":    func(r io.Reader) io.Reader { return &hesitant{in: iotest.OneByteReader(r)} },
}

// chunkedReaders read by each of the chunkings, and through a tiny window.
func chunkedReaders() map[string]newReader {
	readers := map[string]newReader{"tiny window": xmlread.NewSmall}
	for name, chunking := range chunkings {
		readers[name] = func(in io.Reader, cfg xmlread.Config) *xmlread.Reader {
			return xmlread.New(chunking(in), cfg)
		}
		readers[name+", tiny window"] = func(in io.Reader, cfg xmlread.Config) *xmlread.Reader {
			return xmlread.NewSmall(chunking(in), cfg)
		}
	}
	return readers
}

// hesitant reads nothing every other time.
type hesitant struct {
	in    io.Reader
	ready bool
}

func (h *hesitant) Read(p []byte) (int, error) {
	h.ready = !h.ready
	if h.ready {
		return 0, nil
	}
	return h.in.Read(p)
}

// TestChunks reads every golden document in pieces: what comes of it is the
// same.
func TestChunks(t *testing.T) {
	for _, path := range archives(t) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases(t, archive) {
			if !c.document {
				continue
			}
			whole := c.describe(xmlread.New)
			for name, reader := range chunkedReaders() {
				if diff := cmp.Diff(whole, c.describe(reader)); diff != "" {
					t.Errorf("%s %s, %s (-whole +chunked):\n%s", filepath.Base(path), c.file.Name, name, diff)
				}
			}
		}
	}
}

// TestWindow moves a document with a bit of everything through the window, so
// that its edge falls everywhere.
func TestWindow(t *testing.T) {
	document := "<b>\n<c d='1'>é &amp; ] ]</c><!-- x - y --><?p q?><![CDATA[ ]] ]>]]>\r\n<e\n/>&#65;<f/>text<g>text</g  >é</b >"
	behind := strings.Repeat(" ", 70<<10) // fills the window again
	want := describe(xmlread.New, strings.NewReader("\n"+document+behind), strictConfig())
	for shift := range 2 * len(document) {
		// The window has 64 KiB, and is filled by 32 KiB.
		for _, edge := range []int{32 << 10, 64 << 10} {
			before := strings.Repeat(" ", edge-shift) + "\n"
			if diff := cmp.Diff(want, describe(xmlread.New, strings.NewReader(before+document+behind), strictConfig())); diff != "" {
				t.Fatalf("behind %d bytes (-want +got):\n%s", edge-shift, diff)
			}
		}
	}
	// It slides when less than 16 KiB are free: here at each byte in turn.
	for shift := range len(document) + 2 {
		before := strings.NewReader(strings.Repeat(" ", 48<<10-shift) + "\n")
		in := io.MultiReader(before, iotest.OneByteReader(strings.NewReader(document)), strings.NewReader(behind))
		if diff := cmp.Diff(want, describe(xmlread.New, in, strictConfig())); diff != "" {
			t.Fatalf("by the byte behind %d (-want +got):\n%s", 48<<10-shift, diff)
		}
	}
}

// TestWindowText has texts nearly as long as the window end where it does.
func TestWindowText(t *testing.T) {
	text := strings.Repeat("0123456789", 4<<10)
	for shift := range 20 {
		before := strings.Repeat(" ", 64<<10-len(text)-shift)
		in := before + "<a>" + text + "<b/>" + before + "<c>" + text + "</c></a>" + before
		want := []string{"<a>", "<b>", `</b> ""`, "<c>", fmt.Sprintf("</c> %q", text), fmt.Sprintf("</a> %q", text)}
		got, err := ours([]byte(in))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("shift %d: %v (-want +got):\n%s", shift, err, diff)
		}
	}
}
