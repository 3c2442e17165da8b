package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/describe"
	"github.com/trackql/trackql/configs"
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/connector/registry"
	"github.com/trackql/trackql/connector/rpc"
)

const pluginLong = `Install, remove, list and test plugins: executables trackql-plugin-NAME that serve
one connector each, in a process of their own.

A plugin is a program that runs with your rights. An installed one is pinned by
its checksum in trackql.lock: when its file changes, it is refused.`

func (p *program) pluginCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plugin",
		Short: "Install, remove, list and test plugins",
		Long:  pluginLong,
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.pluginInstall(), p.pluginRemove(), p.pluginList(), p.pluginTest(), p.pluginServe())
	return cmd
}

// asArgument makes a usageError of an argument that names nothing, or what
// cannot be.
func asArgument(err error) error {
	if connector.KindOf(err) == connector.NotFound {
		return &usageError{err}
	}
	return asUsage(err)
}

// pluginFolder returns where plugins are installed.
func (p *program) pluginFolder() (string, error) {
	folder := userPlugins(p.lookup)
	if folder == "" {
		return "", usage("Set HOME, or XDG_DATA_HOME.", "there is no folder for this user's plugins")
	}
	return folder, nil
}

func (p *program) pluginInstall() *cobra.Command {
	return &cobra.Command{
		Use:   "install PATH",
		Short: "Copy a plugin into your folder of plugins, and pin its checksum",
		Args:  one("PATH of an executable"),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, err := p.pluginFolder()
			if err != nil {
				return err
			}
			done, err := p.registry.Install(cmd.Context(), args[0], folder)
			if err != nil {
				return asArgument(err)
			}
			_, err = fmt.Fprintf(p.out, "installed %s, version %s, protocol %d\n%s\n%s\n", done.Name, done.Version, done.Protocol, done.Path, done.Checksum)
			return err
		},
	}
}

func (p *program) pluginRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove an installed plugin",
		Args:  one("NAME of a plugin"),
		RunE: func(_ *cobra.Command, args []string) error {
			folder, err := p.pluginFolder()
			if err != nil {
				return err
			}
			if err := registry.Remove(strings.ToLower(args[0]), folder); err != nil {
				return asArgument(err)
			}
			_, err = fmt.Fprintf(p.out, "removed %s\n", strings.ToLower(args[0]))
			return err
		},
	}
}

func (p *program) pluginList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the installed plugins, and check their files",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			folder, err := p.pluginFolder()
			if err != nil {
				return err
			}
			list, err := registry.ListInstalled(folder)
			if err != nil {
				return err
			}
			describe.Installed(p.out, list, folder, p.screen.outWidth)
			for _, i := range list {
				if i.Fault != nil {
					return fmt.Errorf("the plugin %s: %w", i.Name, i.Fault)
				}
			}
			return nil
		},
	}
}

const pluginTestLong = `Run the conformance suite against a plugin: every promise that a connector makes,
checked on the source that the settings name. The rows must not change meanwhile.

The settings are written as in a connection string: Key=Value;…`

func (p *program) pluginTest() *cobra.Command {
	return &cobra.Command{
		Use:     "test PATH [SETTINGS]",
		Short:   "Run the conformance suite against a plugin",
		Long:    pluginTestLong,
		Example: `  trackql plugin test ./trackql-plugin-markdown 'Path=issues'`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 || len(args) == 2 {
				return nil
			}
			return usage("Run "+cmd.CommandPath()+" --help.", "plugin test takes the PATH of an executable, and settings")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.testPlugin(cmd.Context(), args[0], strings.Join(args[1:], ""))
		},
	}
}

// testPlugin runs the suite against a plugin, and prints what each check found.
func (p *program) testPlugin(ctx context.Context, path, settings string) error {
	parsed, err := connector.ParseSettings(settings)
	if err != nil {
		return asArgument(err)
	}
	open := func(ctx context.Context, mem memory.Allocator) (connector.Source, error) {
		host := rpc.Host{Log: p.log(), Allocator: mem}
		return p.openPlugin(ctx, host, path, parsed)
	}
	src, err := open(ctx, memory.DefaultAllocator) // a wrong path or option is no failure of a check
	if err != nil {
		return asArgument(err)
	}
	if err := src.Close(); err != nil {
		return err
	}
	promises := map[string]string{}
	for _, check := range connectortest.Checks() {
		promises[check.Name] = check.Promise
	}
	failed := 0
	connectortest.VerifyEach(connectortest.Config{Open: open}, func(r connectortest.Result) {
		describe.Check(p.out, r, promises[r.Check])
		if r.Failed {
			failed++
		}
	})
	if failed > 0 {
		return connector.Errorf(connector.Invalid, "%d of %d checks failed", failed, len(promises)).
			WithHint("docs/write-a-connector.md says what each of them means.")
	}
	_, err = fmt.Fprintf(p.out, "all %d checks passed\n", len(promises))
	return err
}

// openPlugin opens a source in a new child, which ends with it.
func (p *program) openPlugin(ctx context.Context, host rpc.Host, path string, settings []connector.Setting) (_ connector.Source, err error) {
	plugin, err := host.Start(ctx, rpc.Program{Path: path})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, plugin.Close()) }() // the source has its child
	options, err := plugin.Info().Resolve(settings, configs.Expander("", p.lookup))
	if err != nil {
		return nil, err
	}
	return plugin.Open(ctx, connector.Config{Name: "test", Options: options, Timezone: time.Local, Log: p.log()})
}

// pluginServe is how this program serves a connector that is built in, for a
// source that is isolated.
func (p *program) pluginServe() *cobra.Command {
	return &cobra.Command{
		Use:    "serve NAME",
		Short:  "Serve a built-in connector to the trackql that started this process",
		Hidden: true,
		Args:   one("NAME of a connector"),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, c := range p.connectors {
				if c.Info().Name == args[0] {
					rpc.Serve(c)
					return nil
				}
			}
			return usage("Run trackql connectors.", "there is no connector %q built in", args[0])
		},
	}
}

// one refuses anything but one argument.
func one(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return usage("Run "+cmd.CommandPath()+" --help.", "%s takes one argument, the %s", cmd.CommandPath(), what)
	}
}
