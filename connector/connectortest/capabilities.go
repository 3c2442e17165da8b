package connectortest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// checkCount counts under predicates that are graded Exact; a count of all rows
// is the business of the check "complete".
func checkCount(s *session) {
	counter, ok := connector.As[connector.Counter](s.src)
	if !ok {
		return
	}
	s.eachTable(func(w *whole) {
		for _, scan := range s.exactScans(w)[1:] {
			want := w.expect(scan.where, nil)
			n, err := counter.Count(s.ctx, connector.CountRequest{Table: w.table.Name, Where: scan.where})
			if connector.KindOf(err) == connector.Unimplemented {
				continue
			}
			if err != nil {
				s.failf(w.table.Name, "Count WHERE %s: %v", showWhere(scan.where), err)
				return
			}
			if least, most := len(want.rows), want.may[""]; n < int64(least) || n > int64(most) {
				s.failf(w.table.Name, "Count WHERE %s is %d; a scan gives %d rows", showWhere(scan.where), n, least)
				return
			}
		}
	})
}

// checkAggregate groups by some columns and pairs of them.
func checkAggregate(s *session) {
	aggregator, ok := connector.As[connector.Aggregator](s.src)
	if !ok {
		return
	}
	s.eachTable(func(w *whole) {
		scans := s.exactScans(w)
		for _, columns := range s.groupings(w) {
			scan := scans[s.rand.IntN(len(scans))]
			req := connector.AggregateRequest{Table: w.table.Name, Where: scan.where, GroupBy: columns}
			if text := s.groupingFault(w, aggregator, req); text != "" {
				where := ""
				if len(req.Where) > 0 {
					where = " WHERE " + showWhere(req.Where)
				}
				s.failf(w.table.Name, "Aggregate%s GROUP BY %s: %s", where, strings.Join(columns, ", "), text)
				return
			}
		}
	})
}

func (s *session) groupings(w *whole) [][]string {
	var names []string
	for _, c := range w.table.Columns {
		if _, ok := connector.ComparesWith(c.Type); ok && !strings.EqualFold(c.Name, "count") {
			names = append(names, c.Name)
		}
	}
	s.rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var groupings [][]string
	for i := range names[:min(len(names), 6)] {
		groupings = append(groupings, names[i:i+1])
		if i > 0 {
			groupings = append(groupings, []string{names[i], names[i-1]})
		}
	}
	return groupings
}

func (s *session) groupingFault(w *whole, aggregator connector.Aggregator, req connector.AggregateRequest) string {
	reader, err := aggregator.Aggregate(s.ctx, req)
	if connector.KindOf(err) == connector.Unimplemented {
		return ""
	}
	if err != nil {
		return err.Error()
	}
	defer reader.Release()
	a := drain(reader, append(slices.Clone(req.GroupBy), "count"))
	if a.err != nil {
		return a.err.Error()
	}
	if err := groupSchemaFault(w.table, req, a.schema); err != nil {
		return err.Error()
	}
	want := w.expect(req.Where, req.GroupBy)
	got := multiset{}
	keys := len(req.GroupBy)
	for _, row := range a.rows {
		group := rowText(row, first(keys))
		if _, twice := got[group]; twice {
			return fmt.Sprintf("the group (%s) comes twice", group)
		}
		got[group] = int(row[keys].value.Int())
	}
	return groupsDiffer(want, got)
}

// groupsDiffer compares the numbers of rows; groups that may have none may be
// left out.
func groupsDiffer(want expected, got multiset) string {
	for _, group := range sortedKeys(want.may) {
		if n := got[group]; n < want.must[group] || n > want.may[group] {
			return fmt.Sprintf("the group (%s) has %d rows, want %d", group, n, want.must[group])
		}
	}
	for _, group := range sortedKeys(got) {
		if got[group] > want.may[group] {
			return fmt.Sprintf("there is no group (%s), but it has %d rows", group, got[group])
		}
	}
	return ""
}

func sortedKeys(m multiset) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func groupSchemaFault(t *connector.Table, req connector.AggregateRequest, got *arrow.Schema) error {
	keys, err := t.Schema(req.GroupBy)
	if err != nil {
		return err
	}
	count := arrow.Field{Name: "count", Type: arrow.PrimitiveTypes.Int64}
	if n := got.NumFields(); n > 0 {
		count.Nullable = got.Field(n - 1).Nullable // a count is never NULL, whatever is declared
	}
	return schemaDiffers("the schema", arrow.NewSchema(append(keys.Fields(), count), nil), got)
}

// checkSplit cuts scans and reads the pieces side by side.
func checkSplit(s *session) {
	splitter, ok := connector.As[connector.Splitter](s.src)
	if !ok {
		return
	}
	s.eachTable(func(w *whole) {
		backwards := slices.Clone(w.columns)
		slices.Reverse(backwards)
		requests := []connector.ScanRequest{
			{Table: w.table.Name, Columns: w.columns},
			{Table: w.table.Name, Columns: backwards},
			{Table: w.table.Name},
		}
		for _, p := range s.pool(w, connector.Inexact) {
			requests = append(requests, connector.ScanRequest{
				Table: w.table.Name, Columns: w.columns, Where: []connector.Predicate{p},
			})
			if len(requests) == 8 {
				break
			}
		}
		for _, req := range requests {
			for _, n := range []int{1, 2, 3, 8} {
				if text := s.splitFault(w, splitter, req, n); text != "" {
					s.failf(w.table.Name, "%s, split in %d: %s", showRequest(req), n, text)
					return
				}
			}
		}
	})
}

func (s *session) splitFault(w *whole, splitter connector.Splitter, req connector.ScanRequest, n int) string {
	parts, err := splitter.Split(s.ctx, req, n)
	if err != nil {
		return err.Error()
	}
	if len(parts) == 0 || len(parts) > 2*n {
		return fmt.Sprintf("there are %d pieces", len(parts))
	}
	for i, part := range parts {
		if part.Part = req.Part; showRequest(part) != showRequest(req) || part.Table != req.Table || !slices.Equal(part.Columns, req.Columns) {
			return fmt.Sprintf("piece %d is another request: %+v", i+1, part)
		}
	}
	got := multiset{}
	for i, a := range readSideBySide(s.ctx, s.src, parts) {
		if a.err != nil {
			return fmt.Sprintf("piece %d: %v", i+1, a.err)
		}
		for row, n := range a.multiset() {
			got[row] += n
		}
	}
	want := w.expect(req.Where, req.Columns)
	if lost := want.must.minus(got); len(lost) > 0 {
		return "the pieces lack rows: " + show(req.Columns, lost)
	}
	if strange := got.minus(want.all); len(strange) > 0 {
		return "the pieces give rows twice: " + show(req.Columns, strange)
	}
	return ""
}
