package describe

import (
	"fmt"
	"io"
	"strings"

	"github.com/trackql/trackql/connector"
)

// Connector describes a connector and its options.
func Connector(w io.Writer, info connector.Info, width int) {
	fmt.Fprintf(w, "%s: %s\n", info.Name, info.Summary)
	rows := make([][]string, len(info.Options))
	for i, option := range info.Options {
		rows[i] = []string{"", option.Name, optionValues(option), option.Doc}
	}
	writeAligned(w, rows, width)
}

// optionValues tells what may be written for an option, and what stands for an
// absent one.
func optionValues(o connector.Option) string {
	text := o.Type.String()
	if o.Type == connector.Choice {
		text = strings.Join(o.Choices, "|")
	}
	switch {
	case o.Required:
		return text + ", required"
	case o.Secret:
		return text + ", secret"
	case o.Default != "":
		return text + ", else " + o.Default
	}
	return text
}
