package scarab

import (
	"bytes"
	"fmt"
	"math"

	"github.com/trackql/trackql/connector"
)

// issue is one issue's log as the file has it. It is filled again and again:
// its text lies in one buffer, and what is kept of an earlier issue is gone.
type issue struct {
	// ordinal counts the issues of the file from 0.
	ordinal int32
	line    int32
	id      span
	kind    span // the artifact type
	// settled says that the activity sets were met: what the issue is named and
	// typed after them no longer counts.
	settled bool

	sets        []set
	activities  []activity
	attachments []attachment

	// buf holds the text. Its first byte is none, so that no text begins at 0.
	buf []byte
}

// span is a stretch of an issue's text. The zero value says that the element
// was absent, which is not the same as empty.
type span struct{ start, end uint32 }

func (s span) present() bool { return s.start > 0 }

// empty says that there is no text: the element was absent or empty.
func (s span) empty() bool { return s.start == s.end }

// moment is a date of the file.
type moment struct {
	micros int64
	// known says that the date could be read.
	known bool
	// present says that the element was there.
	present bool
}

type set struct {
	line          int32
	id, kind, by  span
	date          moment
	first, behind int32 // its activities
	attachment    int32 // the index of its own, or -1
}

type activity struct {
	line      int32
	set       int32 // the index of its set
	attribute int32 // the index in the catalog, or noAttribute
	// texts are the fields from actID to depDeleted.
	texts      [actEnd - actID]span
	end        moment
	dependency bool
	attachment int32 // the index of its own, or -1
}

func (a *activity) text(f field) span { return a.texts[f-actID] }

// change is what an activity does to the values of an attribute.
type change struct {
	old, new span
	// removes says that there is an old value, be it empty.
	removes bool
}

// operands returns the old and the new value of an activity on an attribute of
// a kind. Exporters write options and users as values too; a value alone counts
// as well. No option and no user has an empty name: an empty element says that
// there is none, while a text may be empty.
func (a *activity) operands(kind attributeKind) change {
	c := change{old: a.text(actOldValue), new: a.text(actNewValue)}
	switch kind {
	case optionAttribute:
		c.old, c.new = first(a.text(actOldOption), c.old), first(a.text(actNewOption), c.new)
	case userAttribute:
		c.old = first(a.text(actOldUser), first(a.text(actOldOption), c.old))
		c.new = first(a.text(actNewUser), first(a.text(actNewOption), c.new))
	}
	c.removes = c.old.present()
	if kind != textAttribute && c.new.empty() {
		c.new = span{}
	}
	return c
}

// first returns the first span that is present.
func first(a, b span) span {
	if a.present() {
		return a
	}
	return b
}

type attachment struct {
	line     int32
	set      int32
	activity int32 // the index of its activity, or -1
	// texts are the fields from attID to attDeleted.
	texts             [attCreated - attID]span
	created, modified moment
	// repeats says that an attachment of the same id came before.
	repeats bool
}

func (a *attachment) text(f field) span { return a.texts[f-attID] }

// noAttribute is the index of the null attribute.
const noAttribute = -1

func (i *issue) reset() {
	i.id, i.kind, i.settled = span{}, span{}, false
	i.sets, i.activities, i.attachments = i.sets[:0], i.activities[:0], i.attachments[:0]
	i.buf = append(i.buf[:0], 0)
}

// text returns the text of a span, valid until the next issue; false where the
// element was absent.
func (i *issue) text(s span) ([]byte, bool) {
	return i.buf[s.start:s.end], s.present()
}

// bytes returns the text of a span, empty where the element was absent.
func (i *issue) bytes(s span) []byte { return i.buf[s.start:s.end] }

// equal tells whether two spans hold the same text.
func (i *issue) equal(a, b span) bool { return bytes.Equal(i.bytes(a), i.bytes(b)) }

// keep adds text to the issue.
func (i *issue) keep(text []byte) (span, error) {
	if len(text) > math.MaxUint32-len(i.buf) {
		return span{}, connector.Errorf(connector.Corrupt, "an issue has more than 4 GiB of text")
	}
	start := uint32(len(i.buf))
	i.buf = append(i.buf, text...)
	return span{start, uint32(len(i.buf))}, nil
}

// grow returns list with one more element, zeroed.
func grow[T any](list []T) []T {
	var zero T
	return append(list, zero)
}

// name shows an issue in messages.
func (i *issue) name() string {
	if i.id.empty() {
		return "an issue without id"
	}
	return fmt.Sprintf("issue %s", i.bytes(i.id))
}

// created returns the index of the set that created the issue, or else of the
// first that moved it here; -1 where there is none.
func (i *issue) created() int {
	moved := -1
	for at := range i.sets {
		switch setTypeOf(i.bytes(i.sets[at].kind)) {
		case createSet:
			return at
		case moveSet:
			if moved < 0 {
				moved = at
			}
		}
	}
	return moved
}

// modified returns the index of the latest set, -1 where there is none. Sets
// without a date are only asked where no set has one.
func (i *issue) modified() int {
	best := -1
	for at := range i.sets {
		d := i.sets[at].date
		if best < 0 || !i.sets[best].date.known || d.known && d.micros >= i.sets[best].date.micros {
			best = at
		}
	}
	return best
}
