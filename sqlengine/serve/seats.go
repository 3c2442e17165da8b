package serve

import (
	"context"
	"errors"
	"sync"

	"github.com/trackql/trackql/sqlengine"
)

// seats are sessions in which nothing was made, for any client to use.
type seats struct {
	engine *sqlengine.Engine
	most   int

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
	session, err := s.engine.Session(ctx)
	if err == nil {
		s.mu.Lock()
		s.open++
		s.mu.Unlock()
	}
	return session, err
}

// end closes a session.
func (s *seats) end(session *sqlengine.Session) error {
	s.mu.Lock()
	s.open--
	s.mu.Unlock()
	return session.Close()
}

// leave keeps a session for the next client, or closes it where there are enough.
func (s *seats) leave(session *sqlengine.Session) error {
	s.mu.Lock()
	if len(s.free) < s.most && !s.closed {
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
