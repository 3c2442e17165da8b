package rpc

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"

	hclog "github.com/hashicorp/go-hclog"
	plugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// Serve is the main of a plugin: it serves the connector to the program that
// started this process, and returns when that is done with it. A person who
// starts the plugin by hand is told what it is, and the process ends.
//
// While it serves, standard output and standard error are the caller's log:
// better is the Log of [connector.Config].
func Serve(c connector.Connector) {
	if os.Getenv(handshake.MagicCookieKey) != handshake.MagicCookieValue {
		introduce(os.Stderr, c)
		os.Exit(2)
	}
	stderr := os.Stderr // go-plugin puts another in its place
	go endWith(os.Stdin)
	s := newServer(c, stderr)
	serve(s, s.grpcServer, stderr)
}

// serve answers by w until the host is done.
func serve(w wire.ConnectorServer, listen func([]grpc.ServerOption) *grpc.Server, stderr io.Writer) {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: map[int]plugin.PluginSet{Protocol: {pluginName: &service{server: w}}},
		GRPCServer:       listen,
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Error, Output: stderr}),
	})
}

// endWith ends the process when in does: its host is gone, and cannot remove the
// folder that it made for the socket.
func endWith(in io.Reader) {
	_, _ = io.Copy(io.Discard, in) // whatever ends it
	if dir := os.Getenv(plugin.EnvUnixSocketDir); dir != "" {
		sockets, _ := filepath.Glob(filepath.Join(dir, "plugin*")) // the pattern is right
		for _, path := range append(sockets, dir) {
			_ = os.Remove(path) // nobody is left to tell
		}
	}
	os.Exit(1)
}

// introduce tells a person what this program is.
func introduce(w io.Writer, c connector.Connector) {
	info := c.Info()
	fmt.Fprintf(w, "%s is a connector for TrackQL, version %s, protocol %d: %s\n", info.Name, version(), Protocol, info.Summary)
	fmt.Fprintf(w, "TrackQL starts it by itself: trackql plugin install %s\n", os.Args[0])
}

// version returns the version of the program that serves, as Go stamps it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = "devel-" + setting.Value[:min(12, len(setting.Value))]
		}
	}
	return cmp.Or(v, "unknown")
}

// grpcServer is called by go-plugin.
func (s *server) grpcServer(options []grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(options,
		grpc.MaxRecvMsgSize(math.MaxInt32), // a predicate may have many constants
		grpc.ReadBufferSize(64<<10),
		grpc.InitialWindowSize(windowBytes),
		grpc.ChainUnaryInterceptor(s.guardCall),
		grpc.ChainStreamInterceptor(s.guardStream),
	)...)
}
