package backlogtest

import (
	"context"
	"time"
)

// Options say what space the emulator holds and how it answers. The zero value
// is a small fixed space: 3 projects, 400 issues, 12 people, all of it before
// 2026-10-01T09:00:00Z.
type Options struct {
	// Seed chooses the space: the same options give the same space.
	Seed int64
	// Projects, Issues and Users are how many there are: 3, 400 and 12 where zero.
	Projects, Issues, Users int
	// Zone is the space's time zone; "Asia/Tokyo" where empty. New panics where
	// it is not known.
	Zone string
	// Lang is "ja" or "en": the language of the names that Backlog itself gives
	// (未対応 or Open); "ja" where empty.
	Lang string
	// Start is the moment before which everything seeded happened. Zero: the
	// Clock's present, or 2026-10-01T09:00:00Z where there is no Clock.
	Start time.Time
	// Clock is what time it is; the machine's own clock where nil.
	Clock Clock
	// Latency is how long each answer takes, by Clock.
	Latency time.Duration
	// Limits are the requests a minute of each user; a paid plan's where zero.
	Limits Limits
	// Unlimited switches the rate limit off: the headers tell a limit of a
	// million that is never used up.
	Unlimited bool
	// ExclusiveIDs reads minId and maxId as excluding the id itself. Which of
	// both Backlog does is not documented.
	ExclusiveIDs bool
	// OldDates gives days as servers of 2014 did: midnight in the space's zone
	// (2014-05-01 in Tokyo is "2014-04-30T15:00:00Z").
	OldDates bool
	// BareIssues allows lists and counts of issues without projectId[], which are
	// refused otherwise.
	BareIssues bool
	// Prefix is a path before /api/v2, as an Enterprise space may have: "/backlog".
	Prefix string
	// DenyConsent makes the person at the authorize address say no.
	DenyConsent bool
}

// Limits are requests a minute, one for each category. Zero: 600, 150, 150, 60.
type Limits struct{ Read, Update, Search, Icon int }

// Clock is a source of time, so that a test need not wait.
type Clock interface {
	Now() time.Time
	// Sleep returns after d, or earlier with the context's error.
	Sleep(ctx context.Context, d time.Duration) error
}

// machineClock is the time of the machine.
type machineClock struct{}

func (machineClock) Now() time.Time { return time.Now() }

func (machineClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// withDefaults fills in what the zero value stands for.
func (o Options) withDefaults() Options {
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
		if o.Clock != nil {
			o.Start = o.Clock.Now()
		}
	}
	if o.Clock == nil {
		o.Clock = machineClock{}
	}
	orDefault(&o.Projects, 3)
	orDefault(&o.Issues, 400)
	orDefault(&o.Users, 12)
	o.Users = max(o.Users, fewestUsers)
	orDefault(&o.Zone, "Asia/Tokyo")
	orDefault(&o.Lang, "ja")
	orDefault(&o.Limits.Read, 600)
	orDefault(&o.Limits.Update, 150)
	orDefault(&o.Limits.Search, 150)
	orDefault(&o.Limits.Icon, 60)
	return o
}

func orDefault[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}
