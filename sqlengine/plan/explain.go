package plan

import (
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector"
)

// Lines shows the plan: a line for each fetch and link, with indented lines of
// what they do and why. The same plan always gives the same lines.
func (p *Plan) Lines() []string {
	lines := p.FetchLines()
	for _, f := range p.Further {
		lines = append(lines, f.line())
	}
	for _, l := range p.Links {
		lines = append(lines, p.LinkLine(l))
	}
	for _, l := range p.LocalLinks {
		lines = append(lines, p.LocalLine(l))
	}
	for _, b := range p.Barred {
		lines = append(lines, p.BarredLine(b))
	}
	return lines
}

// BarredLine shows a join that makes no dynamic filter.
func (p *Plan) BarredLine(b Barred) string {
	name := func(i int) string { return qualified(p.Fetches[i].Source, p.Fetches[i].Request.Table) }
	if b.A < 0 {
		return fmt.Sprintf("no dynamic filter of %s by what is here: %s", name(b.B), b.Why)
	}
	return fmt.Sprintf("no dynamic filter between %s and %s: %s", name(b.A), name(b.B), b.Why)
}

// FetchLines is Lines without the links, of which the engine uses some.
func (p *Plan) FetchLines() []string {
	var lines []string
	lines = append(lines, p.Notes...)
	for _, t := range p.Targets {
		lines = append(lines, t.line())
	}
	if len(p.Fetches) == 0 && len(p.Calls) == 0 {
		lines = append(lines, "nothing is fetched")
	}
	for i := range p.Fetches {
		lines = append(lines, p.Fetches[i].Lines()...)
	}
	return lines
}

// Lines shows one fetch: its first line names the table and the columns, the
// others, indented by two spaces, say what was sent and what was kept.
func (f *Fetch) Lines() []string {
	columns := "no columns"
	if len(f.Request.Columns) > 0 {
		columns = ShortColumns(f.Request.Columns)
	}
	lines := []string{fmt.Sprintf("scan %s (%s)", qualified(f.Source, f.Request.Table), columns)}
	note := func(format string, args ...any) {
		lines = append(lines, "  "+fmt.Sprintf(format, args...))
	}
	switch {
	case f.Apart:
		note("for one of several reads, kept with the rows of the others")
	case f.Reads > 1:
		note("fetched once and kept, for several reads")
	}
	for _, s := range f.Sent {
		note("%s: source (%s)", predicateText(s.Predicate), s.Grade)
	}
	if text := orderText(f.Request.Order); text != "" {
		note("order by %s: source", text)
	}
	if f.Request.Limit > 0 {
		note("limit %d: source", f.Request.Limit)
	}
	if f.By != "" {
		note("%s, fetched first", f.By)
	}
	if f.CountOnly {
		note("count: only the number of rows is needed")
	}
	if len(f.Groups) > 0 {
		note("grouped at the source by %s, where that is fewer requests than to read", columnList(f.Groups))
	}
	if n := len(f.Parts); n > 0 {
		note("or %d scans, one for each read", n)
	}
	for _, k := range f.Kept {
		note("%s: kept, %s", k.What, k.Why)
	}
	if f.EarlyStop && f.Request.Limit == 0 {
		note("read on request: a limit may be met early")
	}
	return lines
}

// LinkLine shows one of the plan's links.
func (p *Plan) LinkLine(l Link) string {
	from, to := &p.Fetches[l.From], &p.Fetches[l.To]
	names := make([]string, len(l.FromColumns))
	for i, name := range l.FromColumns {
		names[i] = converted(qualified(from.Source, from.Request.Table)+"."+connector.QuoteName(name), l.Casts)
	}
	return fmt.Sprintf("link %s.%s in %s (%s)",
		qualified(to.Source, to.Request.Table), connector.QuoteName(l.ToColumn),
		strings.Join(names, ", "), l.Grade)
}

func (t Target) line() string {
	line := fmt.Sprintf("%s %s", t.Action, qualified(t.Source, t.Table))
	if len(t.Columns) > 0 {
		line += " (" + columnList(t.Columns) + ")"
	}
	if t.Returning {
		line += " returning"
	}
	return line
}

func columnList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = connector.QuoteName(name)
	}
	return strings.Join(quoted, ", ")
}

// listedColumns is how many columns of a wide table are shown.
const listedColumns = 20

// ShortColumns lists columns for a person: of many, the first and their number.
func ShortColumns(names []string) string {
	if len(names) <= listedColumns {
		return columnList(names)
	}
	return fmt.Sprintf("%s, … %d in all", columnList(names[:listedColumns/2]), len(names))
}

func qualified(source, table string) string {
	return connector.QuoteName(source) + "." + connector.QuoteName(table)
}

func orderText(order []connector.Order) string {
	keys := make([]string, len(order))
	for i, o := range order {
		keys[i] = connector.QuoteName(o.Column)
		if o.Descending {
			keys[i] += " DESC"
		}
	}
	return strings.Join(keys, ", ")
}

// listed is how many constants of a list are shown.
const listed = 8

// predicateText shows a predicate, of a long list its beginning and its length.
func predicateText(p connector.Predicate) string {
	n := len(p.Values)
	if n <= listed {
		return shortened(p.String())
	}
	p.Values = p.Values[:listed-2]
	text := strings.TrimSuffix(p.String(), ")")
	return fmt.Sprintf("%s, … %d in all)", shortened(text), n)
}
