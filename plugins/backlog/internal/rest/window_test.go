package rest_test

import (
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// tells answers after a second with what is left of a window that ends so many
// seconds after the start of a bubble's time.
func tells(remaining, reset int) respond {
	const start = 946684800
	return after(time.Second, says(200, "[]", "X-RateLimit-Limit", "20",
		"X-RateLimit-Remaining", strconv.Itoa(remaining), "X-RateLimit-Reset", strconv.Itoa(start+reset)))
}

func TestOddWindows(t *testing.T) {
	for name, test := range map[string]struct {
		answers []respond
		takes   time.Duration // of nine requests
	}{
		"usual":                          {[]respond{tells(19, 60)}, 2 * time.Second},
		"used up":                        {[]respond{tells(0, 60), tells(19, 120)}, 62 * time.Second},
		"ends in the past":               {[]respond{tells(19, -60)}, 2 * time.Second},
		"ends in the past and is used":   {[]respond{tells(0, -60), tells(19, 60)}, 4 * time.Second},
		"ends in milliseconds, used":     {[]respond{tells(0, 946684800*999), tells(19, 7200)}, time.Hour + 3*time.Second},
		"ends later than it said":        {[]respond{tells(0, 60), tells(0, 61), tells(19, 121)}, 64 * time.Second},
		"no answer of the server itself": {[]respond{after(time.Second, says(401, "")), tells(19, 60)}, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				ask(t.Context(), clientOf(t, inTurn(test.answers...)).Begin(""), relation.Search, 9)
				if took := time.Since(begin); took != test.takes {
					t.Errorf("9 requests took %s, want %s", took, test.takes)
				}
			})
		})
	}
}

// A fault of something before the server does not say that there is no limit.
func TestFaultIsNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &allowance{limit: 3, length: time.Minute}
		var once sync.Once
		client := clientOf(t, roundTripper(func(req *http.Request) (*http.Response, error) {
			fault := false
			once.Do(func() { fault = true })
			if fault {
				return says(502, "<html>")(req)
			}
			return server.RoundTrip(req)
		}))
		if failed := ask(t.Context(), client.Begin(""), relation.Search, 9); failed > 0 || server.beyond > 0 {
			t.Errorf("%d requests failed, %d went beyond the limit", failed, server.beyond)
		}
	})
}

// An answer to a request that was sent before another was lost does not tell
// whether the lost one was counted.
func TestAnswerFromBeforeALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &allowance{limit: 3, length: time.Minute}
		var once sync.Once
		client := clientOf(t, roundTripper(func(req *http.Request) (*http.Response, error) {
			resp, err := server.RoundTrip(req)
			switch req.URL.Path {
			case "/api/v2/slow":
				time.Sleep(5 * time.Second)
			case "/api/v2/lost":
				once.Do(func() { err = io.ErrUnexpectedEOF })
			}
			if err != nil {
				return nil, err
			}
			return resp, nil
		}))
		ask(t.Context(), client.Begin(""), relation.Read, 1)
		var group sync.WaitGroup
		for _, path := range []string{"/slow", "/lost"} {
			group.Go(func() {
				if _, err := client.Begin("").Get(t.Context(), call(path)); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		group.Wait()
		if server.beyond > 0 {
			t.Errorf("%d requests went beyond the limit", server.beyond)
		}
	})
}

// An answer of an old window that comes late does not use up the new one.
func TestAnswerOfAnOldWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := after(10*time.Second, tells(0, 5))
		client := clientOf(t, inTurn(tells(2, 5), late, tells(19, 60), tells(18, 60)))
		trip := client.Begin("")
		ask(t.Context(), trip, relation.Read, 1)
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := trip.Get(t.Context(), call("/late")); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(5 * time.Second)
		ask(t.Context(), client.Begin(""), relation.Read, 2)
		group.Wait()
		if got := client.Quotas()[relation.Read].Remaining; got != 18 {
			t.Errorf("Remaining = %d, want 18", got)
		}
	})
}

// A 429 counts by its own date, whatever other machines of the server tell.
func TestLimitByItsOwnDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		date := func(ahead time.Duration) string { return time.Now().Add(ahead).UTC().Format(http.TimeFormat) }
		server := inTurn(
			says(200, "[]", "Date", date(2*time.Second)),
			says(429, "", "Date", date(0), "X-RateLimit-Limit", "9", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "946684810"),
			good,
		)
		client := clientOf(t, server)
		begin := time.Now()
		for range 2 {
			if _, err := get(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("two requests took %s, want 10s", took)
		}
	})
}

// A clock that is set is believed.
func TestServerClockIsSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ahead := time.Hour
		client := clientOf(t, roundTripper(func(req *http.Request) (*http.Response, error) {
			now := time.Now().Add(ahead)
			return says(200, "[]", "Date", now.UTC().Format(http.TimeFormat), "X-RateLimit-Limit", "9",
				"X-RateLimit-Remaining", "5", "X-RateLimit-Reset", strconv.FormatInt(now.Unix()+30, 10))(req)
		}))
		for _, ahead = range []time.Duration{time.Hour, -time.Hour, 0} {
			time.Sleep(2 * time.Hour)
			ask(t.Context(), client.Begin(""), relation.Read, 1)
			if got := time.Until(client.Quotas()[relation.Read].Reset); got != 30*time.Second {
				t.Errorf("ahead by %s: the window ends in %s, want 30s", ahead, got)
			}
		}
	})
}

var _ rest.Clock = instant{}
