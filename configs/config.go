package configs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/trackql/trackql/connector"
)

// FileName is the name under which a configuration is found by itself.
const FileName = "trackql.yaml"

// Config is what a configuration file says. The zero value is what an empty
// file says.
type Config struct {
	// Sources are the sources in the order of the file. Their settings are not
	// checked yet.
	Sources []Source
	// Views are saved queries, in the order of the file.
	Views []View
	// Timezone is the session's time zone; nil is the machine's.
	Timezone *time.Location
	// Format and Encoding are how results are printed, not checked yet.
	Format, Encoding Text
	// MemoryLimit bounds what the engine holds in memory, such as 4GB; empty
	// is the engine's default.
	MemoryLimit string
	// SpillFolder is where the engine puts what does not fit into memory;
	// empty is the system's folder for temporary files.
	SpillFolder string
	// Threads bounds the cores used; 0 is all.
	Threads int
	// MaxRequests is how many requests a statement may make; 0 is any number.
	MaxRequests int64
}

// Source is a source of a configuration file.
type Source struct {
	connector.SourceSpec
	// Place is where its name stands.
	Place connector.Place
}

// View is a saved query that can be asked like a table.
type View struct {
	Name, SQL string
	// Place is where its name stands.
	Place connector.Place
}

// Text is a value with its place, for a check that this package cannot make.
type Text struct {
	Value string
	Place connector.Place
}

// Read reads the configuration file at path. Variables are looked up with
// lookup, which is [os.LookupEnv] but for tests.
//
// All mistakes are reported at once, joined by [errors.Join]; each is a
// [connector.Error] of Kind Invalid with its line and column, and a hint. What could be read comes
// along with the errors, so that a caller can report its own besides. A file
// that is not there is of Kind NotFound.
func Read(path string, lookup Lookup) (Config, error) {
	text, err := readText(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, connector.Errorf(connector.NotFound, "the configuration file %s is not there", path).
			WithHint("Check the path, or leave out -c to take the %s of this folder or the nearest above.", FileName)
	}
	if err != nil {
		return Config{}, connector.Errorf(connector.Invalid, "configuration: %w", err).
			WithHint("Name a file that you may read.")
	}
	folder := filepath.Dir(path)
	d := decoder{file: path, folder: folder, expand: Expander(folder, lookup)}
	d.decode(text)
	return d.config, d.mistakes()
}

// readText reads a file, but no more of it than it takes to see that it is too
// long.
func readText(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, mostBytes+1))
}

// Find looks for [FileName] in folder and its parents, and returns its path,
// or "" where there is none.
func Find(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", FileName, err)
	}
	for {
		path := filepath.Join(folder, FileName)
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() {
			return path, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("find %s: %w", FileName, err)
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", nil
		}
		folder = parent
	}
}
