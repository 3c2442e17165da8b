// Package outfile writes files that appear only when they are whole. It owns
// the temporary file beside the target, and the rename.
package outfile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a file being written. Its user calls Commit once everything is
// written, and Discard in any case.
type File struct {
	file   *os.File
	target string // "" where the target is written itself
	done   bool
}

// Create begins to write the file at path: into a temporary file of the same
// folder. Where path is a link, the file that it points to is replaced; where it
// is a device or a pipe, it is written itself.
func Create(path string) (*File, error) {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		target = path
	} else if err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	mode := fs.FileMode(0o666)
	info, err := os.Stat(target)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("output: %w", err)
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("output: %s is a folder", path)
	case err == nil && !info.Mode().IsRegular():
		return openDevice(target)
	case err == nil:
		mode = info.Mode().Perm()
	}
	folder, name := filepath.Split(target)
	temporary := filepath.Join(folder, "."+name+"."+rand.Text()+".tmp")
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil { // of the path that was asked for: nobody knows the other
		return nil, fmt.Errorf("output: %w", &fs.PathError{Op: "create", Path: path, Err: errors.Unwrap(err)})
	}
	return &File{file: file, target: target}, nil
}

func openDevice(path string) (*File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	return &File{file: file}, nil
}

// Write writes to the file.
func (f *File) Write(p []byte) (int, error) { return f.file.Write(p) }

// Commit makes the file appear under its name, whole and on the disk.
func (f *File) Commit() error {
	if f.target == "" {
		f.done = true
		return f.file.Close()
	}
	if err := f.file.Sync(); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	if err := f.file.Close(); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	if err := os.Rename(f.file.Name(), f.target); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	f.done = true
	return nil
}

// Discard removes what was written, unless it was committed.
func (f *File) Discard() error {
	if f.done {
		return nil
	}
	f.done = true
	closed := f.file.Close()
	if errors.Is(closed, fs.ErrClosed) {
		closed = nil // by a Commit that could not rename
	}
	if f.target == "" {
		return closed
	}
	return errors.Join(closed, os.Remove(f.file.Name()))
}
