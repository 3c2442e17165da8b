package connector

import (
	"strconv"
	"time"
)

// Report tells how far a scan is and what it met.
type Report struct {
	Progress Progress
	Verdict  Verdict
	// Warnings are what was forgiven so far, counted by code, in order of
	// first appearance.
	Warnings []Warning
}

// Progress counts what a scan has done so far. A total that is not known is 0.
type Progress struct {
	Rows, TotalRows   int64
	Bytes, TotalBytes int64
	// Requests are the requests sent to the system, with retries.
	Requests int64
	// Waiting says why nothing moves just now, such as "rate limit, 12s"; empty
	// where things move.
	Waiting string
}

// Completeness says how much a finished scan can vouch for.
type Completeness uint8

// The grades of completeness.
const (
	// Unknown: the scan has not ended, or the source cannot tell.
	Unknown Completeness = iota
	// Partial: reading stopped early, because enough rows were found.
	Partial
	// Complete: everything was read, and checked where it could be.
	Complete
)

func (c Completeness) String() string {
	return nameOf(uint8(c), "completeness", "unknown", "partial", "complete")
}

// Verdict says whether a scan read everything.
type Verdict struct {
	Completeness Completeness
	// Note adds what a person should know: "validated up to line 812".
	Note string
}

func (v Verdict) String() string {
	if v.Note == "" {
		return v.Completeness.String()
	}
	return v.Completeness.String() + ": " + v.Note
}

// Warning is something that a source forgave.
type Warning struct {
	// Code names the kind of thing, in words joined by hyphens:
	// "unknown-set-type".
	Code string
	// Count is how often it happened.
	Count int64
	// Text describes the first time, with its place.
	Text string
}

// Spending is what was asked of a system. A request that several statements
// share is counted for the one that sent it.
type Spending struct {
	// Data are requests for rows, Count for numbers of rows, and Metadata for
	// what the source must know beside them. Further tries of any of them are
	// Retries.
	Data, Count, Metadata, Retries int64
	// Bytes are those of the answers.
	Bytes int64
}

// Requests is how many requests there were, without further tries.
func (s Spending) Requests() int64 { return s.Data + s.Count + s.Metadata }

// Quota is what is left of a system's allowance of requests.
type Quota struct {
	// Category names the allowance: "search".
	Category string
	// Limit and Remaining are requests in the present window.
	Limit, Remaining int64
	// Reset is when the window ends.
	Reset time.Time
}

// Place is where in a text something is. Line and Column count from 1, Column
// in characters; 0 is unknown.
type Place struct {
	File         string
	Line, Column int
}

// String shows the place as FILE:LINE:COLUMN, as far as it is known.
func (p Place) String() string {
	text := p.File
	if p.Line > 0 {
		text += ":" + strconv.Itoa(p.Line)
		if p.Column > 0 {
			text += ":" + strconv.Itoa(p.Column)
		}
	}
	return text
}
