package scarab

import (
	"context"
	"slices"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/javadate"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

// Source is a set of issue files.
type Source struct {
	files    []file
	models   models
	validate string
	dtd      string
	encoding string
	zone     *javadate.Zone
	merge    bool
	lists    bool
	memory   memory.Allocator

	// turn is held while the light pass runs, and while its result is looked at.
	turn chan struct{}
	done *summary
}

var (
	_ connector.Source    = (*Source)(nil)
	_ connector.Counter   = (*Source)(nil)
	_ connector.Estimator = (*Source)(nil)
	_ connector.Splitter  = (*Source)(nil)
)

// summary is what the light pass found in all files.
type summary struct {
	surveys []*survey // in the order of the files
	catalog *catalog
	tables  []table
	listed  []connector.Table
}

// summary runs the light pass at the first call that is not cancelled, and
// returns its result to all.
func (s *Source) summary(ctx context.Context) (*summary, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ended(ctx)
	}
	defer func() { <-s.turn }()
	if s.done != nil {
		return s.done, nil
	}
	done, err := s.lightPass(ctx)
	if err != nil {
		return nil, err
	}
	s.done = done
	return done, nil
}

// lightPass reads every file once, for what must be known before the first row:
// the attributes, how many rows there are, and what refers to what. A fault in
// a file ends the reading of that file only: a scan meets it again.
func (s *Source) lightPass(ctx context.Context) (*summary, error) {
	sum := &summary{catalog: newCatalog()}
	var m *merge
	if s.merge && len(s.files) > 1 {
		m = newMerge()
	}
	var scouts []*scout
	for _, f := range s.files {
		sc, err := s.scout(ctx, f, sum.catalog, m)
		if err != nil {
			return nil, err
		}
		scouts = append(scouts, sc)
		sum.surveys = append(sum.surveys, sc.survey)
	}
	if err := s.hopeless(scouts); err != nil {
		return nil, err
	}
	for _, sc := range scouts {
		sc.finish()
	}
	sum.tables = []table{
		issuesWith(sum.catalog, s.lists), activitySetsTable, activitiesTable, commentsTable, attachmentsTable,
		attributeValuesTable, dependenciesTable, modulesTable, usersTable, warningsTable,
	}
	for i := range sum.tables {
		sum.listed = append(sum.listed, sum.describe(&sum.tables[i]))
	}
	return sum, nil
}

// hopeless returns the fault that keeps every query from an answer: any, where
// the files are to be read to their end in any case; else that of a file in
// which nothing was found, where there is no other.
func (s *Source) hopeless(scouts []*scout) error {
	var first error
	issues := int64(0)
	for _, sc := range scouts {
		issues += sc.issues
		if first == nil {
			first = sc.fault
		}
	}
	if first != nil && (s.validate == validateAlways || issues == 0) {
		return first
	}
	return nil
}

// ended returns an error of Kind Canceled once ctx has ended.
func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &connector.Error{Kind: connector.Canceled, Err: err}
	}
	return nil
}

// scout makes the survey of one file. A file that is broken has a survey as far
// as it goes; one that cannot be read now is an error.
func (s *Source) scout(ctx context.Context, f file, c *catalog, m *merge) (*scout, error) {
	sc := newScout(f, c, m)
	in, err := openInput(ctx, f.path)
	if connector.KindOf(err) == connector.Corrupt {
		sc.fault = err
		return sc, nil
	}
	if err != nil {
		return nil, err
	}
	sc.stamp = in.stamp
	sc.doc = s.document(in, f, lightNeeds, nil)
	sc.doc.attribute = c.learn
	sc.doc.dates.fault = dateIgnored
	if s.validate == validateAlways {
		sc.doc.needs |= dates
		sc.doc.dates.fault = dateStrict
	}
	sc.run()
	if err := in.close(); err != nil {
		return nil, err
	}
	switch connector.KindOf(sc.fault) {
	case connector.Unavailable, connector.Canceled:
		return nil, sc.fault
	}
	return sc, nil
}

// document returns a reader of a file that gives the issues' ids and types, and
// the fields needed. warn takes what is forgiven; nil drops it.
func (s *Source) document(in *input, f file, needed need, warn warnFunc) *document {
	d := &document{needs: needed | needs(issueID, issueType), warn: warn}
	d.dates.zone = s.zone
	cfg := xmlread.Config{
		Name: f.path, Encoding: s.encoding, Names: elementNames, Policy: s.policy(),
		Model: func(doctype *xmlread.Doctype) *xmlread.Model {
			if doctype != nil {
				d.module.doctype = doctype.SystemID
			}
			model, unknown := s.chooseModel(doctype)
			if unknown && warn != nil {
				warn(unknownDoctype, doctype.Place.Line, unknownVersion(doctype))
			}
			return model
		},
	}
	if warn != nil {
		cfg.Warn = func(w xmlread.Warning) { warn(warningCode(w.Code), w.Place.Line, w.Text) }
	}
	d.xml = xmlread.New(in, cfg)
	return d
}

// Tables describes the tables. The first call reads the files once.
func (s *Source) Tables(ctx context.Context) ([]connector.Table, error) {
	sum, err := s.summary(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(sum.listed), nil
}

// describe states what a table is, and no key that these files break.
func (sum *summary) describe(t *table) connector.Table {
	d := connector.Table{
		Name: t.name, Doc: t.doc, Unique: t.unique, Key: t.key, References: t.references,
		Examples: t.examples, StopsAtLimit: true,
	}
	for i := range t.columns {
		d.Columns = append(d.Columns, t.columns[i].describe())
	}
	for _, s := range sum.surveys {
		d.Rows += t.size(s)
		perIssue := slices.Contains(t.key, "IssueId") || t.name == issuesTable.name
		if perIssue && len(s.repeated) > 0 || t.name == activitySetsTable.name && !s.ownSets {
			d.Key = nil
		}
		if t.name == dependenciesTable.name && len(s.hidden) > 0 {
			d.References = nil // a parent may be shown from another file
		}
	}
	return d
}

// table returns a table by name, as it is and as it is described.
func (sum *summary) table(name string) (*table, *connector.Table, error) {
	var names []string
	for i := range sum.tables {
		if sum.tables[i].name == name {
			return &sum.tables[i], &sum.listed[i], nil
		}
		names = append(names, sum.tables[i].name)
	}
	err := connector.Errorf(connector.NotFound, "there is no table %q", name)
	if near, ok := connector.Nearest(name, names); ok {
		err = err.WithHint("Did you mean %s?", near)
	}
	return nil, nil, err
}

// Scan streams rows of a table.
func (s *Source) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	sum, err := s.summary(ctx)
	if err != nil {
		return nil, err
	}
	p, err := sum.plan(req)
	if err != nil {
		return nil, err
	}
	return newScan(ctx, s, sum, p), nil
}

// Count counts rows without reading a file, where the light pass counted them:
// with predicates on the file only, or of a table whose rows it kept.
func (s *Source) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	sum, err := s.summary(ctx)
	if err != nil {
		return 0, err
	}
	p, err := sum.plan(connector.ScanRequest{Table: req.Table, Where: req.Where})
	if err != nil {
		return 0, err
	}
	if p.table.count == nil || len(p.byIssue) > 0 || len(p.byRow) > 0 && !p.table.kept {
		return 0, connector.Errorf(connector.Unimplemented, "rows of %s are counted by reading", req.Table)
	}
	var rows int64
	for _, survey := range p.surveys {
		if survey.fault != nil {
			return 0, survey.fault
		}
		n, err := p.count(survey)
		if err != nil {
			return 0, err
		}
		rows += n
	}
	return rows, nil
}

// Estimate tells how many bytes a scan reads, and how many rows the table has
// in the files that it reads; predicates on anything else are not foreseen.
func (s *Source) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	sum, err := s.summary(ctx)
	if err != nil {
		return connector.Estimate{}, err
	}
	p, err := sum.plan(req)
	if err != nil {
		return connector.Estimate{}, err
	}
	var e connector.Estimate
	for _, survey := range p.surveys {
		if !p.table.kept {
			e.Bytes += survey.stamp.size
		}
		e.Rows += p.table.size(survey)
	}
	if p.table.count == nil && p.table.estimate == nil {
		e.Rows = -1
	}
	return e, nil
}

// Close does nothing: no file is open but while a scan reads it.
func (s *Source) Close() error { return nil }
