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
	source
	limits Limits
	choose func(*Doctype) *Model
	model  *Model
	failed error

	last     Event
	hollow   bool // the last Start was <a/>: its End comes without a tag
	skipping bool
	rooted   bool // the root element was opened
	doctype  *Doctype

	known   *Names
	symbols symbols
	stack   []element
	names   []byte // those of the open elements, one after the other

	// words are the texts of the open elements, one after the other, as far as
	// they are not in seg, the last piece of the innermost one, in the buffer.
	words []byte
	seg   []byte
	text  []byte // what Text returns
	// run is the stretch of character data since the last tag: where it begins
	// in words, and whether it is only white space so far.
	run struct {
		start int
		white bool
	}

	attributes attributes
	literal    []byte

	entities  map[string]*entity
	inputs    []input // around the entities being read, the document outermost
	reference mark    // of the outermost one
	expanded  int
}

// element is an open element.
type element struct {
	symbol symbol
	name   int // where its name begins in Reader.names
	words  int // where its text begins in Reader.words
	line   int
	state  state
	// children and spoken say whether it has child elements, and text beside
	// white space.
	children, spoken bool
}

// New returns a reader of the document in r. It reads nothing yet: a fault of
// the configuration, such as an unknown Encoding, is the error of the first
// Next (Kind Invalid).
func New(r io.Reader, cfg Config) *Reader { return newReader(r, cfg, defaultSizes) }

func newReader(r io.Reader, cfg Config, n sizes) *Reader {
	return &Reader{
		source:  newSource(r, cfg, n),
		limits:  cfg.Limits.withDefaults(),
		choose:  cfg.Model,
		known:   cfg.Names,
		stack:   make([]element, 0, 16),
		names:   make([]byte, 0, 256),
		words:   make([]byte, 0, 4096),
		symbols: newSymbols(cfg.Names, nil),
	}
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
	if r.failed != nil {
		return 0, r.failed
	}
	event, err := r.next()
	if err != nil {
		r.failed, event = err, 0
	}
	r.last = event
	return event, err
}

func (r *Reader) next() (Event, error) {
	switch r.last {
	case Start:
		if r.hollow {
			r.hollow = false
			return End, r.closeElement()
		}
	case End:
		r.pop()
	}
	if len(r.stack) > 0 {
		return r.content()
	}
	if r.rooted {
		return 0, r.epilog()
	}
	if err := r.prolog(); err != nil {
		return 0, err
	}
	return Start, r.startTag()
}

// content goes to the next tag inside the root element.
func (r *Reader) content() (Event, error) {
	for {
		if err := r.characters(); err != nil {
			return 0, err
		}
		if !r.ensure(2) {
			return 0, r.cutShort("a tag" + r.where())
		}
		var err error
		switch r.buf[r.pos+1] {
		case '/':
			return End, r.endTag()
		case '!':
			err = r.declaration()
		case '?':
			err = r.instruction()
		default:
			return Start, r.startTag()
		}
		if err != nil {
			return 0, err
		}
	}
}

// Skip, after a Start, goes past the matching end tag: the Next after it gives
// what follows. What is skipped is checked and validated as usual, but no text
// is built. Until the next Next the reader stands at that End, with an empty
// Text. Errors are those of Next; after anything but a Start, Kind Internal.
func (r *Reader) Skip() error {
	if r.last != Start {
		return connector.Errorf(connector.Internal, "xmlread: Skip at %s, which is no start", r.last).At(r.Place())
	}
	depth := len(r.stack)
	r.skipping = true
	defer func() { r.skipping = false }()
	for {
		event, err := r.Next()
		if err != nil || event == End && len(r.stack) == depth {
			return err
		}
	}
}

// Name returns the number that Config.Names gave the event's element, 0 for an
// unknown one.
func (r *Reader) Name() int {
	if r.last == 0 {
		return 0
	}
	return int(r.stack[len(r.stack)-1].symbol.id)
}

// RawName returns the name of the event's element, valid until the next Next
// or Skip.
func (r *Reader) RawName() []byte {
	if r.last == 0 {
		return nil
	}
	return r.top()
}

// top returns the name of the innermost open element.
func (r *Reader) top() []byte { return r.names[r.stack[len(r.stack)-1].name:] }

// Text returns, at an End, the character data directly inside the element:
// references and CDATA sections resolved, line ends as "\n", not trimmed. In
// an element that has child elements, the stretches between tags that are only
// white space are left out. It is valid until the next Next or Skip, and empty
// at a Start.
func (r *Reader) Text() []byte { return r.text }

// Place returns where the event's tag begins. What an entity's replacement text
// holds is at the place of its reference.
func (r *Reader) Place() connector.Place {
	return r.place(r.locate())
}

// Depth returns how many elements are open, counting the event's own: 1 at the
// Start and at the End of the root.
func (r *Reader) Depth() int { return len(r.stack) }

// Offset returns how many bytes of the input were read so far, a buffer ahead
// of the event.
func (r *Reader) Offset() int64 { return r.read }

// Validated tells whether the document is being validated, and the last line
// that was: the event's own, or after io.EOF the document's last.
func (r *Reader) Validated() (line int, ok bool) {
	if r.model == nil {
		return 0, false
	}
	return r.locate().line, true
}

// begin notes that an event begins at pos.
func (r *Reader) begin() {
	if len(r.inputs) > 0 {
		r.event.mark, r.event.known = r.reference, true
		return
	}
	r.event.mark.off, r.event.known = r.base+int64(r.pos), false
}

// more adds to the window, and saves the text that is still in it.
func (r *Reader) more() bool {
	if len(r.inputs) > 0 {
		return false
	}
	r.flush()
	return r.source.more()
}

// ensure has n bytes in the window, unless fewer follow.
func (r *Reader) ensure(n int) bool {
	for r.end-r.pos < n {
		if !r.more() {
			return false
		}
	}
	return true
}

// follows tells whether text stands at pos.
func (r *Reader) follows(text string) bool {
	return r.ensure(len(text)) && string(r.buf[r.pos:r.pos+len(text)]) == text
}
