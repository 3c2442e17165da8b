package edit

import (
	"strings"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
)

// tab is how many cells a tab takes at most.
const tab = 4

// stop is a place where the cursor can be.
type stop struct{ at, row, column int }

// layout is a text on rows of a screen.
type layout struct {
	rows []strings.Builder
	// stops are in the order of the text; there is one before each cluster, and
	// one at the end.
	stops []stop

	width  int
	column int
	paint  painter
}

// lay lays a text out on rows of so many cells. Each line begins with a prompt:
// the first one, and another for the others.
func lay(s string, spans []Span, p Prompt, width int, paint painter) *layout {
	l := &layout{width: max(width, 2), rows: make([]strings.Builder, 1), paint: paint}
	l.prompt(p.First)
	at, style := 0, Plain
	clusters := graphemes.FromString(s)
	for clusters.Next() {
		cluster := clusters.Value()
		for len(spans) > 0 && spans[0].End <= at {
			spans = spans[1:]
		}
		now := Plain
		if len(spans) > 0 && spans[0].Start <= at {
			now = spans[0].Style
		}
		if strings.HasSuffix(cluster, "\n") {
			l.stop(at)
			l.style(style, Plain)
			style = Plain
			l.newRow()
			l.prompt(p.Rest)
		} else {
			l.cluster(at, cluster, style, now)
			style = now
		}
		at = clusters.End()
	}
	l.style(style, Plain)
	if l.column == l.width {
		l.newRow()
	}
	l.stop(at)
	return l
}

// prompt writes a prompt, which must be narrower than the screen.
func (l *layout) prompt(p string) {
	p = print.Cut(p, l.width-2)
	l.row().WriteString(l.paint.styled(p, Faint))
	l.column = print.Width(p)
}

func (l *layout) row() *strings.Builder { return &l.rows[len(l.rows)-1] }

func (l *layout) newRow() {
	l.rows = append(l.rows, strings.Builder{})
	l.column = 0
}

// stop notes where the cursor is for a position. At the end of a full row that
// is a column too far, which terminals take for the last one.
func (l *layout) stop(at int) { l.stops = append(l.stops, stop{at, len(l.rows) - 1, l.column}) }

// cluster writes a cluster, on the next row where it does not fit into this.
func (l *layout) cluster(at int, cluster string, was, now Style) {
	shown := print.Visible(cluster)
	if cluster == "\t" {
		shown = strings.Repeat(" ", tab-l.column%tab)
	}
	cells := print.Width(shown)
	if l.column+cells > l.width {
		l.style(was, Plain)
		was = Plain
		l.newRow()
	}
	l.stop(at)
	l.style(was, now)
	l.row().WriteString(shown)
	l.column += cells
}

// style changes from one style to another.
func (l *layout) style(was, now Style) {
	if was == now {
		return
	}
	if l.paint.sequence(was) != "" {
		l.row().WriteString(reset)
	}
	l.row().WriteString(l.paint.sequence(now))
}

// where returns the stop of a position of the text.
func (l *layout) where(at int) stop {
	for _, s := range l.stops {
		if s.at >= at {
			return s
		}
	}
	return l.stops[len(l.stops)-1]
}

// nearest returns the position in a row that is at a column, or the last before
// it; false where there is no such row.
func (l *layout) nearest(row, column int) (int, bool) {
	found, ok := 0, false
	for _, s := range l.stops {
		if s.row == row && (!ok || s.column <= column) {
			found, ok = s.at, true
		}
	}
	return found, ok
}

// lines returns the rows.
func (l *layout) lines() []string {
	lines := make([]string, len(l.rows))
	for i := range l.rows {
		lines[i] = l.rows[i].String()
	}
	return lines
}
