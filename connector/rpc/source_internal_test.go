package rpc

import (
	"context"
	"testing"

	"github.com/trackql/trackql/connector"
)

// TestEnterGivesUp waits for a child that another query starts, until its own
// query ends.
func TestEnterGivesUp(t *testing.T) {
	s := newSource(&Plugin{}, connector.Config{Name: "s"})
	s.turn <- struct{}{} // the other query has the turn, and keeps it
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := s.enter(ctx)
		done <- err
	}()
	cancel()
	if err := <-done; connector.KindOf(err) != connector.Canceled {
		t.Errorf("enter of a query that ended = %v, want Kind Canceled", err)
	}
}
