package registry

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc"
)

// Config is what a registry is made of.
type Config struct {
	// BuiltIn are the connectors compiled into the program.
	BuiltIn []connector.Connector
	// Folders are the plugin path: see [Folders].
	Folders []Folder
	// Serve returns the program that serves a built-in connector as a plugin,
	// for sources that are to be isolated.
	Serve func(name string) (rpc.Program, error)
	// Host starts plugins.
	Host rpc.Host
	// Log takes what is worth telling beside errors; nil is nothing.
	Log *slog.Logger
}

// Registry is the list of connectors. It may be used concurrently.
type Registry struct {
	cfg Config

	mu      sync.Mutex
	started []*rpc.Plugin
}

// New returns a registry. The caller closes it, after the sources that were
// opened through it.
func New(cfg Config) *Registry {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Registry{cfg: cfg}
}

// Close ends the plugins that were started and not opened.
func (r *Registry) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, p := range r.started {
		errs = append(errs, p.Close())
	}
	r.started = nil
	return errors.Join(errs...)
}

// Connector returns the connector of a name for a source with the given
// settings, with the keys that every source takes: see [CommonOptions]. A
// plugin is started, to learn what it is.
//
// Errors are of Kind Invalid where there is no connector of the name or it may
// not run, else those of [rpc.Host.Start].
func (r *Registry) Connector(ctx context.Context, name string, settings []connector.Setting) (connector.Connector, error) {
	checksum := strings.ToLower(written(settings, checksumOption.Name))
	for _, c := range r.cfg.BuiltIn {
		if c.Info().Name == name {
			if checksum != "" {
				return nil, connector.Errorf(connector.Invalid, "%s is built in, and has no checksum of its own", name).
					WithHint("Leave the key Checksum out.")
			}
			return &common{Connector: c, registry: r, builtIn: true}, nil
		}
	}
	found, err := r.find(name)
	if err != nil {
		return nil, err
	}
	program := found.program()
	if checksum != "" {
		if !checksums.MatchString(checksum) {
			return nil, connector.Errorf(connector.Invalid, "Checksum: %q is no checksum", checksum).
				WithHint("Write sha256: and the 64 hexadecimal digits of the file's SHA-256.")
		}
		if found.pin.Checksum != "" && found.pin.Checksum != checksum {
			return nil, connector.Errorf(connector.Invalid, "the source pins %s to %s, %s to %s", name, checksum, program.PinnedBy, found.pin.Checksum).
				WithHint("One of them is out of date.")
		}
		program.Checksum, program.PinnedBy = checksum, "the source"
	}
	p, err := r.start(ctx, name, program)
	if err != nil {
		return nil, err
	}
	return &common{Connector: p, registry: r}, nil
}

// find returns the plugin of a name that may run.
func (r *Registry) find(name string) (candidate, error) {
	list := r.candidates()
	var refused error
	for _, c := range list {
		if c.name != name {
			continue
		}
		if c.refused == nil && c.hiddenBy == "" {
			return c, nil
		}
		if refused == nil {
			refused = c.refused
		}
	}
	if refused != nil {
		return candidate{}, refused
	}
	return candidate{}, r.unknown(name, list)
}

// unknown tells which connectors there are.
func (r *Registry) unknown(name string, list []candidate) error {
	var known []string
	for _, c := range r.cfg.BuiltIn {
		known = append(known, c.Info().Name)
	}
	for _, c := range list {
		if c.refused == nil && c.hiddenBy == "" {
			known = append(known, c.name)
		}
	}
	hint := "The connectors are " + strings.Join(known, ", ") + ". Another one is an executable " +
		Prefix + name + ": trackql plugin install PATH."
	if near, ok := connector.Nearest(name, known); ok {
		hint = "Did you mean " + near + "? " + hint
	}
	return connector.Errorf(connector.Invalid, "there is no connector %q", name).WithHint("%s", hint)
}

// start starts a plugin, and sees that it is what its name says.
func (r *Registry) start(ctx context.Context, name string, program rpc.Program) (*rpc.Plugin, error) {
	p, err := r.cfg.Host.Start(ctx, program)
	if err != nil {
		return nil, err
	}
	if got := p.Info().Name; got != name {
		err := connector.Errorf(connector.Invalid, "the plugin %s calls itself %q", program.Path, got).
			WithHint("Call the file %s%s.", Prefix, got)
		return nil, errors.Join(err, p.Close())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started = append(r.started, p)
	return p, nil
}

// isolated starts a built-in connector as a plugin.
func (r *Registry) isolated(ctx context.Context, name string) (*rpc.Plugin, error) {
	program, err := r.cfg.Serve(name)
	if err != nil {
		return nil, connector.Errorf(connector.Internal, "isolate %s: %w", name, err)
	}
	return r.start(ctx, name, program)
}

// program returns what to start for a candidate.
func (c candidate) program() rpc.Program {
	return rpc.Program{Path: c.path, Checksum: c.pin.Checksum, PinnedBy: LockFile + " of " + c.folder.Path}
}

// Entry is a connector of the list.
type Entry struct {
	// Name is the connector's.
	Name string
	// Path is the executable; empty for a connector that is built in.
	Path string
	// Origin says where it comes from: "built in", "installed", "beside
	// trackql", or PathVariable.
	Origin string
	// Checksum is that of the executable, as rpc.Checksum writes it; empty for a
	// connector that is built in, and for a plugin that may not run.
	Checksum string
	// Pinned says that a lock file holds the executable to its checksum.
	Pinned bool
	// Version and Protocol are the plugin's own; empty and 0 for one that is
	// built in.
	Version  string
	Protocol int
	// Info describes the connector; zero for one that was refused.
	Info connector.Info
	// Refused is why the plugin may not or cannot run.
	Refused error
	// HiddenBy is what has the same name and runs instead; empty where nothing
	// does.
	HiddenBy string
}

// List describes all connectors: those built in, then the plugins in the order
// of the plugin path. Each plugin that may run is started and asked.
func (r *Registry) List(ctx context.Context) []Entry {
	var list []Entry
	for _, c := range r.cfg.BuiltIn {
		list = append(list, Entry{Name: c.Info().Name, Origin: "built in", Info: withCommon(c.Info())})
	}
	for _, c := range r.candidates() {
		list = append(list, r.entry(ctx, c))
	}
	return list
}

func (r *Registry) entry(ctx context.Context, c candidate) Entry {
	e := Entry{Name: c.name, Path: c.path, Origin: c.folder.Origin, Pinned: c.pin.Checksum != "", Refused: c.refused, HiddenBy: c.hiddenBy}
	if e.Refused != nil || e.HiddenBy != "" {
		return e
	}
	var err error
	if e.Checksum, err = rpc.Checksum(c.path); err != nil {
		e.Refused = connector.Errorf(connector.Invalid, "%w", err)
		return e
	}
	p, err := r.start(ctx, c.name, c.program())
	if err != nil {
		e.Refused = err
		return e
	}
	e.Version, e.Protocol, e.Info = p.Version(), rpc.Protocol, withCommon(p.Info())
	return e
}
