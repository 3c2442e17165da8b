package cache

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// The files of the folder.
const (
	manifestName = "manifest.json"
	lockName     = "manifest.lock"
	suffix       = ".parquet"
	unfinished   = ".tmp"
)

const (
	// lockWait is how long to wait for the lock of the manifest, which is held
	// for as long as a small file is written.
	lockWait = 10 * time.Second
	// lockPause is between two tries.
	lockPause = 5 * time.Millisecond
	// unreferenced is for how long a file stays to which no manifest refers:
	// somebody may be about to read it.
	unreferenced = 10 * time.Minute
	// abandoned is for how long a file stays that nobody finished.
	abandoned = 24 * time.Hour
)

// file is what a store writes to.
type file interface {
	Write([]byte) (int, error)
	Sync() error
	Close() error
	Name() string
}

// store is the folder, which processes share.
type store struct {
	dir      string
	maxBytes int64
	clock    Clock
	// create makes a new file for its owner alone.
	create func(name string) (file, error)
}

func newStore(cfg Config) *store {
	return &store{dir: cfg.Dir, maxBytes: cfg.MaxBytes, clock: cfg.Clock, create: createFile}
}

func createFile(name string) (file, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// load reads the manifest; one that is not there or is broken is empty.
func (s *store) load() manifest {
	data, err := os.ReadFile(filepath.Join(s.dir, manifestName))
	if err != nil {
		return manifest{}
	}
	m, err := decodeManifest(data)
	if err != nil {
		return manifest{}
	}
	return m
}

// prepare makes the folder, for its owner alone.
func (s *store) prepare() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(s.dir)
	if err != nil || info.Mode().Perm() == 0o700 {
		return err
	}
	return os.Chmod(s.dir, 0o700)
}

// lock takes a lock file of the folder. The caller unlocks.
func (s *store) lock(ctx context.Context, name string) (*flock.Flock, error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	l := flock.New(filepath.Join(s.dir, name), flock.SetPermissions(0o600))
	if _, err := l.TryLockContext(ctx, lockPause); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// update changes the manifest, under its lock, and removes files that nothing
// refers to any more.
func (s *store) update(ctx context.Context, change func(*manifest)) error {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	l, err := s.lock(ctx, lockName)
	if err != nil {
		return err
	}
	m := s.load()
	change(&m)
	s.bound(&m)
	if err = s.replace(m); err != nil {
		m = s.load()
	}
	s.sweep(m)
	return errors.Join(err, l.Close())
}

// tidy removes what nothing refers to, without which there may be room again.
func (s *store) tidy() { s.sweep(s.load()) }

// add changes the manifest for a new segment, whose file goes where that fails.
func (s *store) add(ctx context.Context, g segment, change func(*manifest)) error {
	err := s.update(ctx, change)
	if err != nil {
		err = errors.Join(err, os.Remove(filepath.Join(s.dir, g.File)))
	}
	return err
}

// mostSegments is how many segments are kept: the manifest is read for each scan.
const mostSegments = 500

// bound drops what was not used for the longest time until the rest is small
// enough.
func (s *store) bound(m *manifest) {
	total := int64(0)
	used := map[string]time.Time{}
	for _, g := range m.Segments {
		total += g.Size
		if info, err := os.Stat(filepath.Join(s.dir, g.File)); err == nil {
			used[g.File] = info.ModTime()
		}
	}
	if total <= s.maxBytes && len(m.Segments) <= mostSegments {
		return
	}
	byUse := slices.Clone(m.Segments)
	slices.SortStableFunc(byUse, func(a, b segment) int {
		return cmp.Or(used[a.File].Compare(used[b.File]), cmp.Compare(a.Fetched, b.Fetched))
	})
	for _, g := range byUse {
		if total <= s.maxBytes && len(m.Segments) <= mostSegments {
			return
		}
		total -= g.Size
		m.drop(g.File)
	}
}

// replace writes the manifest so that a reader sees the old or the new one,
// whole, also after a crash.
func (s *store) replace(m manifest) error {
	data, err := encodeManifest(m)
	if err != nil {
		return err
	}
	f, err := s.create(s.path(unfinished))
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(s.dir, manifestName))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return s.settle()
}

// settle has the folder itself written. Where folders cannot be synced, the
// system takes care of that.
func (s *store) settle() error {
	dir, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		var path *fs.PathError
		if !errors.As(err, &path) {
			return err
		}
	}
	return nil
}

// path returns a new name in the folder.
func (s *store) path(suffix string) string {
	return filepath.Join(s.dir, strings.ToLower(rand.Text())+suffix)
}

// sweep removes what nothing refers to. What cannot be removed now, because
// somebody reads it, can be the next time.
func (s *store) sweep(m manifest) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	kept := map[string]bool{}
	for _, g := range m.Segments {
		kept[g.File] = true
	}
	for _, entry := range entries {
		name := entry.Name()
		patience := unreferenced
		switch {
		case strings.HasSuffix(name, unfinished):
			patience = abandoned
		case !strings.HasSuffix(name, suffix) || kept[name]:
			continue
		}
		info, err := entry.Info()
		if err == nil && s.clock.Now().Sub(info.ModTime()) >= patience {
			_ = os.Remove(filepath.Join(s.dir, name))
		}
	}
}

// touch notes that a file is used.
func (s *store) touch(name string) error {
	now := s.clock.Now()
	return os.Chtimes(filepath.Join(s.dir, name), now, now)
}

// refreshing is the name of the lock under which a table is refreshed.
func refreshing(source, table string) string {
	sum := sha256.Sum256([]byte(source + "\x00" + table))
	return "refresh-" + hex.EncodeToString(sum[:8]) + ".lock"
}
