package backlog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func numbers(n int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
	}
}

// TestSideBySideOrder yields what jobs yield in the order of the jobs, however
// long each takes, with no more under way than allowed.
func TestSideBySideOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running, most := 0, 0
		do := func(_ context.Context, job int) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				mu.Lock()
				running++
				most = max(most, running)
				mu.Unlock()
				time.Sleep(time.Duration(10-job%10) * time.Second)
				mu.Lock()
				running--
				mu.Unlock()
				for part := range 3 {
					if !yield(fmt.Sprintf("%d.%d", job, part), nil) {
						return
					}
				}
			}
		}
		var got []string
		for s, err := range sideBySide(t.Context(), 4, numbers(20), do) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, s)
		}
		var want []string
		for job := range 20 {
			for part := range 3 {
				want = append(want, fmt.Sprintf("%d.%d", job, part))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("came %q, want %q", got, want)
		}
		if most < 2 || most > 5 {
			t.Errorf("%d jobs ran at a time, want 4 or so", most)
		}
	})
}

// TestSideBySideStops ends all that it began: at an error of a job, at one of
// what gives jobs, when nobody wants more, and when the context ends.
func TestSideBySideStops(t *testing.T) {
	fault := errors.New("fault")
	tests := map[string]struct {
		jobs iter.Seq2[int, error]
		bad  int // the job that fails
		stop int // after how many results the reader stops
		end  bool
		want error
	}{
		"job":     {jobs: numbers(50), bad: 7, stop: -1, want: fault},
		"jobs":    {jobs: func(yield func(int, error) bool) { _ = yield(0, nil) && yield(0, fault) }, bad: -1, stop: -1, want: fault},
		"reader":  {jobs: numbers(50), bad: -1, stop: 5},
		"context": {jobs: numbers(50), bad: -1, stop: -1, end: true, want: context.Canceled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				do := func(ctx context.Context, job int) iter.Seq2[int, error] {
					return func(yield func(int, error) bool) {
						if job == test.bad {
							yield(0, fault)
							return
						}
						if test.end && job == 9 {
							cancel()
						}
						yield(job, ctx.Err())
					}
				}
				var got error
				n := 0
				for _, err := range sideBySide(ctx, 4, test.jobs, do) {
					if got = err; err != nil {
						break
					}
					if n++; n == test.stop {
						break
					}
				}
				if !errors.Is(got, test.want) {
					t.Errorf("ended with %v, want %v", got, test.want)
				}
			})
		})
	}
}

// TestInTurnIsLazy makes no job before its results are wanted.
func TestInTurnIsLazy(t *testing.T) {
	made := 0
	do := func(_ context.Context, job int) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			made++
			yield(job, nil)
		}
	}
	for _, err := range sideBySide(t.Context(), 1, numbers(10), do) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if made != 1 {
		t.Errorf("%d jobs were made for one result, want 1", made)
	}
}
