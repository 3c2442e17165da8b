package xmlread

import (
	"io"

	"github.com/trackql/trackql/connector"
)

// Event is what [Reader.Next] came to.
type Event uint8

// The events.
const (
	// Start is a start tag. <a/> gives a Start and an End.
	Start Event = iota + 1
	// End is an end tag.
	End
)

func (e Event) String() string { return [...]string{"none", "start", "end"}[e] }

// Reader reads one document. It belongs to one goroutine. It holds a buffer of
// fixed size, the names of the open elements and the text being read, and
// nothing that the caller must free; it does not close its input.
type Reader struct {
	cfg Config
	in  io.Reader
}

// New returns a reader of the document in r. It reads nothing yet: a fault of
// the configuration, such as an unknown Encoding, is the error of the first
// Next (Kind Invalid).
func New(r io.Reader, cfg Config) *Reader {
	cfg.Limits = cfg.Limits.withDefaults()
	return &Reader{cfg: cfg, in: r}
}

// Next goes to the next start or end tag. After the root element's end and
// whatever may follow it, it returns [io.EOF]: then the document was whole,
// well-formed and, where there was a model, valid. Every other error is a
// [connector.Error] with its Place, and Next returns it from then on:
//
//   - Corrupt: not well-formed, not valid ([ErrInvalid]), not decodable, cut
//     short, or beyond a limit.
//   - Invalid: Config.Encoding is not known.
//   - what the input's own error is, wrapped, or Unavailable.
func (r *Reader) Next() (Event, error) {
	return 0, connector.Errorf(connector.Unimplemented, "not yet")
}

// Skip, after a Start, goes past the matching end tag: the Next after it gives
// what follows. What is skipped is checked and validated as usual, but no text
// is built. Until the next Next the reader stands at that End, with an empty
// Text. Errors are those of Next; after anything but a Start, Kind Internal.
func (r *Reader) Skip() error { return nil }

// Name returns the number that Config.Names gave the event's element, 0 for an
// unknown one.
func (r *Reader) Name() int { return 0 }

// RawName returns the name of the event's element, valid until the next Next
// or Skip.
func (r *Reader) RawName() []byte { return nil }

// Text returns, at an End, the character data directly inside the element:
// references and CDATA sections resolved, line ends as "\n", not trimmed. In
// an element that has child elements, the stretches between tags that are only
// white space are left out. It is valid until the next Next or Skip, and empty
// at a Start.
func (r *Reader) Text() []byte { return nil }

// Place returns where the event's tag begins. What an entity's replacement text
// holds is at the place of its reference.
func (r *Reader) Place() connector.Place { return connector.Place{} }

// Depth returns how many elements are open, counting the event's own: 1 at the
// Start and at the End of the root.
func (r *Reader) Depth() int { return 0 }

// Offset returns how many bytes of the input were read so far, a buffer ahead
// of the event.
func (r *Reader) Offset() int64 { return 0 }

// Validated tells whether the document is being validated, and the last line
// that was: the event's own, or after io.EOF the document's last.
func (r *Reader) Validated() (line int, ok bool) { return 0, false }
