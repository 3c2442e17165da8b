package xmlread

import (
	"fmt"
	"unicode/utf8"
)

// wordsKept is how much memory for texts is kept while no text needs it.
const wordsKept = 1 << 20

// characters scans character data up to the next "<".
func (r *Reader) characters() error {
	for {
		if err := r.piece(stopText); err != nil {
			return err
		}
		if r.pos < r.end && r.buf[r.pos] == '<' {
			return nil
		}
		if err := r.special(); err != nil {
			return err
		}
	}
}

// piece scans text up to a byte of the set, into seg.
func (r *Reader) piece(set uint8) error {
	b, i := r.buf[:r.end], r.pos
	if r.run.white {
		i = pastSpace(b, i)
	}
	end := stopPlain(b, i, set)
	if r.run.white && end > i {
		if err := r.speak(i); err != nil {
			return err
		}
	}
	r.seg, r.pos = b[r.pos:end], end
	if n := r.over(); n > 0 {
		return r.tooLong(r.pos - n)
	}
	return nil
}

// special deals with what stops character data, but for "<".
func (r *Reader) special() error {
	r.flush()
	if r.pos == r.end {
		return r.follow()
	}
	switch r.buf[r.pos] {
	case '&':
		return r.refer(true)
	case ']':
		if r.follows("]]>") {
			return r.corrupt(r.pos, `"]]>" stands in the text of <%s>: expected "]]&gt;"`, r.top())
		}
		return r.put(']', 1)
	}
	return r.forbidden(true)
}

// follow goes on where the window ends: with more of the document, or behind
// the reference to the entity that ends here.
func (r *Reader) follow() error {
	if len(r.inputs) > 0 {
		return r.leaveEntity()
	}
	if r.more() {
		return nil
	}
	return r.cutShort(fmt.Sprintf("%s: expected </%s>", r.innermost(), r.top()))
}

// cdata scans a CDATA section, at "<![CDATA[".
func (r *Reader) cdata() error {
	r.pos += len("<![CDATA[")
	for {
		if err := r.piece(stopCDATA); err != nil {
			return err
		}
		r.flush()
		switch {
		case r.pos == r.end:
			if !r.more() {
				return r.cutShort("a CDATA section" + r.where())
			}
		case r.buf[r.pos] != ']':
			if err := r.forbidden(true); err != nil {
				return err
			}
		case r.follows("]]>"):
			r.pos += len("]]>")
			return nil
		default:
			if err := r.put(']', 1); err != nil {
				return err
			}
		}
	}
}

// stopPlain is stop, past each "]" that begins no "]]>".
func stopPlain(b []byte, i int, set uint8) int {
	for {
		i = stop(b, i, set)
		if i+2 >= len(b) || b[i] != ']' || b[i+1] == ']' && b[i+2] == '>' {
			return i
		}
		i++
	}
}

// speak notes that the text at buf[i] is not white space.
func (r *Reader) speak(i int) error {
	r.run.white = false
	if r.model != nil {
		if err := r.validateText(i); err != nil {
			return err
		}
	}
	r.stack[len(r.stack)-1].spoken = true
	return nil
}

// put adds a character to the text, which takes n bytes at pos.
func (r *Reader) put(c rune, n int) error {
	if r.run.white && (c >= utf8.RuneSelf || !isSpace(byte(c))) {
		if err := r.speak(r.pos); err != nil {
			return err
		}
	}
	if !r.skipping {
		r.words = utf8.AppendRune(r.words, c)
	}
	if r.over() > 0 {
		return r.tooLong(r.pos)
	}
	r.pos += n
	return nil
}

// forbidden deals with a forbidden character at pos.
func (r *Reader) forbidden(inText bool) error {
	c, n := utf8.DecodeRune(r.buf[r.pos:r.end])
	if err := r.forgive(r.placeAt(r.pos), ForbiddenCharacter, "%s", forbiddenText(c)); err != nil {
		return err
	}
	if inText {
		return r.put(utf8.RuneError, n)
	}
	r.pos += n
	return nil
}

// flush saves the piece of text that is still in the window.
func (r *Reader) flush() {
	if !r.skipping {
		r.words = append(r.words, r.seg...)
	}
	r.seg = nil
}

// over returns by how many bytes the text is too long. White space counts until
// it is known to stand beside elements.
func (r *Reader) over() int {
	if r.skipping {
		return 0
	}
	return max(0, len(r.words)+len(r.seg)-r.stack[len(r.stack)-1].words-r.limits.Text)
}

func (r *Reader) tooLong(i int) error {
	return r.corrupt(i, "the text of <%s> is longer than %d bytes", r.top(), r.limits.Text)
}

// endRun ends the stretch of character data before a tag: white space beside
// elements goes.
func (r *Reader) endRun(beside bool) {
	if beside && r.run.white {
		r.words, r.seg = r.words[:r.run.start], nil
	}
}

// beginRun begins one behind a tag.
func (r *Reader) beginRun() {
	r.run.start, r.run.white = len(r.words), true
	r.seg = nil
}

// finishText makes the text of the element that ends.
func (r *Reader) finishText() {
	e := &r.stack[len(r.stack)-1]
	r.endRun(e.children)
	switch {
	case r.skipping:
		r.text = nil
	case len(r.words) == e.words:
		r.text = r.seg
	default:
		r.flush()
		r.text = r.words[e.words:]
	}
}
