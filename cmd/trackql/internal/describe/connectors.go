package describe

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/connector/registry"
)

// Connectors lists connectors, and below them why plugins were refused.
func Connectors(w io.Writer, list []registry.Entry, width int) {
	rows := [][]string{{"connector", "where", "version", "protocol", ""}}
	for _, e := range list {
		rows = append(rows, []string{e.Name, where(e), e.Version, protocol(e), note(e)})
	}
	writeAligned(w, rows, width)
	for _, e := range list {
		if e.Refused != nil {
			fmt.Fprintf(w, "\nrefused: %v\n", e.Refused)
			if hint := connector.HintOf(e.Refused); hint != "" {
				fmt.Fprintf(w, "hint: %s\n", hint)
			}
		}
	}
}

// Entry describes one connector of the list with its options.
func Entry(w io.Writer, e registry.Entry, width int) {
	Connector(w, e.Info, width)
	fmt.Fprintln(w)
	rows := [][]string{{"", "where", where(e)}}
	if e.Path != "" {
		rows = append(rows, []string{"", "version", e.Version}, []string{"", "protocol", protocol(e)})
		rows = append(rows, []string{"", "checksum", pinned(e)})
	}
	writeAligned(w, rows, width)
}

func where(e registry.Entry) string {
	if e.Path == "" {
		return e.Origin
	}
	return e.Path + " (" + e.Origin + ")"
}

func protocol(e registry.Entry) string {
	if e.Protocol == 0 {
		return ""
	}
	return strconv.Itoa(e.Protocol)
}

func note(e registry.Entry) string {
	switch {
	case e.Refused != nil:
		return "refused"
	case e.HiddenBy != "":
		return "not used: hidden by " + e.HiddenBy
	case e.Path != "":
		return map[bool]string{true: "pinned", false: "not pinned"}[e.Pinned]
	}
	return ""
}

func pinned(e registry.Entry) string {
	if !e.Pinned {
		return e.Checksum + ", not pinned: trackql plugin install " + e.Path
	}
	return e.Checksum
}

// Installed lists the plugins of a folder.
func Installed(w io.Writer, list []registry.Installed, folder string, width int) {
	if len(list) == 0 {
		fmt.Fprintf(w, "no plugins are installed in %s\n", folder)
		return
	}
	rows := [][]string{{"plugin", "version", "protocol", "file", "checksum"}}
	for _, i := range list {
		rows = append(rows, []string{i.Name, i.Version, strconv.Itoa(i.Protocol), i.Path, i.Checksum})
	}
	writeAligned(w, rows, width)
}

// Check prints what one check of the conformance suite found.
func Check(w io.Writer, r connectortest.Result, promise string) {
	word := "ok  "
	if r.Failed {
		word = "FAIL"
	}
	fmt.Fprintf(w, "%s %-14s %s\n", word, r.Check, promise)
	for _, message := range r.Messages {
		for line := range strings.Lines(message) {
			fmt.Fprintf(w, "     %s\n", strings.TrimRight(line, "\n"))
		}
	}
}
