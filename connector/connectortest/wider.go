package connectortest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// widen makes the session's tables as wide as they can be: what a source
// promises of its columns, it promises of the further ones, too. Where it
// cannot, the check "wider" tells why.
func (s *session) widen() {
	widener, ok := connector.As[connector.Widener](s.src)
	if !ok {
		return
	}
	for i, t := range s.tables {
		if !t.Wider {
			continue
		}
		if wide, err := widener.Widen(s.ctx, t.Name, nil); err == nil && narrowFault(&t, &wide) == "" {
			s.tables[i] = wide
		}
	}
}

// narrowFault tells where the columns of a wide table do not begin with those
// that Tables lists.
func narrowFault(narrow, wide *connector.Table) string {
	if wide.Name != narrow.Name {
		return fmt.Sprintf("it is called %q then", wide.Name)
	}
	for i := range narrow.Columns {
		if i >= len(wide.Columns) || columnDiffers(&narrow.Columns[i], &wide.Columns[i]) {
			return fmt.Sprintf("column %d is not %s, as Tables lists them", i+1, narrow.Columns[i].Name)
		}
	}
	for _, c := range wide.Columns {
		if c.Type == nil {
			return fmt.Sprintf("column %s has no type", c.Name)
		}
	}
	return ""
}

func columnDiffers(a, b *connector.Column) bool {
	return a.Name != b.Name || b.Type == nil || !arrow.TypeEqual(a.Type, b.Type) || a.Nullable != b.Nullable
}

// checkWider compares what Widen tells with Tables, with itself, and with rows.
func checkWider(s *session) {
	s.openNarrow(s.ctx, memory.DefaultAllocator)
	defer func() { s.close() }() // of the source that is open then
	widener, ok := connector.As[connector.Widener](s.src)
	for _, t := range s.tables {
		if t.Wider && !ok {
			s.failf(t.Name, "it is Wider, but the source is no connector.Widener")
		}
	}
	if !ok {
		return
	}
	s.checkNotWider(widener)
	var rounds []round
	for i := range s.tables {
		if t := &s.tables[i]; t.Wider {
			if text := s.widerFault(widener, t, &rounds); text != "" {
				s.failf(t.Name, "%s", text)
			}
		}
	}
	s.checkAnew(rounds)
}

// checkNotWider asks for what there is not.
func (s *session) checkNotWider(widener connector.Widener) {
	s.Helper()
	absent := "no_such_table"
	for hasTable(s.tables, absent) {
		absent += "_"
	}
	names := []string{absent}
	for _, t := range s.tables {
		if !t.Wider {
			names = append(names, t.Name)
		}
	}
	for _, name := range names {
		_, err := widener.Widen(s.ctx, name, nil)
		if text := kindFault(err, connector.NotFound); text != "" {
			s.failf(name, "Widen of a table that is not Wider: %s", text)
			return
		}
	}
}

// round is what a Widen with predicates told, to be asked of another source.
type round struct {
	wide  connector.Table // without predicates
	where []connector.Predicate
}

// widerFault widens one table, without predicates and with them.
func (s *session) widerFault(widener connector.Widener, narrow *connector.Table, rounds *[]round) string {
	before := read(s.ctx, s.src, connector.ScanRequest{Table: narrow.Name, Columns: narrow.ColumnNames()})
	if before.err != nil {
		return fmt.Sprintf("before Widen, a scan fails: %v", before.err)
	}
	wide, err := widener.Widen(s.ctx, narrow.Name, nil)
	if err != nil {
		return fmt.Sprintf("Widen fails: %v", err)
	}
	if text := narrowFault(narrow, &wide); text != "" {
		return "Widen: " + text
	}
	if list := nameProblems(&wide); len(list) > 0 {
		return "Widen: " + strings.Join(list, "; ")
	}
	w := s.whole(&wide)
	if text := differ(before.columns, before.multiset(), multisetOf(w.rows, w.places(before.columns))); text != "" {
		return "a scan with further columns gives other rows: " + text
	}
	for _, p := range s.pool(w, connector.Inexact) {
		where := []connector.Predicate{p}
		if slices.ContainsFunc(where, func(p connector.Predicate) bool { _, ok := narrow.Column(p.Column); return !ok }) {
			continue
		}
		*rounds = append(*rounds, round{wide, where})
		told, err := widener.Widen(s.ctx, narrow.Name, where)
		if err != nil {
			return fmt.Sprintf("Widen WHERE %s: %v", showWhere(where), err)
		}
		if text := s.partFault(w, narrow, &told, where); text != "" {
			return fmt.Sprintf("Widen WHERE %s: %s", showWhere(where), text)
		}
	}
	return ""
}

// partFault compares what Widen told of some rows with what it told of all, and
// with these rows.
func (s *session) partFault(w *whole, narrow, told *connector.Table, where []connector.Predicate) string {
	if text := narrowFault(narrow, told); text != "" {
		return text
	}
	for i := range told.Columns {
		c := &told.Columns[i]
		all, ok := w.table.Column(c.Name)
		if !ok || columnDiffers(all, c) {
			return fmt.Sprintf("column %s of type %s is not what Widen told before", c.Name, c.Type)
		}
	}
	rows := w.expect(where, nil).rows
	for i := range w.table.Columns {
		name := w.table.Columns[i].Name
		if _, ok := told.Column(name); ok {
			continue
		}
		for _, row := range rows {
			if c := row[i]; !c.known || !c.value.IsNull() {
				return fmt.Sprintf("it leaves out the column %s, which is %s in a row that satisfies this", name, c.text)
			}
		}
	}
	return ""
}

// checkAnew asks a new source for a part first, and for all then.
func (s *session) checkAnew(rounds []round) {
	s.Helper()
	for _, r := range rounds[:min(2, len(rounds))] {
		s.close()
		s.openNarrow(s.ctx, memory.DefaultAllocator)
		widener, ok := connector.As[connector.Widener](s.src)
		if !ok {
			s.Fatalf("a new source is no connector.Widener")
		}
		if text := s.anewFault(widener, r); text != "" {
			s.failf(r.wide.Name, "Widen of a new source WHERE %s: %s", showWhere(r.where), text)
			return
		}
	}
}

func (s *session) anewFault(widener connector.Widener, r round) string {
	part, err := widener.Widen(s.ctx, r.wide.Name, r.where)
	if err != nil {
		return err.Error()
	}
	req := connector.ScanRequest{Table: part.Name, Columns: part.ColumnNames()}
	if a := read(s.ctx, s.src, req); a.err != nil {
		return fmt.Sprintf("a scan of the columns that it told fails: %v", a.err)
	}
	whole, err := widener.Widen(s.ctx, r.wide.Name, nil)
	if err != nil {
		return err.Error()
	}
	for _, told := range [][]connector.Column{part.Columns, whole.Columns} {
		for i := range told {
			if c, ok := r.wide.Column(told[i].Name); !ok || columnDiffers(c, &told[i]) {
				return fmt.Sprintf("column %s of type %s is not what another source told", told[i].Name, told[i].Type)
			}
		}
	}
	if got, want := len(whole.Columns), len(r.wide.Columns); got != want {
		return fmt.Sprintf("there are %d columns in all then, and %d where all are asked for first", got, want)
	}
	return ""
}
