package rpc

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/trackql/trackql/connector"
)

// Program is an executable that serves a connector.
type Program struct {
	// Path is the executable.
	Path string
	// Args are its arguments, beside its name.
	Args []string
	// Checksum is what the file must have, as [Checksum] writes it; empty is any.
	Checksum string
	// PinnedBy names what says so, for people: "trackql.lock of /home/me/plugins".
	PinnedBy string
}

// Name is what the program is called in messages.
func (p Program) Name() string { return filepath.Base(p.Path) }

// Checksum returns the checksum of a file: "sha256:" and 64 hexadecimal digits.
func Checksum(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("checksum: %w", err)
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", fmt.Errorf("checksum: %w", err)
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), nil
}

// check refuses a file that has changed.
func (p Program) check() error {
	if p.Checksum == "" {
		return nil
	}
	sum, err := Checksum(p.Path)
	if err != nil {
		return p.cannotStart(err)
	}
	if sum != p.Checksum {
		return connector.Errorf(connector.Invalid, "the plugin %s has changed: its checksum is %s, %s has %s", p.Path, sum, p.PinnedBy, p.Checksum).
			WithHint("If you changed it, run trackql plugin install %s again; if not, find out who did.", p.Path)
	}
	return nil
}

// cannotStart says why the file cannot be run.
func (p Program) cannotStart(err error) error {
	file, statErr := os.Stat(p.Path)
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		err = inPath.Err // the message names the path
	}
	switch {
	case errors.Is(statErr, fs.ErrNotExist):
		return connector.Errorf(connector.NotFound, "the plugin %s is not there", p.Path).
			WithHint("Run trackql connectors for the plugins that there are.")
	case statErr == nil && file.IsDir():
		return connector.Errorf(connector.Invalid, "the plugin %s is a folder", p.Path).WithHint("Name the executable in it.")
	case errors.Is(err, fs.ErrPermission):
		return connector.Errorf(connector.Invalid, "the plugin %s may not be run: %w", p.Path, err).
			WithHint("Make it executable: chmod +x %s", p.Path)
	case errors.Is(err, fs.ErrNotExist):
		err = errors.New("the interpreter or loader that it names is not there")
	}
	return connector.Errorf(connector.Invalid, "the plugin %s cannot be started: %w", p.Path, err).
		WithHint("Is it an executable for this system?")
}
