package main

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/trackql/trackql/configs"
	"github.com/trackql/trackql/connector/registry"
	"github.com/trackql/trackql/connector/rpc"
)

// keyError is the key of an error that is logged.
const keyError = "error"

// newRegistry returns the connectors that there are: those built in, and the
// plugins on the plugin path.
func (p *program) newRegistry() *registry.Registry {
	path, _ := p.lookup(registry.PathVariable)
	return registry.New(registry.Config{
		BuiltIn: p.connectors,
		Folders: registry.Folders(path, p.executable(), userPlugins(p.lookup)),
		Serve:   p.serveAs,
		Host:    rpc.Host{Log: p.log()},
		Log:     p.log(),
	})
}

// executable returns the path of this program, "" where the system cannot tell.
func (p *program) executable() string {
	if p.path != "" {
		return p.path
	}
	path, err := os.Executable()
	if err != nil {
		p.log().Warn("no plugins are looked for beside trackql", keyError, err)
	}
	return path
}

// serveAs returns this program as the plugin of a connector that is built in.
func (p *program) serveAs(name string) (rpc.Program, error) {
	return rpc.Program{Path: p.executable(), Args: []string{"plugin", "serve", name}}, nil
}

// userPlugins returns the folder where plugins are installed, "" where the user
// has no folder for data: of the XDG Base Directory Specification, and what
// stands for it on macOS and Windows.
func userPlugins(lookup configs.Lookup) string {
	if folder, ok := lookup("XDG_DATA_HOME"); ok && filepath.IsAbs(folder) {
		return filepath.Join(folder, "trackql", "plugins")
	}
	if folder, ok := lookup("LocalAppData"); ok && runtime.GOOS == "windows" {
		return filepath.Join(folder, "trackql", "plugins")
	}
	home, ok := lookup("HOME")
	if !ok || !filepath.IsAbs(home) {
		return ""
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "trackql", "plugins")
	}
	return filepath.Join(home, ".local", "share", "trackql", "plugins")
}
