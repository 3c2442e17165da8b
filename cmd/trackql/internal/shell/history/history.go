// Package history keeps what a person has written, from one run of a program to
// the next. It owns the file: its place, its form, its bound, and that several
// programs may write it at once.
//
// The file is for its owner only. It holds one entry a line, so that people can
// read and clean it: a line feed in an entry is \n, and a backslash is \\.
package history

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// most is how many bytes the file may have: some ten thousand statements.
// Beyond it, the older half is forgotten.
const most = 2 << 20

// Path returns where the history of a program is: in the user's folder for
// state, as the system has it.
func Path(program string, lookup func(string) (string, bool)) (string, error) {
	if folder, ok := lookup("XDG_STATE_HOME"); ok && filepath.IsAbs(folder) {
		return filepath.Join(folder, program, "history"), nil
	}
	if folder, ok := lookup("LocalAppData"); ok && runtime.GOOS == "windows" {
		return filepath.Join(folder, program, "history"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("history: %w", err)
	}
	return filepath.Join(home, ".local", "state", program, "history"), nil
}

// Read returns the entries of a file, the oldest first; none where there is no
// file.
func Read(path string) ([]string, error) {
	content, err := lockedfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	var entries []string
	for line := range strings.Lines(string(content)) {
		if entry := strings.TrimRight(line, "\r\n"); entry != "" {
			entries = append(entries, unescape(entry))
		}
	}
	return entries, nil
}

// Append adds an entry to a file, which it makes where there is none.
func Append(path, entry string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("history: %w", err)
		}
	}()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := lockedfile.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if size > most {
		if err := halve(file); err != nil {
			return err
		}
	}
	_, err = file.Write([]byte(escape(entry) + "\n"))
	return err
}

// halve leaves the newer half of the entries, and is at their end then.
func halve(file *lockedfile.File) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	content, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	_, newer, _ := strings.Cut(string(content[len(content)/2:]), "\n")
	if err := file.Truncate(0); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = file.Write([]byte(newer))
	return err
}

var escaper = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)

func escape(entry string) string { return escaper.Replace(entry) }

var unescaper = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")

func unescape(line string) string { return unescaper.Replace(line) }
