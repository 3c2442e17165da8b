package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

// Scan is how far one scan is.
type Scan struct {
	// Name is the table's, with its schema.
	Name     string
	Progress connector.Progress
}

// Progress is a line of a terminal that tells how far a query is, rewritten in
// place. It is for one goroutine at a time.
type Progress struct {
	w     io.Writer
	width int
	shown int // columns taken by the line that stands there
}

// NewProgress returns a line of at most so many columns on w, which must be a
// terminal.
func NewProgress(w io.Writer, width int) *Progress { return &Progress{w: w, width: width} }

// Show writes how far the scans are, over what stood there.
func (p *Progress) Show(scans []Scan) {
	parts := make([]string, len(scans))
	for i, scan := range scans {
		parts[i] = scan.String()
	}
	line := print.Cut(strings.Join(parts, "; "), max(1, p.width-1))
	p.write(line)
}

// Clear takes the line away.
func (p *Progress) Clear() {
	if p.shown > 0 {
		p.write("")
		fmt.Fprint(p.w, "\r")
	}
}

func (p *Progress) write(line string) {
	width := print.Width(line)
	fmt.Fprint(p.w, "\r"+line+strings.Repeat(" ", max(0, p.shown-width)))
	p.shown = width
}

// String shows rows, bytes and their share: "pt.Issues 1,234 rows, 5.6 MB of
// 20.0 MB (28%)".
func (s Scan) String() string {
	p := s.Progress
	text := fmt.Sprintf("%s %s", s.Name, print.Count(p.Rows, "row"))
	if p.TotalRows > 0 && p.TotalBytes == 0 {
		text += fmt.Sprintf(" of %s%s", print.Count(p.TotalRows, ""), share(p.Rows, p.TotalRows))
	}
	if p.Bytes > 0 {
		text += ", " + size(p.Bytes)
	}
	if p.TotalBytes > 0 {
		text += " of " + size(p.TotalBytes) + share(p.Bytes, p.TotalBytes)
	}
	if p.Requests > 0 {
		text += ", " + print.Count(p.Requests, "request")
	}
	if p.Waiting != "" {
		text += ", waiting: " + print.Visible(p.Waiting)
	}
	return text
}

func share(part, whole int64) string {
	return fmt.Sprintf(" (%d%%)", min(100, int64(float64(part)*100/float64(whole))))
}

// size shows a number of bytes in units of a thousand.
func size(bytes int64) string {
	if bytes < 1000 {
		return print.Count(bytes, "byte")
	}
	amount, units := float64(bytes)/1000, []string{"kB", "MB", "GB", "TB"}
	for amount >= 999.95 && len(units) > 1 {
		amount, units = amount/1000, units[1:]
	}
	return fmt.Sprintf("%.1f %s", amount, units[0])
}
