package scarab

import (
	"slices"
	"sync"

	"github.com/trackql/trackql/connector"
)

// report is what a scan tells about itself, also while it runs.
type report struct {
	mu     sync.Mutex
	report connector.Report
	before int64 // bytes of the files that were left
}

// expect notes what the scan will have read when it ends.
func (r *report) expect(p *plan) {
	whole := p.table.count != nil && len(p.byIssue) == 0 && len(p.byRow) == 0 && p.limit == 0
	for _, s := range p.surveys {
		if !p.table.kept {
			r.report.Progress.TotalBytes += s.stamp.size
		}
		if !whole {
			continue
		}
		n, err := p.count(s)
		if err != nil || s.fault != nil {
			whole, r.report.Progress.TotalRows = false, 0
			continue
		}
		r.report.Progress.TotalRows += n
	}
}

// state returns a copy.
func (r *report) state() connector.Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	state := r.report
	state.Warnings = slices.Clone(state.Warnings)
	return state
}

func (r *report) rows(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Progress.Rows = n
}

// bytes notes how much of the open file was read.
func (r *report) bytes(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Progress.Bytes = r.before + n
}

// leave notes that a file of a size was read to its end.
func (r *report) leave(size int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.before += size
	r.report.Progress.Bytes = r.before
}

func (r *report) end(v connector.Verdict) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Verdict = v
}

// warn counts a warning.
func (r *report) warn(w warning, s *survey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for at := range r.report.Warnings {
		if r.report.Warnings[at].Code == string(w.code) {
			r.report.Warnings[at].Count++
			return
		}
	}
	place := connector.Place{File: s.file.path, Line: w.line}
	r.report.Warnings = append(r.report.Warnings, connector.Warning{
		Code: string(w.code), Count: 1, Text: place.String() + ": " + w.text,
	})
}
