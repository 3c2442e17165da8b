package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/session"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// clients are the conversations with clients, told apart by the cookie of Flight
// sessions. A client that has made nothing of its own (no table, no variable) has
// no session of its own either: any serves it, and nothing is kept of it.
type clients struct {
	seats *seats
	notes notes
	idle  time.Duration
	spare *spare

	mu    sync.Mutex
	known map[string]*client // those with something of their own, or under way
}

// client is one conversation. Its statements run side by side as long as none of
// them makes something; from then on one after the other.
type client struct {
	id string
	// home is the session that has what this client made; nil where that is
	// nothing.
	home *sqlengine.Session
	// holder is the seat that nobody may sit beside: that of the home, or of a text
	// that may be making one.
	holder *seat
	// running are the statements under way, and left says that the client is gone.
	running int
	left    bool
	expires *time.Timer
}

var _ flight.CustomServerMiddleware = (*clients)(nil)

type clientKey struct{}

// StartCall finds out who calls, and gives a client that is new its cookie.
func (c *clients) StartCall(ctx context.Context) context.Context {
	id := rand.Text()
	if cookie, err := session.GetIncomingCookieByName(ctx, session.StatefulSessionCookieName); err == nil && len(cookie.Value) == len(id) {
		id = cookie.Value
	} else {
		given := http.Cookie{Name: session.StatefulSessionCookieName, Value: id}
		_ = grpc.SetHeader(ctx, metadata.Pairs("set-cookie", given.String())) // fails outside a call only
	}
	return context.WithValue(ctx, clientKey{}, id)
}

// CallCompleted does nothing.
func (c *clients) CallCompleted(context.Context, error) {}

func caller(ctx context.Context) string { return ctx.Value(clientKey{}).(string) }

// busy is the error of a statement that would have to wait for the reader of
// another one, which may be the same thread.
func busy() error {
	return connector.Errorf(connector.Conflict, "an earlier answer of this connection is still being read, and what is left of it is too much to keep").
		WithHint("Read it to its end, close its cursor, or use another connection.")
}

// seat is a session for the statements of one text.
type seat struct {
	clients *clients
	client  *client
	session *sqlengine.Session
	aside   bool // beside another statement: nothing may be made here

	// wanted is closed when another statement of the client waits for the session,
	// gone when the seat was left, and full where that waits for the reader of the
	// answer, because its rows are too many to keep.
	wanted, gone, full chan struct{}
	asked              bool // for the seat: wanted is closed
}

// take returns a session for the client that calls. reads says that the
// statements make nothing. Where the client's session is taken, it waits: what
// runs there goes on to its end without its reader, as far as its rows can be
// kept. The caller leaves the seat.
func (c *clients) take(ctx context.Context, reads bool) (*seat, error) {
	for {
		s, before := c.sit(caller(ctx), reads)
		if before != nil {
			if err := before.await(ctx); err != nil {
				return nil, err
			}
			continue
		}
		if s.session != nil {
			return s, nil
		}
		var err error
		if s.session, err = c.seats.take(ctx); err != nil {
			return nil, errors.Join(err, s.leave(false))
		}
		return s, nil
	}
}

// sit gives a client a seat, or tells which one has to be left before.
func (c *clients) sit(id string, reads bool) (s, before *seat) {
	c.mu.Lock()
	defer c.mu.Unlock()
	who := c.known[id]
	if who == nil {
		who = &client{id: id}
		c.known[id] = who
	}
	if before = who.holder; before != nil {
		if !before.asked {
			before.asked = true
			close(before.wanted)
		}
		return nil, before
	}
	s = &seat{
		clients: c, client: who, session: who.home, aside: reads && who.running > 0,
		wanted: make(chan struct{}), gone: make(chan struct{}), full: make(chan struct{}),
	}
	if who.home != nil || !reads {
		who.holder = s
	}
	who.running++
	if who.expires != nil {
		who.expires.Stop()
	}
	return s, nil
}

// await waits until the seat is left.
func (s *seat) await(ctx context.Context) error {
	select {
	case <-s.gone:
		return nil
	case <-s.full:
		return busy()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// leave gives the session back. Where statements have made something in it, it
// stays the client's.
func (s *seat) leave(made bool) error {
	c, who := s.clients, s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	defer close(s.gone)
	who.running--
	if who.holder == s {
		who.holder = nil
	}
	if made && !s.aside {
		who.home = s.session
	}
	var err error
	if s.session != nil && who.home != s.session {
		err = c.seats.leave(s.session)
	}
	switch {
	case who.running > 0:
	case who.left || who.home == nil:
		err = errors.Join(err, c.drop(who))
	default:
		who.expires = time.AfterFunc(c.idle, func() { _ = c.forget(who.id) })
	}
	return err
}

// forget ends the conversation with a client, now or when its last statement has
// ended.
func (c *clients) forget(id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	who := c.known[id]
	if who == nil {
		return nil
	}
	if who.left = true; who.running > 0 {
		return nil
	}
	return c.drop(who)
}

func (c *clients) drop(who *client) error {
	delete(c.known, who.id)
	if who.expires != nil {
		who.expires.Stop()
	}
	if who.home == nil {
		return nil
	}
	return c.seats.end(who.home)
}

// close ends all conversations. No statement may be under way.
func (c *clients) close() error {
	c.mu.Lock()
	var errs []error
	for _, who := range c.known {
		errs = append(errs, c.drop(who))
	}
	c.mu.Unlock()
	return errors.Join(append(errs, c.seats.close())...)
}
