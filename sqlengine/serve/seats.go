package serve

import (
	"context"
	"errors"
	"sync"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// seats are sessions in which nothing was made, for any client to use.
type seats struct {
	engine *sqlengine.Engine
	// spare is how many are kept that nobody uses, and most how many are open in all.
	spare, most int

	mu     sync.Mutex
	free   []*sqlengine.Session
	open   int // also those that are taken
	closed bool
}

// take returns a session, a new one where none is free.
func (s *seats) take(ctx context.Context) (*sqlengine.Session, error) {
	s.mu.Lock()
	if n := len(s.free); n > 0 {
		last := s.free[n-1]
		s.free = s.free[:n-1]
		s.mu.Unlock()
		return last, nil
	}
	s.mu.Unlock()
	return s.begin(ctx)
}

func (s *seats) begin(ctx context.Context) (*sqlengine.Session, error) {
	if err := s.reserve(); err != nil {
		return nil, err
	}
	session, err := s.engine.Session(ctx)
	if err != nil {
		s.release()
	}
	return session, err
}

// reserve counts a session that is about to be opened, if one more may be.
func (s *seats) reserve() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open >= s.most {
		return connector.Errorf(connector.RateLimited, "%d sessions are open, and no more may be", s.most).
			WithHint("Try again later; clients end a session when they close their connection.")
	}
	s.open++
	return nil
}

func (s *seats) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
}

// end closes a session.
func (s *seats) end(session *sqlengine.Session) error {
	s.release()
	return session.Close()
}

// leave keeps a session for the next client, or closes it where there are enough.
func (s *seats) leave(session *sqlengine.Session) error {
	s.mu.Lock()
	if len(s.free) < s.spare && !s.closed {
		s.free = append(s.free, session)
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	return s.end(session)
}

// warm makes a session before anybody asks.
func (s *seats) warm(ctx context.Context) error {
	session, err := s.begin(ctx)
	if err != nil {
		return err
	}
	return s.leave(session)
}

func (s *seats) close() error {
	s.mu.Lock()
	free := s.free
	s.free, s.closed = nil, true
	s.mu.Unlock()
	var errs []error
	for _, session := range free {
		errs = append(errs, s.end(session))
	}
	return errors.Join(errs...)
}
