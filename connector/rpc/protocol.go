package rpc

import (
	"context"
	"errors"

	plugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// Protocol is the version of the protocol that this package speaks. A plugin
// and a host of different versions refuse each other.
const Protocol = 1

// pluginName is what the plugin calls its one service.
const pluginName = "connector"

// Sizes of what travels, in bytes.
const (
	// pieceBytes bounds one message of rows, and what a child encodes ahead.
	pieceBytes = 1 << 20
	// windowBytes is how much a child may send ahead of the reader: the bound
	// of HTTP/2 flow control, for each stream.
	windowBytes = 4 << 20
	// bodyBytes bounds one batch: more is a lie, or does not fit into memory.
	bodyBytes = 4 << 30
	// metadataBytes bounds what tells where in a batch the columns are.
	metadataBytes = 64 << 20
)

// handshake is how plugin and host know each other. It is no secret: it keeps
// people from starting a plugin by hand and wondering why it waits.
var handshake = plugin.HandshakeConfig{
	MagicCookieKey:   "TRACKQL_PLUGIN",
	MagicCookieValue: "5f1c2a8e-connector",
}

// service is the go-plugin view of the protocol, on both sides.
type service struct {
	plugin.NetRPCUnsupportedPlugin
	// server is what a plugin serves; nil in the host.
	server wire.ConnectorServer
}

// GRPCServer is called by go-plugin in the plugin.
func (s *service) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	if s.server == nil {
		return errors.New("this is the host's side")
	}
	wire.RegisterConnectorServer(server, s.server)
	return nil
}

// GRPCClient is called by go-plugin in the host.
func (s *service) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return wire.NewConnectorClient(conn), nil
}
