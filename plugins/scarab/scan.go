package scarab

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// scan reads the rows of one table, file after file, issue after issue.
type scan struct {
	*plan
	ctx     context.Context
	source  *Source
	catalog *catalog
	refs    atomic.Int64
	report  report

	writer *writer
	batch  arrow.RecordBatch
	err    error
	ended  bool

	row      row
	replay   replay
	doc      *document
	in       *input
	at       int   // the index of the file to open next
	inside   bool  // the row is in an issue or file that may have rows
	returned int64 // rows
	warnings []warning
	reading  bool // an issue that was read is being replayed
}

var (
	_ array.RecordReader = (*scan)(nil)
	_ connector.Reporter = (*scan)(nil)
)

func newScan(ctx context.Context, source *Source, sum *summary, p *plan) *scan {
	s := &scan{plan: p, ctx: ctx, source: source, catalog: sum.catalog}
	s.refs.Store(1)
	s.writer = newWriter(source.memory, p)
	s.replay = replay{catalog: sum.catalog, needs: p.needs, warn: s.warn, wanted: p.wanted}
	s.row.replay = &s.replay
	s.report.expect(p)
	return s
}

// Retain adds a reference.
func (s *scan) Retain() { s.refs.Add(1) }

// Release drops a reference; the last one frees everything.
func (s *scan) Release() {
	if s.refs.Add(-1) > 0 {
		return
	}
	s.drop()
	s.writer.release()
	s.close()
}

func (s *scan) drop() {
	if s.batch != nil {
		s.batch.Release()
		s.batch = nil
	}
}

// Schema returns the schema of the columns asked for.
func (s *scan) Schema() *arrow.Schema { return s.schema }

// RecordBatch returns the batch that Next went to.
func (s *scan) RecordBatch() arrow.RecordBatch { return s.batch }

// Record returns the batch that Next went to.
//
// Deprecated: use RecordBatch.
func (s *scan) Record() arrow.RecordBatch { return s.batch }

// Err returns why Next answered false; nil where all rows were read.
func (s *scan) Err() error {
	if s.batch != nil {
		return nil // rows came before the error
	}
	return s.err
}

// Report tells how far the scan is.
func (s *scan) Report() connector.Report { return s.report.state() }

// Next goes to the next batch.
func (s *scan) Next() bool {
	s.drop()
	if s.err == nil && !s.ended {
		s.fill()
	}
	s.batch = s.writer.batch(s.schema)
	return s.batch != nil
}

// fill writes rows until the batch is full or nothing follows.
func (s *scan) fill() {
	if s.err = ended(s.ctx); s.err != nil {
		return
	}
	for !s.ended && s.err == nil && s.writer.rows < s.batchRows && s.writer.bytes < batchBytes {
		if s.limit > 0 && s.returned == s.limit {
			s.stop()
			return
		}
		if s.inside && s.table.next(&s.row) {
			if matchAll(s.byRow, &s.row) {
				s.writer.write(&s.row)
				s.returned++
			}
			continue
		}
		s.inside = false
		s.advance()
	}
	s.report.rows(s.returned)
}

// advance goes to the next issue, or file, that may have rows.
func (s *scan) advance() {
	var more bool
	if s.table.kept {
		more, s.err = s.nextKept()
	} else {
		more, s.err = s.nextRead()
	}
	if s.err != nil || more {
		return
	}
	s.ended = true
	s.report.end(connector.Verdict{Completeness: connector.Complete})
}

// nextKept goes to the next file of a table that the survey kept.
func (s *scan) nextKept() (bool, error) {
	if s.at > 0 {
		if err := s.surveys[s.at-1].fault; err != nil {
			return false, err
		}
	}
	if s.at == len(s.surveys) {
		return false, nil
	}
	s.row.survey = s.surveys[s.at]
	s.row.start()
	s.inside = true
	s.at++
	if s.table.name == dependenciesTable.name {
		for _, d := range s.row.survey.dependencies {
			if d.dangling() {
				s.warn(danglingDependency, int(d.line), d.describe())
			}
		}
	}
	return true, nil
}

// nextRead goes to the next issue of the files.
func (s *scan) nextRead() (bool, error) {
	if s.doc == nil {
		if s.at == len(s.surveys) {
			return false, nil
		}
		return true, s.open()
	}
	s.warnings = s.warnings[:0]
	more, err := s.doc.next()
	s.report.bytes(s.in.read.Load())
	if err != nil {
		return false, err
	}
	if more {
		s.enter(&s.doc.issue)
		return true, nil
	}
	if err := s.leave(); err != nil {
		return false, err
	}
	// What was forgiven behind the last issue is in no issue.
	if s.table.name == warningsTable.name && len(s.warnings) > 0 {
		s.row.warnings = s.warnings
		s.row.start()
		s.inside = true
	}
	return true, nil
}

// open opens the next file.
func (s *scan) open() error {
	survey := s.surveys[s.at]
	s.at++
	in, err := openInput(s.ctx, survey.file.path)
	if err != nil {
		return err
	}
	s.in = in
	if in.stamp != survey.stamp {
		return changed(survey)
	}
	s.doc = s.source.document(in, survey.file, s.needs, s.warn)
	s.doc.attribute = func(name []byte) (int32, error) {
		at, known := s.catalog.spellings[string(name)]
		if !known {
			return 0, unlike(survey)
		}
		return at, nil
	}
	if s.attributes != nil {
		s.doc.wanted = s.wanted
	}
	s.doc.wants = s.wants
	switch s.source.validate {
	case validateNever:
		s.doc.dates.fault = dateWarning
	case validateAlways:
		s.doc.dates.fault = dateStrict
	}
	s.row.survey, s.replay.survey = survey, survey
	s.row.issue = &s.doc.issue
	return nil
}

func changed(survey *survey) error {
	return connector.Errorf(connector.Conflict, "%s was changed since it was read first", survey.file.path).
		WithHint("Open the source again.")
}

// wants tells, when an issue's id and type are known, whether it may have rows.
func (s *scan) wants(i *issue) bool {
	if _, hidden := s.row.survey.hidden[i.ordinal]; hidden {
		return false
	}
	return matchAll(s.byIssue, &s.row)
}

// enter makes ready the rows of an issue that was read.
func (s *scan) enter(i *issue) {
	survey := s.row.survey
	wanted := s.wants(i)
	s.reading = true
	if key, hidden := survey.hidden[i.ordinal]; hidden {
		s.warn(hiddenIssue, int(i.line), fmt.Sprintf("%s was left out: %s has it in a later state",
			i.name(), survey.merge.latest[key].survey.file.name))
	}
	if survey.repeated[i.ordinal] {
		s.warn(repeatedIssue, int(i.line), fmt.Sprintf("%s is in the file before", i.name()))
	}
	if wanted {
		s.markRepeats(i)
		s.replay.play(i)
	}
	s.reading = false
	s.row.warnings = s.warnings
	s.row.start()
	s.inside = wanted || s.table.name == warningsTable.name
}

// markRepeats finds the attachments that came before, in the file or the issue.
func (s *scan) markRepeats(i *issue) {
	if len(s.row.survey.repeats) == 0 {
		return
	}
	for at := range i.attachments {
		a := &i.attachments[at]
		id := i.bytes(a.text(attID))
		known, repeats := s.row.survey.repeats[reference{i.ordinal, string(id)}]
		if !repeats || len(id) == 0 {
			continue
		}
		a.repeats = true
		if known.first && !i.attachedBefore(at) {
			a.repeats = false
		}
	}
}

// attachedBefore tells whether an attachment before this one has its id.
func (i *issue) attachedBefore(at int) bool {
	for before := range i.attachments[:at] {
		if i.equal(i.attachments[before].text(attID), i.attachments[at].text(attID)) {
			return true
		}
	}
	return false
}

// leave closes a file that was read to its end, and checks that it is the file
// of the survey.
func (s *scan) leave() error {
	count := int64(s.doc.count)
	s.report.leave(s.in.stamp.size)
	s.close()
	if survey := s.row.survey; survey.fault != nil || count != survey.issues {
		return unlike(survey)
	}
	return nil
}

// unlike says why a file does not end where the light pass ended.
func unlike(survey *survey) error {
	if survey.fault != nil {
		return survey.fault // of a date that this scan did not read
	}
	return changed(survey)
}

// stop ends the scan at its limit. Under Validate=always the light pass has
// checked every file to its end.
func (s *scan) stop() {
	s.ended = true
	s.report.rows(s.returned)
	if s.source.validate == validateAlways {
		for _, survey := range s.surveys {
			if survey.fault != nil {
				s.err = survey.fault
				return
			}
		}
		s.report.end(connector.Verdict{Completeness: connector.Complete})
		return
	}
	s.report.end(s.partial())
}

// partial says how far a scan read that stops at its limit.
func (s *scan) partial() connector.Verdict {
	v := connector.Verdict{Completeness: connector.Partial}
	if s.doc == nil {
		return v
	}
	line, validated := s.doc.xml.Validated()
	word := "validated"
	if !validated {
		word, line = "read", s.doc.line()
	}
	v.Note = fmt.Sprintf("%s up to line %d", word, line)
	if len(s.surveys) > 1 {
		v.Note += " of " + s.row.survey.file.name
	}
	return v
}

// close closes the file that is open.
func (s *scan) close() {
	if s.in == nil {
		return
	}
	if err := s.in.close(); err != nil && s.err == nil {
		s.err = err
	}
	s.in, s.doc = nil, nil
}

// warn takes a warning about what is being read.
func (s *scan) warn(code warningCode, line int, text string) {
	w := warning{line: line, code: code, text: text, inIssue: s.reading || s.doc != nil && s.doc.reading}
	if s.table.name == warningsTable.name {
		s.warnings = append(s.warnings, w)
	}
	s.report.warn(w, s.row.survey)
}
