package markdown

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/connector"
)

// extension ends the name of an issue's file.
const extension = ".md"

// file is the file of one issue, not read yet.
type file struct {
	path string // to open it by
	name string // from the folder, with slashes: the column File
	id   string // its name without folder and extension
}

// list returns the files of all issues in the order of their ids, of which no
// two are the same.
func list(ctx context.Context, folder string) ([]file, error) {
	var files []file
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil {
			err = ended(ctx)
		}
		if err != nil || path == folder {
			return err
		}
		hidden := strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "_")
		switch {
		case hidden && entry.IsDir():
			return fs.SkipDir
		case hidden || entry.IsDir() || filepath.Ext(path) != extension:
			return nil
		}
		name, err := filepath.Rel(folder, path)
		files = append(files, file{
			path: path, name: filepath.ToSlash(name), id: strings.TrimSuffix(entry.Name(), extension),
		})
		return err
	})
	if err != nil {
		return nil, unavailable(err)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.id, b.id) })
	return files, checkNames(files)
}

// checkNames tells what is wrong with the names of sorted files.
func checkNames(files []file) error {
	for i, f := range files {
		if !utf8.ValidString(f.name) {
			return connector.Errorf(connector.Corrupt, "the name %q is no UTF-8", f.name).
				WithHint("Rename the file.")
		}
		if i > 0 && files[i-1].id == f.id {
			return connector.Errorf(connector.Corrupt, "two files have the id %s: %s and %s", f.id, files[i-1].name, f.name).
				WithHint("An issue's id is its file's name: rename one of them.")
		}
	}
	return nil
}

// read returns what is in the file.
func (f file) read(ctx context.Context) (string, error) {
	if err := ended(ctx); err != nil {
		return "", err
	}
	content, err := os.ReadFile(f.path)
	if err != nil {
		return "", unavailable(err)
	}
	return string(content), nil
}

// ended returns an error of Kind Canceled once ctx has ended.
func ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return &connector.Error{Kind: connector.Canceled, Err: context.Cause(ctx)}
	}
	return nil
}

// unavailable makes an error of a folder or file that cannot be read now. Other
// errors of the contract stay what they are.
func unavailable(err error) error {
	if connector.KindOf(err) != connector.Internal {
		return err
	}
	return connector.Errorf(connector.Unavailable, "%w", err).
		WithHint("The folder may have changed meanwhile; ask again.")
}
