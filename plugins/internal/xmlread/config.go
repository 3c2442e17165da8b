package xmlread

import (
	"errors"

	"github.com/trackql/trackql/connector"
)

// Config is what a [Reader] is made with. The zero value reads any document by
// its BOM and declaration, forgiving, without validation and without warnings.
type Config struct {
	// Name is the file's name in places; it may be empty.
	Name string
	// Encoding overrides byte order mark and declaration; empty goes by them,
	// and by UTF-8 where there are none. It takes the names that a declaration
	// takes: those of IANA and WHATWG, and Java's (MS932, EUC_JP …), without
	// regard to case.
	Encoding string
	// Names are the element names that the caller knows; nil knows none.
	Names *Names
	// Model is asked once, by the Next that comes to the root element, for the
	// content models to validate against. It gets the document type
	// declaration, nil where there is none. A nil Model, or one that answers
	// nil, validates nothing.
	Model func(*Doctype) *Model
	// Policy tells what is forgiven.
	Policy Policy
	// Warn is told what was forgiven and dropped, from within Next and Skip, in document
	// order, but that decoding is a few characters ahead; nil tells nobody.
	Warn func(Warning)
	// Limits bound what a document may ask for.
	Limits Limits
}

// Policy tells what is forgiven.
type Policy uint8

// The policies.
const (
	// Forgive takes the usual faults of exporters with a warning: a "&" that
	// starts no reference (taken as itself), characters that XML 1.0 forbids,
	// raw or as references (U+FFFD instead), white space before the XML
	// declaration, a declaration that names another encoding than the bytes
	// show, and parameter entity references (passed over).
	Forgive Policy = iota
	// Strict makes errors of all that.
	Strict
	// Loose forgives as Forgive does, and also bytes that are no character in
	// the document's encoding (U+FFFD instead).
	Loose
)

func (p Policy) String() string {
	return [...]string{"forgive", "strict", "loose"}[p]
}

// Warning is a fault that was forgiven, or an attribute that was dropped.
type Warning struct {
	// Code is one of the constants below.
	Code string
	// Place is where the fault is.
	Place connector.Place
	// Text describes it in one clause, without the place.
	Text string
}

// The codes of warnings.
const (
	BareAmpersand          = "bare-ampersand"
	ForbiddenCharacter     = "forbidden-character"
	SpaceBeforeDeclaration = "space-before-declaration"
	EncodingMismatch       = "encoding-mismatch"
	ParameterEntity        = "parameter-entity"
	DroppedAttribute       = "dropped-attribute"
	UndecodableBytes       = "undecodable-bytes"
)

// Limits bound what a document may ask for. A zero field takes its default.
// What exceeds one is an error with its place.
type Limits struct {
	// Depth is how deeply elements may nest. Default 256.
	Depth int
	// Entities is how many bytes the declarations and the references of
	// entities of one document may amount to. Default 1 MiB.
	Entities int
	// Text is how many bytes the text of one element may have. Default 64 MiB.
	Text int
	// Name is how many bytes a name may have, 4096 at most. Default 1024.
	Name int
}

func (l Limits) withDefaults() Limits {
	fill := func(n *int, value int) {
		if *n == 0 {
			*n = value
		}
	}
	fill(&l.Depth, 256)
	fill(&l.Entities, 1<<20)
	fill(&l.Text, 64<<20)
	fill(&l.Name, 1024)
	l.Name = min(l.Name, 4096)
	return l
}

// Doctype is a document type declaration.
type Doctype struct {
	// Root is the name it gives the root element.
	Root string
	// PublicID and SystemID are those of the external subset, empty where
	// there is none. Nothing is ever read from there.
	PublicID, SystemID string
	// Place is where the declaration begins.
	Place connector.Place
}

// ErrInvalid is found by [errors.Is] in the errors of validation, and not in
// those of well-formedness, encoding or limits.
var ErrInvalid = errors.New("not valid")
