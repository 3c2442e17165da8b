package registry

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// Prefix is how the name of a plugin's executable begins; the connector's name
// follows.
const Prefix = "trackql-plugin-"

// PathVariable is the environment's variable that lists folders with plugins,
// as PATH lists those with programs. They come first.
const PathVariable = "TRACKQL_PLUGIN_PATH"

// The keys of what this package logs.
const (
	keyFolder = "folder"
	keyError  = "error"
)

// Folder is a place where plugins are looked for.
type Folder struct {
	Path string
	// Origin says for people why it is looked at: "TRACKQL_PLUGIN_PATH".
	Origin string
}

// Folders returns the plugin path: the folders of the environment's variable,
// the one beside the program, and the user's, where plugins are installed.
// Empty ones are left out.
func Folders(variable, program, user string) []Folder {
	var folders []Folder
	add := func(path, origin string) {
		if absolute, err := filepath.Abs(path); err == nil && path != "" {
			path = absolute
		}
		if path == "" || slices.ContainsFunc(folders, func(f Folder) bool { return f.Path == path }) {
			return
		}
		folders = append(folders, Folder{path, origin})
	}
	for _, path := range filepath.SplitList(variable) {
		add(path, PathVariable)
	}
	if program != "" {
		add(filepath.Dir(program), "beside trackql")
	}
	add(user, "installed")
	return folders
}

// candidate is a file that is named like a plugin.
type candidate struct {
	name   string
	path   string
	folder Folder
	pin    pin
	// refused is why it may not run.
	refused error
	// hiddenBy is what has the same name and comes first; "" where nothing does.
	hiddenBy string
}

// candidates lists the plugins of the path. Of several with one name that may
// run the first does, and hides the others.
func (r *Registry) candidates() []candidate {
	var list []candidate
	for _, folder := range r.cfg.Folders {
		found, err := candidatesIn(folder)
		if err != nil {
			r.cfg.Log.Warn("the plugins of a folder cannot be listed", keyFolder, folder.Path, keyError, err)
		}
		list = append(list, found...)
	}
	first := map[string]string{}
	for _, c := range r.cfg.BuiltIn {
		first[c.Info().Name] = "the one built in"
	}
	for i, c := range list {
		if before, taken := first[c.name]; taken {
			list[i].hiddenBy = before
		} else if c.refused == nil {
			first[c.name] = c.path
		}
	}
	return list
}

// candidatesIn lists the plugins of one folder by name. A folder that is not
// there has none.
func candidatesIn(folder Folder) ([]candidate, error) {
	entries, err := os.ReadDir(folder.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lock, lockErr := readLock(folder.Path)
	var list []candidate
	for _, entry := range entries {
		name, ok := connectorOf(entry.Name())
		if !ok {
			continue
		}
		c := candidate{name: name, path: filepath.Join(folder.Path, entry.Name()), folder: folder}
		if c.refused = lockErr; lockErr == nil {
			c.pin, c.refused = lock.pinOf(c)
		}
		if c.refused == nil {
			c.refused = checkFile(c.path)
		}
		list = append(list, c)
	}
	return list, nil
}

// connectorOf returns the name of the connector that an executable's name tells.
func connectorOf(file string) (string, bool) {
	name, ok := strings.CutPrefix(file, Prefix)
	if runtime.GOOS == "windows" && ok {
		name, ok = strings.CutSuffix(name, ".exe")
	}
	return name, ok && connector.IsConnectorName(name)
}

// checkFile refuses what is no executable file, or could have been changed by
// anybody.
func checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return connector.Errorf(connector.NotFound, "plugin: %w", err)
	case !info.Mode().IsRegular():
		return connector.Errorf(connector.Invalid, "%s is not a file", path)
	case runtime.GOOS == "windows":
		return nil
	case info.Mode().Perm()&0o111 == 0:
		return connector.Errorf(connector.Invalid, "%s is not executable", path).WithHint("chmod +x %s", path)
	case info.Mode().Perm()&0o002 != 0:
		return connector.Errorf(connector.Invalid, "%s may be changed by anybody", path).WithHint("chmod o-w %s", path)
	}
	return checkFolder(filepath.Dir(path))
}

// checkFolder refuses a folder in which anybody could put another file in the
// place of one. Where it is sticky, as /tmp is, they cannot.
func checkFolder(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return connector.Errorf(connector.Invalid, "plugins: %w", err)
	}
	if info.Mode().Perm()&0o002 != 0 && info.Mode()&os.ModeSticky == 0 {
		return connector.Errorf(connector.Invalid, "plugins in %s may be replaced by anybody", path).WithHint("chmod o-w %s", path)
	}
	return nil
}
