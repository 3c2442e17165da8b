package space

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// store keeps answers in files, one each, which are replaced whole: so several
// processes need no lock. The zero store keeps nothing. A file that cannot be
// read, or is broken, is as good as none.
type store struct{ dir, base, identity string }

// file is the content of a file.
type file struct {
	Version int
	Asked   time.Time
	Path    string
	Answer  json.RawMessage
}

const version = 1

func newStore(dir, base, identity string) store {
	return store{dir: filepath.Join(dir, "metadata"), base: base, identity: identity}
}

// name is that of the file for an answer. It tells nobody which server it is of,
// and who asked.
func (s store) name(path string) string {
	sum := sha256.Sum256([]byte(s.base + "\x00" + s.identity + "\x00" + path))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:16])+".json")
}

func (s store) read(path string) kept {
	if s.dir == "" {
		return kept{}
	}
	data, err := os.ReadFile(s.name(path))
	if err != nil {
		return kept{}
	}
	var f file
	if json.Unmarshal(data, &f) != nil || f.Version != version || f.Path != path {
		return kept{}
	}
	return kept{asked: f.Asked, body: f.Answer}
}

func (s store) write(path string, k kept) error {
	if s.dir == "" {
		return nil
	}
	data, err := json.Marshal(file{Version: version, Asked: k.asked, Path: path, Answer: k.body})
	if err != nil {
		return err
	}
	if err := s.prepare(); err != nil {
		return err
	}
	return replace(s.name(path), data)
}

// prepare makes the folder, for its owner alone.
func (s store) prepare() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(s.dir)
	if err != nil || info.Mode().Perm() == 0o700 {
		return err
	}
	return os.Chmod(s.dir, 0o700)
}

// replace writes a file so that a reader sees the old or the new one, whole.
func replace(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "*.tmp") // of mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
