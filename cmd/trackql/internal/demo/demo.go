// Package demo holds the files of the tour: two years of a small team's issues
// as their tracker would export them, the same with a mistake in it, and a
// configuration. All of it is made up; story.txt is where it is written.
//
// It runs no query and prints nothing: cmd/trackql does.
package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:generate go run generate.go generate_history.go generate_links.go generate_phrases.go

//go:embed data
var data embed.FS

// Issues is how many issues the export holds.
const Issues = 200

// The names of the files that [Write] leaves.
const (
	Config = "trackql.yaml"
	Export = "komugi.xml"
	Broken = "broken.xml"
)

// Write puts the files into folder, which it makes where it is not there. It
// writes over what an earlier tour left.
func Write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for _, name := range []string{Config, Export, Broken} {
		content, err := fs.ReadFile(data, "data/"+name)
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}
