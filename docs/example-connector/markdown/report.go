package markdown

import (
	"fmt"
	"slices"
	"sync"

	"github.com/trackql/trackql/connector"
)

// report is what a scan tells about itself, also while it runs: Report is
// called from other goroutines.
type report struct {
	mu     sync.Mutex
	state  connector.Report
	opened int // files, so far
}

// Report returns a copy.
func (r *report) Report() connector.Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	state := r.state
	state.Warnings = slices.Clone(state.Warnings)
	return state
}

// end notes how the scan ended: with everything read, or early at its limit,
// with some files left.
func (r *report) end(everything bool, left int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Verdict.Completeness = connector.Complete
	if !everything {
		note := fmt.Sprintf("%d of %d files read", r.opened, r.opened+left)
		r.state.Verdict = connector.Verdict{Completeness: connector.Partial, Note: note}
	}
}

// warn counts what was forgiven, by its code.
func (r *report) warn(code string, place connector.Place, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.state.Warnings {
		if w := &r.state.Warnings[i]; w.Code == code {
			w.Count++
			return
		}
	}
	r.state.Warnings = append(r.state.Warnings, connector.Warning{
		Code: code, Count: 1, Text: place.String() + ": " + text,
	})
}

// expect notes how many rows will come.
func (r *report) expect(rows int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Progress.TotalRows = rows
}

// progress notes how many rows were handed out.
func (r *report) progress(rows int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Progress.Rows = rows
}

// fileRead notes a file of a size.
func (r *report) fileRead(bytes int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened++
	r.state.Progress.Bytes += bytes
}
