package xmlread

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/trackql/trackql/connector"
)

// validityError is an error of validation.
type validityError struct{ text string }

func (e *validityError) Error() string { return e.text }

// Is makes it an [ErrInvalid].
func (e *validityError) Is(target error) bool { return target == ErrInvalid }

// corrupt says that the document is not well-formed at buf[i].
func (r *Reader) corrupt(i int, format string, args ...any) error {
	return connector.Errorf(connector.Corrupt, format, args...).At(r.placeAt(i))
}

// cutShort says why nothing follows in the middle of what, such as "a comment".
func (r *Reader) cutShort(what string) error {
	if n := len(r.inputs); n > 0 {
		return r.corrupt(r.pos, "entity &%s; ends inside %s: expected it to hold the whole", r.inputs[n-1].entity.name, what)
	}
	if !errors.Is(r.err, io.EOF) {
		return r.err
	}
	return connector.Errorf(connector.Corrupt, "the document ends inside %s", what).At(r.tailPlace())
}

// where names the innermost open element, to end a message.
func (r *Reader) where() string {
	if len(r.stack) == 0 {
		return ""
	}
	return " in " + r.innermost()
}

func (r *Reader) innermost() string {
	return fmt.Sprintf("<%s>, opened at line %d", r.top(), r.stack[len(r.stack)-1].line)
}

// forgive warns of a fault, or under Strict makes an error of it.
func (r *Reader) forgive(place connector.Place, code, format string, args ...any) error {
	if r.policy == Strict {
		return connector.Errorf(connector.Corrupt, format, args...).At(place)
	}
	if r.warn != nil {
		r.warn(Warning{Code: code, Place: place, Text: fmt.Sprintf(format, args...)})
	}
	return nil
}

// placeAt returns the place of buf[i], or, in an entity's replacement text,
// that of its reference.
func (r *Reader) placeAt(i int) connector.Place {
	if len(r.inputs) > 0 {
		return r.place(r.reference)
	}
	r.advance(r.base + int64(i))
	return r.place(r.at)
}

// readKind tells the kind of an input's error.
func readKind(err error) connector.Kind {
	var own *connector.Error
	var broken flate.CorruptInputError
	switch {
	case errors.As(err, &own):
		return own.Kind
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return connector.Canceled
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum),
		errors.As(err, &broken):
		return connector.Corrupt
	}
	return connector.Unavailable
}
