package scarab

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// file is one file of a source.
type file struct {
	path string
	// name is what the column File shows: relative to the folder of Path, with
	// slashes. No two files of a source have one name.
	name string
}

// expand returns the files that Path names: a file, the exports in a folder, or
// what a pattern matches, in the order of their names. Kind NotFound tells that
// there are none.
func expand(path string) ([]file, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return expandFolder(path)
	case err == nil && info.Mode().IsRegular():
		return []file{newFile(path, filepath.Base(path))}, nil
	case err == nil:
		return nil, connector.Errorf(connector.Invalid, "Path: %s is neither a file nor a folder", path).
			WithHint("The file is read several times; save it first.")
	case strings.ContainsAny(path, "*?["):
		return expandPattern(path)
	}
	return nil, notThere(path, err)
}

func newFile(path, name string) file {
	return file{path: path, name: strings.ToValidUTF8(filepath.ToSlash(name), "\uFFFD")}
}

func expandFolder(folder string) ([]file, error) {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return nil, notThere(folder, err)
	}
	var files []file
	for _, entry := range entries {
		if path := filepath.Join(folder, entry.Name()); isExport(entry.Name()) && isFile(path) {
			files = append(files, newFile(path, entry.Name()))
		}
	}
	if len(files) == 0 {
		return nil, connector.Errorf(connector.NotFound, "Path: the folder %s holds no file *.xml or *.xml.gz", folder).
			WithHint("Name the file itself, or a pattern such as %s.", filepath.Join(folder, "*.txt"))
	}
	return files, nil
}

// isExport tells whether a folder's file of that name is read.
func isExport(name string) bool {
	lower := strings.ToLower(name)
	return !strings.HasPrefix(name, ".") && (strings.HasSuffix(lower, ".xml") || strings.HasSuffix(lower, ".xml.gz"))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func expandPattern(pattern string) ([]file, error) {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil, connector.Errorf(connector.Invalid, "Path: the pattern %s: %w", pattern, err).
			WithHint(`Close every "[" with "]".`)
	}
	hidden := strings.HasPrefix(filepath.Base(pattern), ".")
	matches = slices.DeleteFunc(matches, func(path string) bool {
		return !isFile(path) || !hidden && strings.HasPrefix(filepath.Base(path), ".")
	})
	if len(matches) == 0 {
		return nil, connector.Errorf(connector.NotFound, "Path: no file matches %s", pattern).
			WithHint("In a pattern, * stands for any characters of one name, not for folders.")
	}
	slices.Sort(matches)
	root := filepath.Dir(pattern[:strings.IndexAny(pattern, "*?[")] + "x")
	files := make([]file, len(matches))
	for i, path := range matches {
		name, err := filepath.Rel(root, path)
		if err != nil {
			name = path
		}
		files[i] = newFile(path, name)
	}
	return files, nil
}

// notThere tells why a path cannot be read, and which one may be meant.
func notThere(path string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return openError(path, err)
	}
	e := connector.Errorf(connector.NotFound, "Path: %s is not there", path)
	folder := filepath.Dir(path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return e.WithHint("The folder %s is not there either.", folder)
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	if near, ok := connector.Nearest(filepath.Base(path), names); ok {
		return e.WithHint("Did you mean %s?", filepath.Join(folder, near))
	}
	return e.WithHint("Path names a file, a folder, or a pattern such as %s.", filepath.Join(folder, "*.xml"))
}

// openError tells why a file cannot be opened.
func openError(path string, err error) error {
	kind := connector.Unavailable
	switch {
	case errors.Is(err, fs.ErrNotExist):
		kind = connector.NotFound
	case errors.Is(err, fs.ErrPermission):
		kind = connector.Unauthorized
	}
	return connector.Errorf(kind, "Path: %s: %w", path, err)
}
