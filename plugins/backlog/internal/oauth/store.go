package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/oauth2"

	"github.com/trackql/trackql/connector"
)

const (
	version = 1
	// lockPoll is how often a lock is tried that another process has.
	lockPoll = 20 * time.Millisecond
	// largest is how many bytes a file of tokens may have.
	largest = 1 << 20
)

// The keys of log lines.
const (
	logFile  = "file"
	logError = "error"
)

// kept is the content of a file: what one person's sign-in gave. It holds
// secrets: it is passed by pointer, and never printed.
type kept struct {
	Version  int           `json:"version"`
	Base     string        `json:"space"`
	ClientID string        `json:"client_id"`
	User     user          `json:"user"`
	Since    time.Time     `json:"signed_in"`
	Token    *oauth2.Token `json:"token"`
}

// store is one file of tokens, for one application at one space. A file is
// replaced whole, by whoever has its lock; reading takes no lock.
type store struct {
	path           string
	base, clientID string
	log            *slog.Logger
}

func newStore(cfg *Config) *store {
	path := cfg.File
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // else the link would be replaced, not the file
	}
	return &store{path: path, base: cfg.Base.String(), clientID: cfg.ClientID, log: cfg.Log}
}

// fail returns an error about the file.
func (s *store) fail(kind connector.Kind, format string, args ...any) *connector.Error {
	err := connector.Errorf(kind, format, args...)
	return err.At(connector.Place{File: s.path})
}

// read returns what is kept, nil where there is nothing.
func (s *store) read() (*kept, error) {
	info, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && info.Size() == 0 && info.Mode().IsRegular():
		return nil, nil
	case err != nil:
		return nil, s.unreadable(err)
	case !info.Mode().IsRegular(), info.Size() > largest:
		return nil, s.foreign()
	}
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, s.unreadable(err)
	}
	k := &kept{}
	if json.Unmarshal(data, k) != nil || k.Version != version || k.Token == nil || k.Token.AccessToken == "" || k.User.ID == 0 {
		return nil, s.foreign()
	}
	if k.Base != s.base || k.ClientID != s.clientID {
		return nil, s.fail(connector.Conflict, "the tokens in the file are for another space or application: %s", k.Base).
			WithHint("Name another file with OAuthSettingsLocation, or leave that out: each space and application has its own then.")
	}
	s.tighten(info)
	return k, nil
}

// tighten takes away what others may do with a file that somebody copied.
func (s *store) tighten(info fs.FileInfo) {
	if runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return
	}
	if err := os.Chmod(s.path, 0o600); err != nil {
		s.log.Warn("others may read the file of tokens", logFile, s.path, logError, err)
	}
}

func (s *store) unreadable(err error) error {
	return s.fail(connector.Invalid, "the file of tokens cannot be read: %w", reason(err)).
		WithHint("Name another file with OAuthSettingsLocation, or let yourself read this one.")
}

// foreign is about a file that no login has written, or not whole. Of its
// content nothing is told.
func (s *store) foreign() error {
	return s.fail(connector.Corrupt, "this is no file of tokens, or a broken one").
		WithHint("Check OAuthSettingsLocation; if tokens were kept here, remove the file and sign in again.")
}

// lock waits until no other has the file, here or in another process. The caller
// calls unlock.
func (s *store) lock(ctx context.Context) (unlock func() error, err error) {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return nil, s.unwritable(err)
	}
	lock := flock.New(s.path + ".lock")
	if _, err := lock.TryLockContext(ctx, lockPoll); err != nil {
		if ctx.Err() != nil {
			return nil, canceled(ctx)
		}
		return nil, s.unwritable(err)
	}
	return lock.Unlock, nil
}

func (s *store) unwritable(err error) error {
	return s.fail(connector.Invalid, "tokens cannot be kept in the file: %w", reason(err)).
		WithHint("Name another file with OAuthSettingsLocation, or let yourself write this one, and its folder.")
}

// draft is a file that is to replace a store's. It is begun before a request, so
// that a folder that cannot be written is known before a token is used up.
type draft struct {
	store *store
	file  *os.File
}

// draft begins a file, by whoever has the lock: what others left is removed.
func (s *store) draft() (*draft, error) {
	name := s.path + ".tmp"
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, s.unwritable(err)
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, s.unwritable(err)
	}
	return &draft{s, file}, nil
}

// drop ends a draft that was not kept.
func (d *draft) drop() error { return errors.Join(d.file.Close(), os.Remove(d.file.Name())) }

// keep puts the draft in the place of the store's file, on disk when it returns.
// The draft has ended then, also after an error.
func (d *draft) keep(k *kept) error {
	s := d.store
	k.Version, k.Base, k.ClientID = version, s.base, s.clientID
	data, err := json.MarshalIndent(k, "", "  ")
	if err == nil {
		_, err = d.file.Write(append(data, '\n'))
	}
	if err == nil {
		err = d.file.Sync()
	}
	if err = errors.Join(err, d.file.Close()); err == nil {
		err = os.Rename(d.file.Name(), s.path)
	}
	if err != nil {
		return s.unwritable(errors.Join(err, os.Remove(d.file.Name())))
	}
	return s.syncFolder()
}

// syncFolder has the disk know the files of the folder, where a system lets that
// be asked.
func (s *store) syncFolder() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(filepath.Dir(s.path))
	if err != nil {
		return s.unwritable(err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return s.unwritable(err)
	}
	return nil
}

// remove forgets what is kept, by whoever has the lock. A file that is not ours
// stays.
func (s *store) remove() error {
	k, err := s.read()
	if k == nil || err != nil {
		return err
	}
	if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s.unwritable(err)
	}
	return s.syncFolder()
}

// reason returns an error without the path, which stands before it.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) && path.Op != "mkdir" {
		return path.Err
	}
	return err
}
