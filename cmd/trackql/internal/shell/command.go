package shell

import (
	"fmt"
	"io"
	"strings"

	"github.com/trackql/trackql/connector"
)

// Command is a line for the shell itself.
type Command struct {
	// Name is the command without its backslash, as it was written.
	Name string
	// Argument is what follows, without blanks around it and a semicolon behind. It begins at the byte
	// At of the text.
	Argument string
	At       int
}

// commands are all there are, in the order in which help shows them.
var commands = []struct{ name, argument, help string }{
	{"d", "[NAME]", "sources and tables; of a table its columns and examples"},
	{"explain", "[on|off|SQL]", "what a query asks the sources for; on: of all, not run"},
	{"timing", "[on|off]", "how long each statement takes"},
	{"format", "[NAME]", "print as table, csv, json, ndjson or markdown"},
	{"o", "[FILE]", "write results to a file, which appears at the next \\o"},
	{"i", "FILE", "run the statements and commands of a file"},
	{"pager", "[on|off]", "show in a pager what is longer than the screen"},
	{"?", "", "this list"},
	{"q", "", "leave; so does Ctrl-D"},
}

// others are commands of other shells, and ours that do the same.
var others = map[string]string{
	"tables": "d", "schema": "d", "databases": "d", "dt": "d", "d+": "d", "dn": "d", "l": "d", "show": "d", "describe": "d",
	"quit": "q", "exit": "q", "timer": "timing", "mode": "format", "pset": "format", "x": "format",
	"read": "i", "ir": "i", "include": "i", "source": "i", "output": "o", "once": "o", "out": "o",
	"help": "?", "h": "?", "plan": "explain",
}

// ParseCommand reads a command: a text that begins with a backslash, with the
// dot of other shells' commands, or that is the word exit, quit or help.
func ParseCommand(text string) (Command, bool) {
	trimmed := strings.TrimLeft(text, " \t\r\n")
	if trimmed == "" {
		return Command{}, false
	}
	switch word := strings.ToLower(strings.TrimRight(trimmed, "; \t\r\n")); word {
	case "exit", "quit":
		return Command{Name: "q", At: len(text)}, true
	case "help":
		return Command{Name: "?", At: len(text)}, true
	}
	at := len(text) - len(trimmed)
	dot := len(trimmed) > 1 && trimmed[0] == '.' && 'a' <= trimmed[1]|0x20 && trimmed[1]|0x20 <= 'z'
	if trimmed[0] != '\\' && !dot {
		return Command{}, false
	}
	end := strings.IndexAny(trimmed, " \t\r\n")
	if end < 0 {
		end = len(trimmed)
	}
	name := trimmed[1:end]
	if dot {
		name = trimmed[:end]
	}
	argument := strings.TrimLeft(trimmed[end:], " \t\r\n")
	at += len(trimmed) - len(argument)
	return Command{strings.TrimRight(name, ";"), strings.TrimRight(argument, "; \t\r\n"), at}, true
}

// Unknown is the error of a command that there is not.
func (c Command) Unknown() error {
	dot := strings.HasPrefix(c.Name, ".")
	word := strings.ToLower(strings.TrimPrefix(c.Name, "."))
	shown := `\` + c.Name
	if dot {
		shown = c.Name
	}
	var known []string
	for _, command := range commands {
		known = append(known, command.name)
	}
	near, ok := others[word]
	if !ok && word != "" {
		near, ok = connector.Nearest(word, known)
	}
	err := connector.Errorf(connector.Invalid, "there is no command %s", shown)
	if ok {
		return err.WithHint(`Did you mean \%s? \? lists all commands.`, near)
	}
	return err.WithHint(`\? lists all commands. SQL ends with a semicolon.`)
}

// Switch reads on or off; an empty argument turns what was.
func (c Command) Switch(was bool) (bool, error) {
	switch strings.ToLower(c.Argument) {
	case "":
		return !was, nil
	case "on":
		return true, nil
	case "off":
		return false, nil
	}
	return was, connector.Errorf(connector.Invalid, `\%s: %q is neither on nor off`, c.Name, c.Argument).
		WithHint(`Write \%s on or \%s off.`, c.Name, c.Name)
}

// keys are what the help says of them.
const keys = `
Keys: Tab completes; Up and Down go through the lines and the history, Ctrl-R
searches it; Alt-Enter breaks a line; Ctrl-C clears the line, or ends a query.
A statement that begins with a blank is not kept.
`

// Help writes the list of commands.
func Help(w io.Writer) {
	fmt.Fprintln(w, "SQL runs at its semicolon. Commands:")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-22s %s\n", strings.TrimRight(`\`+c.name+" "+c.argument, " "), c.help)
	}
	fmt.Fprint(w, keys)
}
