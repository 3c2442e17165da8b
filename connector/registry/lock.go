package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/trackql/trackql/connector"
)

// LockFile is the name of the file that pins the plugins of its folder: an
// executable that it does not list, or with another checksum, is refused.
const LockFile = "trackql.lock"

// lockVersion is the version of the lock file's format.
const lockVersion = 1

// lock is the content of a lock file.
type lock struct {
	Version int            `json:"version"`
	Plugins map[string]pin `json:"plugins"`
	path    string         // "" where there is no file
}

// pin is what a lock file says of one plugin, by the connector's name.
type pin struct {
	// File is the executable's name.
	File string `json:"file"`
	// Checksum is as rpc.Checksum writes it.
	Checksum string `json:"checksum"`
	// Version and Protocol are what the plugin said when it was installed.
	Version  string `json:"version"`
	Protocol int    `json:"protocol"`
}

// readLock reads the lock file of a folder. One that is not there pins nothing.
func readLock(folder string) (lock, error) {
	path := filepath.Join(folder, LockFile)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return lock{}, nil
	}
	if err != nil {
		return lock{}, connector.Errorf(connector.Invalid, "plugins: %w", err)
	}
	l := lock{path: path}
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return lock{}, connector.Errorf(connector.Corrupt, "%s: %w", path, err).WithHint(anew)
	}
	if l.Version > lockVersion {
		return lock{}, connector.Errorf(connector.Invalid, "%s has version %d, this trackql reads version %d", path, l.Version, lockVersion).
			WithHint("Install a newer trackql.")
	}
	if err := l.check(); err != nil {
		return lock{}, connector.Errorf(connector.Corrupt, "%s: %w", path, err).WithHint(anew)
	}
	return l, nil
}

// anew is the hint for a lock file that makes no sense.
const anew = "Remove the file, and install the plugins of its folder again."

// checksums are as rpc.Checksum writes them.
var checksums = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// check refuses what is never written: a file that would be looked for, and
// removed, in another folder; or no checksum, with which any file would run.
func (l lock) check() error {
	if l.Version < lockVersion {
		return fmt.Errorf("the version %d makes no sense", l.Version)
	}
	for _, name := range slices.Sorted(maps.Keys(l.Plugins)) {
		p := l.Plugins[name]
		if !connector.IsConnectorName(name) || p.File != executable(name) {
			return fmt.Errorf("the plugin %q cannot be in the file %q", name, p.File)
		}
		if !checksums.MatchString(p.Checksum) {
			return fmt.Errorf("the plugin %q has the checksum %q, which is none", name, p.Checksum)
		}
	}
	return nil
}

// pinOf returns what the lock says of a candidate, or why it may not run.
func (l lock) pinOf(c candidate) (pin, error) {
	if l.path == "" {
		return pin{}, nil
	}
	p, ok := l.Plugins[c.name]
	if !ok {
		return pin{}, connector.Errorf(connector.Invalid, "%s is not in %s", c.path, l.path).
			WithHint("Run trackql plugin install %s if you trust it.", c.path)
	}
	return p, nil
}

// write puts the lock into its folder, whole or not at all.
func (l lock) write(folder string) error {
	l.Version = lockVersion
	content, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", LockFile, err)
	}
	temporary, err := os.CreateTemp(folder, "."+LockFile+"-")
	if err != nil {
		return fmt.Errorf("%s: %w", LockFile, err)
	}
	_, err = temporary.Write(append(content, '\n'))
	err = errors.Join(err, temporary.Sync(), temporary.Chmod(0o644), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), filepath.Join(folder, LockFile))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", LockFile, err), os.Remove(temporary.Name()))
	}
	return nil
}
