package connectortest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// breach is how the answer to a scan with predicates breaks the law; the zero
// value is an answer that does not.
type breach struct {
	// lost tells of rows that are missing, come too often, or have changed.
	lost string
	// strange tells of rows that a scan without predicates has not.
	strange string
	// extra tells of rows that an Exact predicate should have left out.
	extra string
	// refused says that there is no answer, and need not be.
	refused bool
}

// try makes a scan with predicates and judges the answer.
func (s *session) try(w *whole, where []connector.Predicate) breach {
	columns := s.witness(w, where)
	a, refused := s.ask(w, connector.ScanRequest{Table: w.table.Name, Columns: columns, Where: where})
	if refused {
		return breach{refused: true}
	}
	if a.err != nil {
		return breach{lost: fmt.Sprintf("fails: %v", a.err)}
	}
	want := w.expect(where, columns)
	got := a.multiset()
	if lost := want.must.minus(got); len(lost) > 0 {
		return breach{lost: fmt.Sprintf("loses %d of %d rows, such as %s",
			len(lost), len(want.rows), w.describe(lost[0], columns, where, yes))}
	}
	if strange := got.minus(want.all); len(strange) > 0 {
		return w.stranger(a, strange)
	}
	if extra := got.minus(want.may); len(extra) > 0 && exact(w.table, where) {
		return breach{extra: fmt.Sprintf("is graded exact, but leaves in %d other rows, such as %s",
			len(extra), w.describe(extra[0], columns, where, no))}
	}
	return breach{}
}

// stranger tells what is wrong with rows that a scan without predicates has
// not: they come too often, have other values there, or are new. The columns of
// an answer begin with the table's key.
func (w *whole) stranger(a answer, strange []string) breach {
	rows := show(a.columns, strange)
	if w.project(a.columns).all[strange[0]] > 0 {
		return breach{lost: "gives rows more often than the table has them: " + rows}
	}
	key := w.key()
	for _, row := range a.rows {
		same := rowText(row, first(len(a.columns))) == strange[0]
		if same && len(key) > 0 && w.project(key).all[rowText(row, first(len(key)))] > 0 {
			return breach{lost: "gives rows with other values than a scan without predicates: " + rows}
		}
	}
	return breach{strange: "gives rows that a scan without predicates has not: " + rows}
}

func exact(t *connector.Table, where []connector.Predicate) bool {
	return !slices.ContainsFunc(where, func(p connector.Predicate) bool { return t.Grade(p) != connector.Exact })
}

// describe shows a row of the table by the columns in which it was seen and
// those that the predicates are about.
func (w *whole) describe(text string, seen []string, where []connector.Predicate, want certainty) string {
	columns := slices.Clone(seen)
	var asked []string
	for _, p := range where {
		asked = append(asked, p.Column)
		if !slices.Contains(columns, p.Column) {
			columns = append(columns, p.Column)
		}
	}
	at, filtered := w.places(seen), w.places(asked)
	for _, row := range w.rows {
		if rowText(row, at) != text || satisfies(row, where, filtered) != want {
			continue
		}
		texts := make([]string, len(columns))
		for i, place := range w.places(columns) {
			texts[i] = connector.QuoteName(columns[i]) + " = " + row[place].text
		}
		return strings.Join(texts, ", ")
	}
	return "(" + text + ")"
}

func showWhere(where []connector.Predicate) string {
	texts := make([]string, len(where))
	for i, p := range where {
		if texts[i] = p.String(); len(texts[i]) > 300 {
			texts[i] = strings.ToValidUTF8(texts[i][:300], "") + "…"
		}
	}
	return strings.Join(texts, " AND ")
}

// sweep is what came of asking every graded column with every operator: two
// checks tell of it, so that it is done once.
type sweep struct {
	done                 bool
	lost, extra, strange []finding
}

type finding struct{ table, predicate, text string }

// sweepAll asks each column with each operator that it is graded for, and
// keeps of all that fails the shortest predicate.
func (s *session) sweepAll() *sweep {
	s.Helper()
	if s.sweep.done {
		return s.sweep
	}
	s.sweep.done = true
	s.eachTable(func(w *whole) {
		for i := range w.table.Columns {
			c := &w.table.Columns[i]
			for _, op := range c.Filters.Operators() {
				s.sweep.add(s.worst(w, s.predicates(w, c, op)))
			}
		}
	})
	return s.sweep
}

func (s *sweep) add(other sweep) {
	s.lost = append(s.lost, other.lost...)
	s.extra = append(s.extra, other.extra...)
	s.strange = append(s.strange, other.strange...)
}

// worst returns the shortest predicate that breaks the law in each way.
func (s *session) worst(w *whole, list []connector.Predicate) sweep {
	var worst sweep
	for _, p := range list {
		where := []connector.Predicate{p}
		b := s.try(w, where)
		for _, breach := range []struct {
			found *[]finding
			text  string
		}{{&worst.lost, b.lost}, {&worst.extra, b.extra}, {&worst.strange, b.strange}} {
			if breach.text != "" {
				*breach.found = shortest(*breach.found, finding{w.table.Name, p.String(), showWhere(where) + " " + breach.text})
			}
		}
	}
	return worst
}

// firstOf returns the first finding, where there is one: one is enough of those
// that have one cause.
func firstOf(findings []finding) []finding { return findings[:min(1, len(findings))] }

// shortest returns the one finding with the shortest predicate.
func shortest(one []finding, other finding) []finding {
	if len(one) > 0 && len(one[0].predicate) <= len(other.predicate) {
		return one
	}
	return []finding{other}
}

func checkSuperset(s *session) {
	for _, f := range s.sweepAll().lost {
		s.failf(f.table, "%s", f.text)
	}
}

func checkExact(s *session) {
	for _, f := range s.sweepAll().extra {
		s.failf(f.table, "%s", f.text)
	}
}

// checkUnsupported asks columns with the operators that they are not graded
// for: the rows must be those of a scan without predicates.
func checkUnsupported(s *session) {
	s.eachTable(func(w *whole) {
		for i := range w.table.Columns {
			c := &w.table.Columns[i]
			for op, grade := range c.Filters {
				if grade == connector.Unsupported {
					s.mustIgnore(w, s.predicates(w, c, connector.Operator(op)))
				}
			}
		}
	})
}

// mustIgnore tries the predicates that part of the rows satisfy, three at most.
func (s *session) mustIgnore(w *whole, list []connector.Predicate) {
	s.Helper()
	tried := 0
	for _, p := range list {
		where := []connector.Predicate{p}
		columns := s.witness(w, where)
		want := w.expect(where, columns)
		if len(want.rows) == len(w.rows) {
			continue
		}
		a := read(s.ctx, s.src, connector.ScanRequest{Table: w.table.Name, Columns: columns, Where: where})
		if a.err != nil {
			s.failf(w.table.Name, "%s is graded unsupported, and must be ignored; it fails: %v", showWhere(where), a.err)
			return
		}
		if lost := want.all.minus(a.multiset()); len(lost) > 0 {
			s.failf(w.table.Name, "%s is graded unsupported, but it is applied: %d of %d rows are left out, such as %s",
				showWhere(where), len(lost), len(w.rows), w.describe(lost[0], columns, where, no))
			return
		}
		if tried++; tried == 3 {
			return
		}
	}
}

// checkConjunctions combines two and three predicates, each of which holds the
// law alone.
func checkConjunctions(s *session) {
	s.eachTable(func(w *whole) {
		pool := s.pool(w, connector.Inexact)
		if len(pool) == 0 {
			return
		}
		for range s.cfg.Conjunctions {
			where := make([]connector.Predicate, 2+s.rand.IntN(2))
			for i := range where {
				where[i] = pool[s.rand.IntN(len(pool))]
			}
			if s.conjunction(w, where) {
				return
			}
		}
	})
}

// pool makes up predicates that hold the law, of at least a grade.
func (s *session) pool(w *whole, least connector.Grade) []connector.Predicate {
	type choice struct {
		column *connector.Column
		op     connector.Operator
	}
	var choices []choice
	for i := range w.table.Columns {
		c := &w.table.Columns[i]
		for _, op := range c.Filters.Operators() {
			if c.Filters[op] >= least {
				choices = append(choices, choice{c, op})
			}
		}
	}
	var pool []connector.Predicate
	for range min(3*len(choices), s.cfg.Conjunctions) {
		pick := choices[s.rand.IntN(len(choices))]
		list := s.predicates(w, pick.column, pick.op)
		if len(list) == 0 {
			continue
		}
		p := list[s.rand.IntN(len(list))]
		if s.try(w, []connector.Predicate{p}) == (breach{}) {
			pool = append(pool, p)
		}
	}
	return pool
}

// conjunction tries predicates together, and where they fail looks for two of
// them that fail too.
func (s *session) conjunction(w *whole, where []connector.Predicate) (failed bool) {
	s.Helper()
	b := s.try(w, where)
	if b == (breach{}) {
		return false
	}
	for i := range where {
		pair := slices.Delete(slices.Clone(where), i, i+1)
		if smaller := s.try(w, pair); len(pair) == 2 && smaller != (breach{}) {
			where, b = pair, smaller
			break
		}
	}
	s.failf(w.table.Name, "%s %s; each of them alone holds the law", showWhere(where), b.lost+b.extra+b.strange)
	return true
}
