package xmlread

import (
	"bytes"
	"fmt"
)

// declaration reads what begins with "<!" inside the root element.
func (r *Reader) declaration() error {
	r.flush()
	switch {
	case r.follows("<!--"):
		return r.comment()
	case r.follows("<![CDATA["):
		return r.cdata()
	case r.follows("<!DOCTYPE"):
		return r.corrupt(r.pos, "a document type declaration%s: expected it before the root element", r.where())
	}
	return r.corrupt(r.pos, `"<!" begins neither a comment nor a CDATA section%s: expected "<!--" or "<![CDATA["`, r.where())
}

// comment reads a comment, at its "<!--".
func (r *Reader) comment() error {
	place := r.placeAt(r.pos)
	r.pos += len("<!--")
	for {
		r.pos = stop(r.buf[:r.end], r.pos, stopComment)
		switch {
		case r.pos == r.end:
			if !r.more() {
				return r.cutShort(fmt.Sprintf("the comment of line %d%s", place.Line, r.where()))
			}
		case r.buf[r.pos] != '-':
			if err := r.forbidden(false); err != nil {
				return err
			}
		case r.follows("-->"):
			r.pos += len("-->")
			return nil
		case r.follows("--"):
			return r.corrupt(r.pos, `"--" stands inside the comment of line %d: expected "-->"`, place.Line)
		default:
			r.pos++
		}
	}
}

// instruction reads a processing instruction, at its "<?".
func (r *Reader) instruction() error {
	r.flush()
	n, err := r.name(2)
	if err != nil {
		return err
	}
	if n == 0 {
		return r.corrupt(r.pos, `"<?" begins no processing instruction%s: expected a name`, r.where())
	}
	if name := r.buf[r.pos+2 : r.pos+2+n]; bytes.EqualFold(name, []byte("xml")) {
		return r.corrupt(r.pos, "an XML declaration%s: expected it at the document's beginning", r.where())
	}
	r.pos += 2 + n
	if !r.space() && !r.follows("?>") {
		return r.unexpected(`white space or "?>"`, "a processing instruction")
	}
	for {
		r.pos = stop(r.buf[:r.end], r.pos, stopPI)
		switch {
		case r.pos == r.end:
			if !r.more() {
				return r.cutShort("a processing instruction" + r.where())
			}
		case r.buf[r.pos] != '?':
			if err := r.forbidden(false); err != nil {
				return err
			}
		case r.follows("?>"):
			r.pos += len("?>")
			return nil
		default:
			r.pos++
		}
	}
}
