package sqlengine

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// widening finds out which further columns one statement needs, while it is
// being planned.
type widening struct {
	session *Session
	stmt    statement
	text    planText
	// tried are the names of columns that are not there, which shadows have on
	// trial as columns of the kind-th type; refused is what the last of them was
	// to mend.
	tried   []string
	kind    int
	refused *plan.RefusedError
	// learned says that the query of the view that the statement makes was
	// planned.
	learned bool
}

// trialTypes are the types of columns on trial, in the order in which to try.
var trialTypes = []string{"VARCHAR", "DOUBLE", "DATE", "VARCHAR[]"}

// widening begins a statement: what the one before it had settled or tried is
// forgotten.
func (s *Session) widening(ctx context.Context, stmt statement, text planText) (*widening, error) {
	w := &widening{session: s, stmt: stmt, text: text}
	for _, relations := range s.catalog.tables {
		for _, r := range relations {
			if r.further != nil {
				r.further.settled, r.further.trial = false, nil
			}
		}
	}
	if showsColumns(stmt) {
		narrow, err := s.narrowOnes(ctx, stmt)
		if err != nil {
			return nil, err
		}
		if err := s.widenAll(ctx, narrow); err != nil {
			return nil, err
		}
	}
	return w, s.reshadow(ctx)
}

// showsColumns tells whether a statement may have columns of a table in its
// answer that no plan tells of: a DESCRIBE in a query, or a macro, which is
// planned where it is called.
func showsColumns(stmt statement) bool {
	for i, t := range stmt.tokens {
		inner := i > 0 && stmt.tokens[i-1].is(stmt.text, "(")
		switch {
		case t.is(stmt.text, "DESCRIBE"), inner && (t.is(stmt.text, "DESC") || t.is(stmt.text, "SHOW")),
			stmt.keyword(0) == "CREATE" && (t.is(stmt.text, "MACRO") || t.is(stmt.text, "FUNCTION")):
			return true
		}
	}
	return false
}

// choosesColumns tells whether a statement takes columns by what they are
// called, so that further ones may be among them although the one that stands
// for them is not.
func choosesColumns(stmt statement) bool {
	next := func(i int, words ...string) bool {
		return i < len(stmt.tokens) && slices.ContainsFunc(words, func(word string) bool { return stmt.tokens[i].is(stmt.text, word) })
	}
	for i, t := range stmt.tokens {
		switch {
		case t.is(stmt.text, "NATURAL"),
			t.is(stmt.text, "COLUMNS") && next(i+1, "("),
			t.is(stmt.text, "*") && next(i+1, "LIKE", "ILIKE", "GLOB", "SIMILAR", "NOT"):
			return true
		}
	}
	return false
}

// needs returns the tables whose further columns a plan needs to know, none
// where the plan is the statement's.
func (w *widening) needs(ctx context.Context, p *plan.Plan) ([]plan.Further, error) {
	s := w.session
	needed := p.Further
	if !s.catalog.anyNarrow() {
		return needed, nil
	}
	texts, err := s.texts(ctx, w.stmt)
	if err != nil || !slices.ContainsFunc(texts, choosesColumns) {
		return needed, err
	}
	narrow, err := s.narrowOnes(ctx, w.stmt)
	for _, r := range narrow {
		ref := plan.Ref{Source: r.source.Name, Table: r.table.Name}
		if r.further.settled || slices.ContainsFunc(needed, func(f plan.Further) bool { return f.Ref == ref }) {
			continue
		}
		f := plan.Further{Ref: ref}
		for _, fetch := range p.Fetches {
			if strings.EqualFold(fetch.Source, ref.Source) && fetch.Request.Table == ref.Table {
				f.Where = fetch.Request.Where
			}
		}
		needed = append(needed, f)
	}
	return needed, err
}

// serves tells whether a plan is the statement's: nothing in it is on trial, or
// stands for something else.
func (w *widening) serves(ctx context.Context, p *plan.Plan) (bool, error) {
	needed, err := w.needs(ctx, p)
	return err == nil && len(needed) == 0 && len(w.tried) == 0, err
}

// satisfy asks for the further columns that a plan needs.
func (w *widening) satisfy(ctx context.Context, p *plan.Plan) error {
	s := w.session
	needed, err := w.needs(ctx, p)
	if err != nil {
		return err
	}
	if len(needed) == 0 { // the columns on trial are nowhere in the plan
		return w.widenAll(ctx)
	}
	for _, f := range needed {
		r, ok := s.catalog.find(f.Source, f.Table)
		if !ok || !r.narrow() {
			return connector.Errorf(connector.Internal, "the plan reads columns of %s.%s that nobody tells of", f.Source, f.Table)
		}
		where := f.Where
		if len(w.tried) > 0 && r.further.knows(where) {
			where = nil // a column on trial is of other rows, if it is one
		}
		r.further.settled = len(w.tried) == 0
		if err := s.widen(ctx, r, where); err != nil {
			return err
		}
	}
	return w.try(ctx, nil)
}

// try has the shadows of narrow relations get columns, or none.
func (w *widening) try(ctx context.Context, names []string) error {
	w.tried = names
	narrow, err := w.session.narrowOnes(ctx, w.stmt)
	if err != nil {
		return err
	}
	for _, r := range narrow {
		r.further.trial, r.further.of = names, trialTypes[w.kind]
	}
	return w.session.reshadow(ctx)
}

// again puts on trial what was, after something else was planned.
func (w *widening) again(ctx context.Context) error {
	if len(w.tried) == 0 {
		return nil
	}
	return w.try(ctx, w.tried)
}

// widenAll asks for all further columns of what the statement reads.
func (w *widening) widenAll(ctx context.Context) error {
	narrow, err := w.session.narrowOnes(ctx, w.stmt)
	if err != nil {
		return err
	}
	if err := w.session.widenAll(ctx, narrow); err != nil {
		return err
	}
	return w.try(ctx, nil)
}

// mend changes the shadows so that a statement may be planned that was refused.
// It answers false where the refusal is final.
func (w *widening) mend(ctx context.Context, refusal *plan.RefusedError) (bool, error) {
	if refusal.Type != "binder" || !w.session.catalog.anyNarrow() {
		return false, nil
	}
	narrow, err := w.session.narrowOnes(ctx, w.stmt)
	if err != nil || len(narrow) == 0 {
		return false, err
	}
	if query, ok := viewQuery(w.stmt); ok && !w.learned {
		w.learned = true
		return true, w.session.learn(ctx, query)
	}
	absent := slices.DeleteFunc(absentColumns(refusal, w.text.text), func(name string) bool {
		return slices.ContainsFunc(w.tried, func(tried string) bool { return strings.EqualFold(tried, name) })
	})
	trying := len(w.tried) > 0
	switch {
	case len(absent) > 0:
		w.kind, w.refused = 0, refusal
		return true, w.try(ctx, append(slices.Clone(w.tried), absent...))
	case trying && refusalText(refusal) == refusalText(w.refused):
		return false, nil // the column is missing elsewhere
	case trying && w.kind+1 < len(trialTypes):
		w.kind++
		return true, w.try(ctx, w.tried)
	}
	return true, w.widenAll(ctx)
}

// refusalText is what a refusal says, without what may have been meant.
func refusalText(refusal *plan.RefusedError) string {
	text, _, _ := strings.Cut(refusal.Message, "\nCandidate")
	return text
}

// absentColumns returns the column that the binder has not found in the planned
// text, or what may be it; none where the refusal is another.
func absentColumns(refusal *plan.RefusedError, text string) []string {
	message := refusal.Message
	if refusal.Subtype == "COLUMN_NOT_FOUND" {
		return []string{refusal.Name}
	}
	if strings.HasPrefix(message, "Referenced table ") { // or the column before a method, or a column of it
		return dottedAt(text, refusal.Position)
	}
	for _, form := range []struct{ before, after string }{
		{` does not have a column named "`, `"`},
		{`Column "`, `" in EXCLUDE list`},
		{`Column "`, `" in REPLACE list`},
		{`Column "`, `" does not exist on `},
		{`Column "`, `" referenced in UNPIVOT`},
	} {
		if _, rest, ok := strings.Cut(message, form.before); ok {
			if name, _, ok := strings.Cut(rest, form.after); ok {
				return []string{name}
			}
		}
	}
	return nil
}

// dottedAt returns the names of a dotted name at a byte of a text.
func dottedAt(text, position string) []string {
	at, err := strconv.Atoi(position)
	if err != nil {
		return nil
	}
	tokens := tokenize(text)
	i := slices.IndexFunc(tokens, func(t token) bool { return t.start >= at })
	var names []string
	for ; i >= 0 && i < len(tokens) && tokens[i].name(text) != ""; i += 2 {
		if name := tokens[i].name(text); !slices.Contains(names, name) {
			names = append(names, name)
		}
		if i+1 == len(tokens) || !tokens[i+1].is(text, ".") {
			break
		}
	}
	return names
}

// viewQuery returns the query of a CREATE VIEW.
func viewQuery(stmt statement) (statement, bool) {
	if stmt.keyword(0) != "CREATE" {
		return statement{}, false
	}
	for i, t := range stmt.tokens {
		switch {
		case t.is(stmt.text, "TABLE"), t.is(stmt.text, "MACRO"), t.is(stmt.text, "FUNCTION"):
			return statement{}, false
		case t.is(stmt.text, "VIEW"):
			for j := i; j+1 < len(stmt.tokens); j++ {
				if stmt.tokens[j].is(stmt.text, "AS") {
					return stmt.from(j + 1), true
				}
			}
		}
	}
	return statement{}, false
}

// learn plans a query for nothing but the further columns that it needs. What is
// wrong with it, its use tells.
func (s *Session) learn(ctx context.Context, query statement) error {
	text, err := newPlanText(query, nil)
	if err != nil {
		return nil
	}
	_, err = s.plan(ctx, query, text)
	var none *noPlanError
	var refused *connector.Error
	switch {
	case err == nil:
		return s.conn.Exec(context.WithoutCancel(ctx), "ROLLBACK")
	case errors.As(err, &none), errors.As(err, &refused) && (refused.Kind == connector.Invalid || refused.Kind == connector.NotFound):
		return nil
	}
	return err
}

// widenShown asks for the further columns that a look at the catalog shows: of
// the tables that the statement speaks of, or of all where it lists columns and
// speaks of no table.
func (s *Session) widenShown(ctx context.Context, stmt statement) error {
	if !s.catalog.anyNarrow() {
		return nil
	}
	narrow, err := s.narrowOnes(ctx, stmt)
	if err != nil {
		return err
	}
	texts, err := s.texts(ctx, stmt)
	if err != nil {
		return err
	}
	all, err := s.catalog.all(ctx)
	if err != nil {
		return err
	}
	spoken := len(texts) > 1 || slices.ContainsFunc(all, func(r *relation) bool { return stmt.speaksOf(r.table.Name) })
	if !spoken && slices.ContainsFunc([]string{"columns", "duckdb_columns", "pg_attribute"}, stmt.mentions) {
		narrow = slices.DeleteFunc(all, func(r *relation) bool { return !r.narrow() })
	}
	return s.widenAll(ctx, narrow)
}

// anyNarrow tells whether a relation that is known may have columns that are
// not.
func (c *catalog) anyNarrow() bool {
	for _, relations := range c.tables {
		if slices.ContainsFunc(relations, (*relation).narrow) {
			return true
		}
	}
	return false
}
