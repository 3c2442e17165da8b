package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc"
)

// Installed is a plugin of a folder with a lock file.
type Installed struct {
	Name, Path, Version string
	Protocol            int
	Checksum            string
	// Fault is what is wrong with the file: it is gone, or has changed.
	Fault error
}

// Install copies a plugin into a folder and pins it in the folder's lock file.
// The plugin is started once, to learn what it is. One of the same name is
// replaced. Where the file is in the folder already, it is pinned only.
//
// Errors are those of [rpc.Host.Start], and Conflict where another installation
// is under way, or the connector is built in and would hide the plugin.
func (r *Registry) Install(ctx context.Context, path, folder string) (_ Installed, err error) {
	p, err := r.examine(ctx, path)
	if err != nil {
		return Installed{}, err
	}
	unlock, err := claim(folder)
	if err != nil {
		return Installed{}, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	l, err := readLock(folder)
	if err != nil {
		return Installed{}, err
	}
	name := p.Info().Name
	target := filepath.Join(folder, executable(name))
	if err := copyFile(path, target); err != nil {
		return Installed{}, connector.Errorf(connector.Invalid, "install %s: %w", path, err)
	}
	sum, err := rpc.Checksum(target)
	if err != nil {
		return Installed{}, err
	}
	if l.Plugins == nil {
		l.Plugins = map[string]pin{}
	}
	l.Plugins[name] = pin{File: filepath.Base(target), Checksum: sum, Version: p.Version(), Protocol: rpc.Protocol}
	if err := l.write(folder); err != nil {
		return Installed{}, err
	}
	return Installed{Name: name, Path: target, Version: p.Version(), Protocol: rpc.Protocol, Checksum: sum}, nil
}

// examine starts a plugin to learn what it is.
func (r *Registry) examine(ctx context.Context, path string) (*rpc.Plugin, error) {
	if err := checkFile(path); err != nil {
		return nil, err
	}
	p, err := r.cfg.Host.Start(ctx, rpc.Program{Path: path})
	if err != nil {
		return nil, err
	}
	name := p.Info().Name
	for _, c := range r.cfg.BuiltIn {
		if c.Info().Name == name {
			err = connector.Errorf(connector.Conflict, "the connector %s is built into trackql, and would hide the plugin", name).
				WithHint("For a process of its own, give the source the key Isolate=true.")
		}
	}
	if !connector.IsConnectorName(name) {
		err = connector.Errorf(connector.Corrupt, "the plugin %s calls itself %q, which is no name of a connector", path, name)
	}
	return p, errors.Join(err, p.Close())
}

// Remove removes a plugin from a folder and its lock file. Kind NotFound tells
// that it is not there.
func Remove(name, folder string) (err error) {
	if _, err := lockWith(name, folder); err != nil { // no folder is made, then
		return err
	}
	unlock, err := claim(folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	l, err := lockWith(name, folder) // another installation may have ended meanwhile
	if err != nil {
		return err
	}
	delete(l.Plugins, name)
	if err := l.write(folder); err != nil {
		return err
	}
	err = os.Remove(filepath.Join(folder, executable(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// lockWith reads the lock file of a folder that must have a plugin.
func lockWith(name, folder string) (lock, error) {
	l, err := readLock(folder)
	if err != nil {
		return lock{}, err
	}
	if _, ok := l.Plugins[name]; !ok {
		return lock{}, connector.Errorf(connector.NotFound, "no plugin %q is installed in %s", name, folder).
			WithHint("Run trackql plugin list for those that are.")
	}
	return l, nil
}

// ListInstalled lists the plugins that the lock file of a folder pins, by name.
func ListInstalled(folder string) ([]Installed, error) {
	l, err := readLock(folder)
	if err != nil {
		return nil, err
	}
	var list []Installed
	for _, name := range slices.Sorted(maps.Keys(l.Plugins)) {
		p := l.Plugins[name]
		i := Installed{
			Name: name, Path: filepath.Join(folder, p.File), Version: p.Version, Protocol: p.Protocol, Checksum: p.Checksum,
		}
		sum, err := rpc.Checksum(i.Path)
		switch {
		case err != nil:
			i.Fault = connector.Errorf(connector.NotFound, "the file is gone: %w", err).
				WithHint("trackql plugin remove %s", name)
		case sum != p.Checksum:
			i.Fault = connector.Errorf(connector.Invalid, "the file has changed: its checksum is %s", sum).
				WithHint("If you changed it, run trackql plugin install %s; if not, find out who did.", i.Path)
		}
		list = append(list, i)
	}
	return list, nil
}

// executable returns the file name of a connector's plugin.
func executable(name string) string {
	if runtime.GOOS == "windows" {
		return Prefix + name + ".exe"
	}
	return Prefix + name
}

// claim keeps other installations out of a folder, which it makes if need be.
func claim(folder string) (unlock func() error, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, connector.Errorf(connector.Invalid, "plugins: %w", err)
	}
	path := filepath.Join(folder, LockFile+".busy")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, connector.Errorf(connector.Conflict, "another installation is under way: %s is there", path).
			WithHint("If there is none, remove that file.")
	}
	if err != nil {
		return nil, connector.Errorf(connector.Invalid, "plugins: %w", err)
	}
	return func() error { return errors.Join(file.Close(), os.Remove(path)) }, nil
}

// copyFile makes target an executable copy of a file, whole or not at all.
func copyFile(path, target string) error {
	if same(path, target) {
		return nil
	}
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+"-")
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	err = errors.Join(err, to.Sync(), to.Chmod(0o755), to.Close())
	if err == nil {
		err = os.Rename(to.Name(), target)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("copy: %w", err), os.Remove(to.Name()))
	}
	return nil
}

// same tells whether two paths are one file.
func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
