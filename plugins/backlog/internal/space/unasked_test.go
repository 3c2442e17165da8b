package space_test

import (
	"context"
	"testing"
	"time"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// TestUnasked is what Terms then asks for, in memory, on disk and when what is
// kept is too old.
func TestUnasked(t *testing.T) {
	dir, clock := t.TempDir(), newClock()
	server := small()
	first := open(dir, clock)
	projects := []int64{1, 2}
	if got := first.Unasked(t.Context(), relation.Statuses, projects); got != 2 {
		t.Errorf("Unasked(Statuses) = %d, want 2", got)
	}
	if got := server.took(); got != "" {
		t.Errorf("Unasked asked for %s", got)
	}
	for of, want := range map[relation.Vocabulary]int{
		relation.Projects: 1, relation.Priorities: 1, relation.Statuses: 2, relation.People: 2,
	} {
		if got := first.Unasked(t.Context(), of, projects); got != want {
			t.Errorf("Unasked(%d) = %d, want %d", of, got, want)
		}
		if _, err := first.Terms(t.Context(), server.trip(t), of, projects); err != nil {
			t.Fatal(err)
		}
		if got := first.Unasked(t.Context(), of, projects) + open(dir, clock).Unasked(t.Context(), of, projects); got != 0 {
			t.Errorf("Unasked(%d) of what is kept = %d", of, got)
		}
	}
	clock.forward(2 * time.Hour)
	if got := first.Unasked(t.Context(), relation.People, projects); got != 2 {
		t.Errorf("Unasked(People) of what is too old = %d, want 2", got)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if got := first.Unasked(ended, relation.People, projects); got > 2 {
		t.Errorf("Unasked of an ended context = %d", got)
	}
}
