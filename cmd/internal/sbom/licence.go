package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

// moduleFolder returns where the cache has a module: capitals are written
// with an exclamation mark there.
func moduleFolder(cache, path, version string) string {
	var escaped strings.Builder
	for _, c := range path + "@" + version {
		if unicode.IsUpper(c) {
			escaped.WriteByte('!')
			c = unicode.ToLower(c)
		}
		escaped.WriteRune(c)
	}
	return filepath.Join(cache, filepath.FromSlash(escaped.String()))
}

// isLicence matches the files that have to go along with a program.
var isLicence = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)([-.].*)?$`)

// license reads the licences in a folder.
func (p *part) license(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() || !isLicence.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		p.texts = append(p.texts, string(text))
	}
	if p.licence = recognize(strings.Join(p.texts, "\n")); p.licence == "" {
		return fmt.Errorf("%s: no licence that is known: look at %s", p.name, folder)
	}
	return nil
}

// phrases are what licences are known by.
var phrases = []struct{ id, phrase string }{
	{"Apache-2.0", "apache license version 2.0"},
	{"BSD-3-Clause", "redistribution and use in source and binary forms"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"MPL-2.0", "mozilla public license version 2.0"},
}

// recognize returns an SPDX expression of all licences in a text, "" for none.
func recognize(text string) string {
	words := strings.Join(strings.Fields(strings.ToLower(text)), " ")
	words = strings.NewReplacer("license, version", "license version", "license, v. 2.0", "license version 2.0").Replace(words)
	var ids []string
	for _, p := range phrases {
		if !strings.Contains(words, p.phrase) {
			continue
		}
		if p.id == "BSD-3-Clause" && !strings.Contains(words, "neither the name") && !strings.Contains(words, "may be used to endorse") {
			p.id = "BSD-2-Clause"
		}
		ids = append(ids, p.id)
	}
	return strings.Join(ids, " AND ")
}

// licenceText is one text of all licences.
func licenceText(parts []part) string {
	var all strings.Builder
	all.WriteString("What is in these programs, and under which licences.\n")
	for _, p := range parts {
		fmt.Fprintf(&all, "\n%s\n%s %s: %s\n", strings.Repeat("=", 78), p.name, p.version, p.licence)
		for _, text := range p.texts {
			fmt.Fprintf(&all, "\n%s\n", strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")))
		}
	}
	return all.String()
}
