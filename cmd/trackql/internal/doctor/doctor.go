// Package doctor finds out why a query does not work: it opens every source and
// tries what a query would do, and looks at the machine around. It owns the
// wording of what it finds, and of what to do about it.
//
// It changes nothing, reads no configuration, and shows no secret. What the
// findings mean for the exit code is its caller's.
package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
)

// Status tells how bad a finding is.
type Status uint8

// The statuses.
const (
	OK      Status = iota // as it should be
	Warning               // works, and may not be what is wanted
	Fault                 // does not work
)

func (s Status) String() string { return [...]string{"ok", "warning", "fault"}[s] }

// MarshalText returns the status's name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Finding is the answer to one question that the doctor asked.
type Finding struct {
	Status Status `json:"status"`
	// Check is what was looked at: "time zone", "source pt".
	Check string `json:"check"`
	// Found is what was found, on one line.
	Found string `json:"found"`
	// Do is the next step for a person; empty where all is well.
	Do string `json:"do,omitempty"`
}

// Text writes a finding as one line, with what to do below. Checks are padded
// to a width in columns.
func Text(w io.Writer, f Finding, width int) error {
	pad := strings.Repeat(" ", max(0, width-print.Width(f.Check)))
	text := fmt.Sprintf("%-7s  %s%s  %s\n", f.Status, f.Check, pad, print.Visible(f.Found))
	if f.Do != "" {
		text += strings.Repeat(" ", 7+2+width+2) + "do: " + print.Visible(f.Do) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// JSON writes findings as one array.
func JSON(w io.Writer, findings []Finding) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(findings); err != nil {
		return fmt.Errorf("doctor: %w", err)
	}
	return nil
}
