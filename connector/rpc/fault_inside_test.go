package rpc

import (
	"os"

	"google.golang.org/grpc"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// Streams of the protocol, as the plugin sees them.
type (
	ScanStream  = grpc.BidiStreamingServer[wire.ScanCall, wire.Rows]
	WriteStream = grpc.BidiStreamingServer[wire.WriteCall, wire.WriteAnswer]
)

// Liar answers some calls in ways in which [Serve] never does. A nil field is
// the right answer.
type Liar struct {
	wire.ConnectorServer
	Describe0 func()
	Scan0     func(ScanStream) error
	Write0    func(WriteStream) error
	Stop      func() // ends the server, but not the process
}

// ServeLiar is [Serve] of a plugin that is not built with this package.
func ServeLiar(c connector.Connector, lies func(l *Liar)) {
	stderr := os.Stderr
	go endWith(os.Stdin)
	s := newServer(c, stderr)
	l := &Liar{ConnectorServer: s}
	lies(l)
	serve(l, func(options []grpc.ServerOption) *grpc.Server {
		server := s.grpcServer(options)
		l.Stop = server.Stop
		return server
	}, stderr)
}

func (l *Liar) Scan(stream ScanStream) error {
	if l.Scan0 == nil {
		return l.ConnectorServer.Scan(stream)
	}
	return l.Scan0(stream)
}

func (l *Liar) Write(stream WriteStream) error {
	if l.Write0 == nil {
		return l.ConnectorServer.Write(stream)
	}
	return l.Write0(stream)
}

// Exited is closed once the child of a source has ended and this is known.
func Exited(src connector.Source) <-chan struct{} {
	return src.(*source).child.process.exited
}

// ExitedIdle is [Exited] for the child that was started to be asked.
func ExitedIdle(p *Plugin) <-chan struct{} { return p.idle.process.exited }
