package main

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/connector"
)

// completeSource offers how NAME=CONNECTOR:Key=Value;… may go on: connectors,
// then the keys that are not given yet, then the values of a key.
func (p *program) completeSource(cmd *cobra.Command, word string) candidates {
	name, rest, named := strings.Cut(word, "=")
	if !named {
		return candidates{}
	}
	kind, settings, chosen := strings.Cut(rest, ":")
	if !chosen {
		found := candidates{more: true}
		for _, c := range p.registry.List(cmd.Context()) {
			if c.Refused == nil && c.HiddenBy == "" {
				found.words = append(found.words, cobra.CompletionWithDesc(name+"="+c.Name+":", c.Info.Summary))
			}
		}
		return found
	}
	c, err := p.connector(cmd.Context(), strings.ToLower(strings.TrimSpace(kind)), nil)
	if err != nil {
		return candidates{}
	}
	given := strings.Split(settings, ";")
	last := given[len(given)-1]
	before := strings.TrimSuffix(word, last)
	key, value, valued := strings.Cut(last, "=")
	if !valued {
		return keys(c.Info(), before, given)
	}
	for _, option := range c.Info().Options {
		if connector.SameKey(option.Name, key) {
			return p.values(cmd, option, value).after(before + key + "=")
		}
	}
	return candidates{}
}

// after puts a text before all candidates.
func (c candidates) after(before string) candidates {
	for i, word := range c.words {
		c.words[i] = before + word
	}
	return c
}

// keys offers the options of a connector that are not given yet.
func keys(info connector.Info, before string, given []string) candidates {
	found := candidates{more: true}
	for _, option := range info.Options {
		isGiven := slices.ContainsFunc(given, func(setting string) bool {
			key, _, valued := strings.Cut(setting, "=")
			return valued && connector.SameKey(option.Name, key)
		})
		if !isGiven {
			description, _, _ := strings.Cut(option.Doc, ". ")
			found.words = append(found.words, cobra.CompletionWithDesc(before+option.Name+"=", description))
		}
	}
	return found
}

// values offers the values of an option, where they can be told.
func (p *program) values(cmd *cobra.Command, option connector.Option, value string) candidates {
	switch option.Type {
	case connector.Choice:
		return candidates{words: slices.Clone(option.Choices)}
	case connector.Bool:
		return candidates{words: []cobra.Completion{"true", "false"}}
	case connector.Zone:
		return p.completeZone(cmd, value)
	case connector.Path:
		return files()(cmd, value)
	}
	return candidates{}
}

// files offers folders, and the files that end in one of the suffixes, all of
// them where there is none. The scripts of some shells could do so themselves,
// but not in the middle of a word, and not without further packages.
func files(suffixes ...string) completer {
	return func(_ *cobra.Command, word string) candidates {
		folder, base := filepath.Split(word)
		entries, err := os.ReadDir(cmp.Or(folder, "."))
		if err != nil {
			return candidates{}
		}
		var found candidates
		for _, entry := range entries {
			name := entry.Name()
			isSuffixed := slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) })
			switch {
			case !begins(name, base), strings.HasPrefix(name, ".") && base == "":
			case entry.IsDir():
				found.words = append(found.words, folder+name+"/")
				found.more = true
			case isSuffixed || len(suffixes) == 0:
				found.words = append(found.words, folder+name)
			}
		}
		return found
	}
}
