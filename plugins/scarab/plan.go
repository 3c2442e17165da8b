package scarab

import (
	"encoding/json"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// plan is what a scan does.
type plan struct {
	table   *table
	schema  *arrow.Schema
	columns []*column
	surveys []*survey // of the files to read
	// The predicates, by how early they are decided.
	byIssue, byRow []matcher
	needs          need
	// attributes tells which attributes are needed; nil is all.
	attributes []bool
	limit      int64
	batchRows  int
}

// Batches have this many rows, unless less is asked for, or their text comes to
// batchBytes before.
const (
	batchRows  = 2048
	batchBytes = 8 << 20
)

// plan checks a request and says what to do about it.
func (sum *summary) plan(req connector.ScanRequest) (*plan, error) {
	t, described, err := sum.table(req.Table)
	if err != nil {
		return nil, err
	}
	schema, err := described.Schema(req.Columns)
	if err != nil {
		return nil, err
	}
	p := &plan{table: t, schema: schema, needs: t.needs, limit: req.Limit, batchRows: batchRows}
	if req.BatchRows > 0 {
		p.batchRows = min(req.BatchRows, batchRows)
	}
	if t.name == issuesTable.name {
		p.attributes = make([]bool, len(sum.catalog.list))
	}
	for _, name := range req.Columns {
		c := t.column(name)
		p.columns = append(p.columns, c)
		p.use(c)
	}
	if p.surveys, err = sum.part(req.Part); err != nil {
		return nil, err
	}
	for _, w := range req.Where {
		if err := described.Check(w); err != nil {
			return nil, err
		}
		if described.Grade(w) != connector.Unsupported {
			p.where(t, w)
		}
	}
	return p, nil
}

// use notes what a column needs.
func (p *plan) use(c *column) {
	p.needs |= c.needs
	if c.attribute > 0 {
		p.attributes[c.attribute-1] = true
	}
}

// where adds a predicate. One on the file leaves out files at once.
func (p *plan) where(t *table, w connector.Predicate) {
	c := t.column(w.Column)
	m := matcher{column: c, predicate: w}
	switch c.level {
	case fileLevel:
		p.surveys = slices.DeleteFunc(p.surveys, func(s *survey) bool { return !m.matches(&row{survey: s}) })
	case issueLevel:
		p.byIssue = append(p.byIssue, m)
	default:
		p.byRow = append(p.byRow, m)
		p.use(c)
	}
}

// wanted tells whether an attribute is needed.
func (p *plan) wanted(attribute int32) bool {
	return p.attributes == nil || p.attributes[attribute]
}

// count returns how many rows of a file the plan has, by what was kept of it.
func (p *plan) count(s *survey) (int64, error) {
	if len(p.byRow) == 0 {
		if len(s.hidden) == 0 || p.table.kept {
			return p.table.count(s), nil
		}
		if p.table.name == issuesTable.name {
			return s.issues - int64(len(s.hidden)), nil
		}
		return 0, connector.Errorf(connector.Unimplemented, "rows of %s are counted by reading", p.table.name)
	}
	r := row{survey: s}
	r.start()
	var n int64
	for p.table.next(&r) {
		if matchAll(p.byRow, &r) {
			n++
		}
	}
	return n, nil
}

// part returns the surveys of the files that a part names, of all for none.
func (sum *summary) part(text string) ([]*survey, error) {
	if text == "" {
		return slices.Clone(sum.surveys), nil
	}
	var names []string
	if err := json.Unmarshal([]byte(text), &names); err != nil {
		return nil, connector.Errorf(connector.Invalid, "part %q: %w", text, err)
	}
	var surveys []*survey
	for _, name := range names {
		at := slices.IndexFunc(sum.surveys, func(s *survey) bool { return s.file.name == name })
		if at < 0 {
			return nil, connector.Errorf(connector.NotFound, "part %q: there is no file %s", text, name)
		}
		surveys = append(surveys, sum.surveys[at])
	}
	return surveys, nil
}
