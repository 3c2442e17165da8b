package xmlread_test

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// chunkings hand out a document in ways that end in any place.
var chunkings = map[string]func(io.Reader) io.Reader{
	"one byte":       iotest.OneByteReader,
	"halves":         iotest.HalfReader,
	"data and error": iotest.DataErrReader,
	"byte and error": func(r io.Reader) io.Reader { return iotest.DataErrReader(iotest.OneByteReader(r)) },
	"empty reads":    func(r io.Reader) io.Reader { return &hesitant{in: iotest.OneByteReader(r)} },
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
			whole := c.describe(func(r io.Reader) io.Reader { return r })
			for name, chunking := range chunkings {
				if diff := cmp.Diff(whole, c.describe(chunking)); diff != "" {
					t.Errorf("%s %s, %s (-whole +chunked):\n%s", filepath.Base(path), c.file.Name, name, diff)
				}
			}
		}
	}
}

// TestWindow moves a document with a bit of everything through the window, so
// that its edge falls everywhere.
func TestWindow(t *testing.T) {
	document := []byte("<b>\n<c d='1'>é &amp; ] ]</c><!-- x - y --><?p q?><![CDATA[ ]] ]>]]>\r\n<e\n/>&#65;</b >")
	want := describeBody(t, document, 0)
	for shift := range 3 * len(document) {
		// The window has 64 KiB; it slides when less than 16 KiB are free.
		for _, edge := range []int{32 << 10, 48 << 10, 64 << 10} {
			if diff := cmp.Diff(want, describeBody(t, document, edge-shift)); diff != "" {
				t.Fatalf("after %d bytes (-want +got):\n%s", edge-shift, diff)
			}
		}
	}
}

// describeBody reads a document behind so many bytes of white space, on a line
// of their own.
func describeBody(t *testing.T, document []byte, shift int) string {
	t.Helper()
	var in bytes.Buffer
	if shift > 0 {
		in.Write(bytes.Repeat([]byte(" "), shift-1))
	} else {
		in.Reset()
	}
	in.WriteString("\n")
	in.Write(document)
	return describe(&in, strictConfig())
}
