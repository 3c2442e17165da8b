package shell

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/trackql/trackql/cmd/trackql/internal/shell/edit"
	"github.com/trackql/trackql/connector"
)

// completeCommand completes the name of a command, or its argument.
func (n *Names) completeCommand(c Command, text string, at int) edit.Completion {
	if c.At == at && !strings.ContainsAny(text[at-1:at], " \t\n") {
		var items []edit.Item
		for _, known := range commands {
			if strings.HasPrefix(known.name, strings.ToLower(c.Name)) {
				items = append(items, edit.Item{Insert: `\` + known.name, Detail: known.help})
			}
		}
		return edit.Completion{From: at - len(c.Name) - 1, Items: items}
	}
	argument := text[c.At:at]
	switch c.Name {
	case "d":
		return choices(n.described(), argument, c.At)
	case "format":
		return choices(n.Formats, argument, c.At)
	case "timing", "pager":
		return choices([]string{"on", "off"}, argument, c.At)
	case "i", "o":
		return edit.Completion{From: c.At, Items: files(argument)}
	case "explain":
		in := n.completeSQL(text[c.At:], at-c.At)
		in.From += c.At
		return in
	}
	return edit.Completion{}
}

// described are the names after \d.
func (n *Names) described() []string {
	var names []string
	for _, s := range n.Sources {
		names = append(names, connector.QuoteName(s.Name))
	}
	for _, t := range n.Tables {
		name := connector.QuoteName(t.Name)
		if t.Source != "" {
			name = connector.QuoteName(t.Source) + "." + name
		}
		names = append(names, name)
	}
	return names
}

// choices are the words that begin with what was typed.
func choices(words []string, typed string, from int) edit.Completion {
	c := edit.Completion{From: from}
	for _, word := range words {
		if hasPrefixFold(word, typed) {
			c.Items = append(c.Items, edit.Item{Insert: word})
		}
	}
	return c
}

// files are the files and folders that begin with a path. What cannot be read
// has none to offer.
func files(typed string) []edit.Item {
	folder, start := filepath.Split(typed)
	read := folder
	if read == "" {
		read = "."
	}
	entries, err := os.ReadDir(read)
	if err != nil {
		return nil
	}
	var items []edit.Item
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, start) || start == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if entry.IsDir() {
			name += string(filepath.Separator)
		}
		items = append(items, edit.Item{Insert: folder + name, Label: name})
	}
	return items
}
