package rpc

import (
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// A string of protobuf must be UTF-8, or the message does not travel. Messages
// for people may quote what is not.

// textBytes is how much of a message for people travels: the error of a call does
// so in a header.
const textBytes = 1 << 20

// clean replaces what is no UTF-8 in an error, and cuts what is too long.
func clean(e *wire.Error) *wire.Error {
	if e == nil {
		return nil
	}
	texts := []*string{&e.Op, &e.Text, &e.Hint}
	if e.Place != nil {
		texts = append(texts, &e.Place.File)
	}
	for _, text := range texts {
		*text = utf8Of(*text)
	}
	return e
}

// cleanReport replaces what is no UTF-8 in a report.
func cleanReport(r *wire.Report) *wire.Report {
	r.Progress.Waiting = utf8Of(r.Progress.Waiting)
	r.Verdict.Note = utf8Of(r.Verdict.Note)
	for _, w := range r.Warnings {
		w.Code, w.Text = utf8Of(w.Code), utf8Of(w.Text)
	}
	return r
}

// cleanEstimate replaces what is no UTF-8 in what an estimate tells a person.
func cleanEstimate(e *wire.Estimate) *wire.Estimate {
	e.Category = utf8Of(e.Category)
	for i, note := range e.Notes {
		e.Notes[i] = utf8Of(note)
	}
	return e
}

func utf8Of(text string) string {
	if surplus := len(text) - textBytes; surplus > 0 {
		text = fmt.Sprintf("%s… (and %d bytes more)", text[:textBytes], surplus)
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
