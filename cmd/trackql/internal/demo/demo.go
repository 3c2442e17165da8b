// Package demo holds the files of the tour: two years of a small team's issues
// as their tracker would export them, the same with a mistake in it, and
// configurations; and the space of Backlog in which the team goes on. All of it is
// made up; story.txt is where it is written.
//
// It runs no query, listens nowhere and prints nothing: cmd/trackql does.
package demo

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

//go:generate go run generate.go generate_history.go generate_links.go generate_phrases.go

//go:embed data
var data embed.FS

// Issues is how many issues the export holds.
const Issues = 200

// The names of the files that [Write] leaves.
const (
	Config = "trackql.yaml"
	Both   = "backlog.yaml" // the export, and the emulated Backlog
	Export = "komugi.xml"
	Broken = "broken.xml"
)

// kept is the folder in which the source of [Both] keeps what it knows of the space.
const kept = "kept"

// Write puts the files into folder, which it makes where it is not there. It
// writes over what an earlier tour left, and removes what its queries have kept.
// The emulated Backlog answers at port, which [Both] names.
func Write(folder string, port int) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := os.RemoveAll(filepath.Join(folder, kept)); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	usual, actual := []byte(strconv.Itoa(BacklogPort)), []byte(strconv.Itoa(port))
	for _, name := range []string{Config, Both, Export, Broken} {
		content, err := fs.ReadFile(data, "data/"+name)
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if name == Both {
			content = bytes.ReplaceAll(content, usual, actual)
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}
