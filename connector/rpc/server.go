package rpc

import (
	"context"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// server answers the calls of one host with one source.
type server struct {
	connector connector.Connector
	stderr    *os.File
	log       *slog.Logger
	level     slog.LevelVar

	streams sync.WaitGroup // calls that stream

	mu      sync.Mutex
	src     connector.Source
	closed  bool
	changes map[uint64]*heldChanges
	lastID  uint64
}

var _ wire.ConnectorServer = (*server)(nil)

// newServer returns a server whose log goes to the standard error of the
// process, one JSON object a line.
func newServer(c connector.Connector, stderr *os.File) *server {
	s := &server{connector: c, stderr: stderr, changes: map[uint64]*heldChanges{}}
	s.log = slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: &s.level}))
	return s
}

// failure makes the status of a failed call: the error travels as its detail.
func failure(err error) error {
	if err == nil {
		return nil
	}
	st, detailErr := status.New(codes.Unknown, "a connector's error").WithDetails(clean(errorToWire(err)))
	if detailErr != nil {
		return detailErr
	}
	return st.Err()
}

// guardCall makes an error of a panic, so that it costs one call.
func (s *server) guardCall(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (answer any, err error) {
	defer s.guard(info.FullMethod, &err)
	return handler(ctx, req)
}

// guardStream makes an error of a panic, so that it costs one call.
func (s *server) guardStream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
	if ours := strings.HasPrefix(info.FullMethod, "/"+wire.Connector_ServiceDesc.ServiceName+"/"); ours {
		if !s.begin() {
			return failure(connector.Errorf(connector.Internal, "the source is closed"))
		}
		defer s.streams.Done()
	}
	defer s.guard(info.FullMethod, &err)
	return handler(srv, stream)
}

// begin counts a call that streams, and tells whether the source is still open.
func (s *server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.streams.Add(1)
	}
	return !s.closed
}

func (s *server) guard(method string, err *error) {
	if fault := recover(); fault != nil {
		*err = failure(s.panicked(method, fault))
	}
}

// panicked logs a panic with its stack, and returns what to tell the host.
func (s *server) panicked(where string, fault any) error {
	s.log.Error("panic", keyCall, where, keyFault, fault, keyStack, string(debug.Stack()))
	return connector.Errorf(connector.Internal, "the connector %s panicked: %v", s.connector.Info().Name, fault).
		WithHint("This is a fault of the connector. Its log has the stack: give it to the author.")
}

// Describe tells what the connector is. It is the first call: go-plugin has put
// a pipe in the place of standard error, of which the last words of a process
// that exits are lost.
func (s *server) Describe(context.Context, *wire.DescribeRequest) (*wire.DescribeResponse, error) {
	os.Stderr = s.stderr
	return &wire.DescribeResponse{Info: infoToWire(s.connector.Info()), Version: version()}, nil
}

// Open opens the source.
func (s *server) Open(ctx context.Context, req *wire.OpenRequest) (*wire.OpenResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.src != nil {
		return nil, failure(connector.Errorf(connector.Internal, "a source is open in this process"))
	}
	options, err := s.connector.Info().Resolve(each(req.Settings, settingFromWire), nil)
	if err != nil {
		return nil, failure(err)
	}
	zone, err := connector.ParseZone(req.Timezone)
	if err != nil {
		return nil, failure(err)
	}
	s.level.Set(slog.Level(req.LogLevel))
	src, err := s.connector.Open(ctx, connector.Config{Name: req.Name, Options: options, Timezone: zone, Log: s.log})
	if err != nil {
		return nil, failure(err)
	}
	s.src = src
	return offers(src), nil
}

// offers tells which optional interfaces a source implements.
func offers(src connector.Source) *wire.OpenResponse {
	return &wire.OpenResponse{
		Counter: has[connector.Counter](src), Aggregator: has[connector.Aggregator](src),
		Estimator: has[connector.Estimator](src), Quotas: has[connector.Quotas](src),
		Splitter: has[connector.Splitter](src), Watcher: has[connector.Watcher](src),
		Procedures: has[connector.Procedures](src), Metadata: has[connector.Metadata](src),
		Writer: has[connector.Writer](src), Widener: has[connector.Widener](src),
		GroupEstimator: has[connector.GroupEstimator](src), Spender: has[connector.Spender](src),
	}
}

func has[T any](src connector.Source) bool {
	_, ok := connector.As[T](src)
	return ok
}

// source returns the open source.
func (s *server) source() (connector.Source, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.src == nil {
		return nil, failure(connector.Errorf(connector.Internal, "no source is open in this process"))
	}
	return s.src, nil
}

// facet returns the open source as a T.
func facet[T any](s *server) (T, error) {
	var zero T
	src, err := s.source()
	if err != nil {
		return zero, err
	}
	t, ok := connector.As[T](src)
	if !ok {
		return zero, failure(connector.Errorf(connector.Unimplemented, "the source does not offer this"))
	}
	return t, nil
}

// Close closes the source, once all its readers are released: the host has done
// so, but the news of it may travel slower than this call.
func (s *server) Close(context.Context, *wire.CloseRequest) (*wire.CloseResponse, error) {
	s.mu.Lock()
	src := s.src
	s.src, s.closed = nil, true
	s.mu.Unlock()
	s.streams.Wait()
	if src == nil {
		return &wire.CloseResponse{}, nil
	}
	return &wire.CloseResponse{}, failure(src.Close())
}
