package xmlread

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// prolog reads what stands before the root element, up to its "<".
func (r *Reader) prolog() error {
	space := r.space()
	if err := r.xmlDeclaration(space); err != nil {
		return err
	}
	empty := true
	for ; ; empty = false {
		r.space()
		if !r.ensure(1) {
			return r.noRoot(empty)
		}
		if r.buf[r.pos] != '<' {
			return r.corrupt(r.pos, "%s stands before the root element: expected a tag", r.quote())
		}
		if !r.ensure(2) {
			return r.cutShort("a tag")
		}
		var err error
		switch {
		case r.buf[r.pos+1] == '?':
			err = r.instruction()
		case r.buf[r.pos+1] != '!':
			return nil
		case r.follows("<!--"):
			err = r.comment()
		case r.follows("<!DOCTYPE"):
			err = r.readDoctype()
		default:
			err = r.corrupt(r.pos, `"<!" begins neither a comment nor a document type declaration: expected "<!--" or "<!DOCTYPE"`)
		}
		if err != nil {
			return err
		}
	}
}

func (r *Reader) noRoot(empty bool) error {
	switch {
	case !errors.Is(r.err, io.EOF):
		return r.err
	case empty:
		return r.corrupt(r.pos, "the document is empty: expected a root element")
	}
	return r.corrupt(r.pos, "the document has no root element")
}

// epilog reads what stands behind the root element. It always returns an error,
// io.EOF where all is well.
func (r *Reader) epilog() error {
	for {
		r.space()
		if !r.ensure(1) {
			r.event = event{mark: r.tailMark(), known: true}
			return r.err
		}
		var err error
		switch {
		case r.follows("<?"):
			err = r.instruction()
		case r.follows("<!--"):
			err = r.comment()
		default:
			err = r.corrupt(r.pos, "%s stands behind the root element: expected the end of the document", r.quote())
		}
		if err != nil {
			return err
		}
	}
}

// pseudoAttributes are those of an XML declaration, in their order.
var pseudoAttributes = []string{"version", "encoding", "standalone"}

// pseudoValues describes their values.
var pseudoValues = []string{`"1.0"`, "the name of an encoding", "yes or no"}

// xmlDeclaration reads the XML declaration, if there is one, and with it
// settles the encoding.
func (r *Reader) xmlDeclaration(space bool) error {
	if !r.follows("<?xml") || !r.ensure(6) || !isSpace(r.buf[r.pos+5]) {
		r.settleUndeclared()
		return nil
	}
	if space {
		if err := r.forgive(r.placeAt(r.pos), SpaceBeforeDeclaration, "white space stands before the XML declaration"); err != nil {
			return err
		}
	}
	r.pos += len("<?xml")
	place := r.placeAt(r.pos)
	encoding, last := "", -1
	for {
		apart := r.space()
		if r.follows("?>") && last >= 0 {
			break
		}
		if !apart {
			return r.unexpected("white space", "the XML declaration")
		}
		i, err := r.pseudoAttribute(last + 1)
		if err != nil {
			return err
		}
		at := r.placeAt(r.pos)
		value, err := r.quoted(`the XML declaration's ` + pseudoAttributes[i])
		if err != nil {
			return err
		}
		if !pseudoValue(i, value) {
			return connector.Errorf(connector.Corrupt, "%s=%q in the XML declaration: expected %s",
				pseudoAttributes[i], value, pseudoValues[i]).At(at)
		}
		if last = i; i == 1 {
			encoding, place = value, at
		}
	}
	r.pos += len("?>")
	mismatch, err := r.settle(encoding)
	if err != nil {
		return err.At(place)
	}
	if mismatch != "" {
		return r.forgive(place, EncodingMismatch, "%s", mismatch)
	}
	return nil
}

// pseudoAttribute reads the name of a pseudo attribute, which is not before the
// one given, and its equals sign.
func (r *Reader) pseudoAttribute(from int) (int, error) {
	n, err := r.name(0)
	if err != nil {
		return 0, err
	}
	i := slices.Index(pseudoAttributes, string(r.buf[r.pos:r.pos+n]))
	if i < from || from == 0 && i != 0 {
		expected := append(slices.Clone(pseudoAttributes[from:]), `"?>"`)
		if from == 0 {
			expected = pseudoAttributes[:1]
		}
		return 0, r.unexpected(strings.Join(expected, " or "), "the XML declaration")
	}
	r.pos += n
	r.space()
	if !r.follows("=") {
		return 0, r.unexpected(`"="`, "the XML declaration")
	}
	r.pos++
	r.space()
	return i, nil
}

// pseudoValue follows productions 26, 32 and 81 of XML 1.0.
func pseudoValue(i int, value string) bool {
	allowed := func(text, more string) bool {
		return text != "" && strings.Trim(text, "0123456789"+more) == ""
	}
	switch i {
	case 0:
		minor, ok := strings.CutPrefix(value, "1.")
		return ok && allowed(minor, "")
	case 1:
		const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		return allowed(value, letters+"._-:")
	}
	return value == "yes" || value == "no"
}
