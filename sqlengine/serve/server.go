package serve

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/trackql/trackql/sqlengine"
)

// Config is what a server is made of.
type Config struct {
	// Engine answers. The server does not close it.
	Engine *sqlengine.Engine
	// Version is that of the program, for clients that ask.
	Version string
	// TLS encrypts connections; nil does not.
	TLS *tls.Config
	// Access decides who may ask; nil is everybody.
	Access *Access
	// Unread is how long an answer waits for its reader, and Idle how long a
	// session that has tables of its own is kept for a client that says nothing.
	// 0 is a minute, and an hour.
	Unread, Idle time.Duration
	// MostUnread is how many answers wait for their readers at once, each with a
	// session, and MostPrepared how many prepared statements are kept, of all clients
	// together. 0 is 500, and 10,000.
	MostUnread, MostPrepared int
	// MostSessions is how many sessions are open at once: one for each statement
	// under way or answer that is not read, and one for each client that has tables of
	// its own. 0 is 1,000.
	MostSessions int
	// MostKept is how many bytes of rows are kept, of all clients together, that were
	// read before their client came for them, because the client's next statement
	// waited for its session. 0 is 256 MiB.
	MostKept int64
	// Log takes what is worth telling; nil discards it.
	Log *slog.Logger
}

// Server answers Flight SQL.
type Server struct {
	cfg     Config
	grpc    *grpc.Server
	door    *door
	ended   context.Context
	end     context.CancelCauseFunc
	closing sync.Once
}

// errClosed is why statements end when the server does.
var errClosed = errors.New("the server is shutting down")

// New returns a server that listens to nothing yet. The caller closes it.
func New(cfg Config) (*Server, error) {
	cfg.Unread = cmp.Or(cfg.Unread, time.Minute)
	cfg.Idle = cmp.Or(cfg.Idle, time.Hour)
	cfg.MostUnread = cmp.Or(cfg.MostUnread, 500)
	cfg.MostPrepared = cmp.Or(cfg.MostPrepared, 10_000)
	cfg.MostSessions = cmp.Or(cfg.MostSessions, 1000)
	cfg.MostKept = cmp.Or(cfg.MostKept, 256<<20)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	s := &Server{cfg: cfg}
	s.ended, s.end = context.WithCancelCause(context.Background())
	var err error
	if s.door, err = newDoor(s); err != nil {
		return nil, err
	}
	options := []grpc.ServerOption{
		// What clients send are parameters. Answers are cut into messages that are
		// small, but where one row is not.
		grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(math.MaxInt32), grpc.WaitForHandlers(true),
	}
	middleware := []flight.ServerMiddleware{}
	if cfg.Access != nil {
		middleware = append(middleware, flight.CreateServerBasicAuthMiddleware(cfg.Access))
	}
	middleware = append(middleware, flight.CreateServerMiddleware(s.door.clients))
	var unary []grpc.UnaryServerInterceptor
	var stream []grpc.StreamServerInterceptor
	for _, m := range middleware {
		unary, stream = append(unary, m.Unary), append(stream, m.Stream)
	}
	options = append(options, grpc.ChainUnaryInterceptor(unary...), grpc.ChainStreamInterceptor(stream...))
	if cfg.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(cfg.TLS)))
	}
	s.grpc = grpc.NewServer(options...)
	flight.RegisterFlightServiceServer(s.grpc, flightsql.NewFlightServer(s.door))
	s.door.streams.Go(s.door.warm)
	return s, nil
}

// maxMessage bounds one message of a client, in bytes.
const maxMessage = 64 << 20

// Serve answers clients of a listener until Close, and then returns nil. Several
// listeners may be served side by side.
func (s *Server) Serve(l net.Listener) error {
	if err := s.grpc.Serve(l); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	}
	return nil
}

// Close ends all statements and sessions, and the listeners.
func (s *Server) Close() error {
	var err error
	s.closing.Do(func() {
		s.end(errClosed)
		s.grpc.Stop()
		err = s.door.close()
	})
	return err
}
