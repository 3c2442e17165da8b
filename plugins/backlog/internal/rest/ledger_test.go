package rest_test

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// TestSpent adds up what the trips of a statement took, whatever for.
func TestSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := inTurn(says(http.StatusBadGateway, ""), says(http.StatusOK, `{"count": 7}`))
		client := clientOf(t, server)
		for i, purpose := range []rest.Purpose{rest.Count, rest.Data, rest.Metadata, rest.Data} {
			trip := client.Begin("one").Account("one", 0)
			if _, err := trip.Get(t.Context(), rest.Call{Path: "/" + strconv.Itoa(i), Purpose: purpose}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := client.Begin("two").Get(t.Context(), call("/0")); err != nil {
			t.Fatal(err)
		}
		want := connector.Spending{Data: 2, Count: 1, Metadata: 1, Retries: 1, Bytes: 4 * int64(len(`{"count": 7}`))}
		if got := client.Spent("one"); got != want {
			t.Errorf("Spent(one) = %+v, want %+v", got, want)
		}
		for _, statement := range []string{"two", "", "three"} {
			if got := client.Spent(statement); got != (connector.Spending{}) {
				t.Errorf("Spent(%s) = %+v, want nothing: no trip is on its account", statement, got)
			}
		}
	})
}

// TestSpentIsBounded forgets what came first.
func TestSpentIsBounded(t *testing.T) {
	client := clientOf(t, inTurn(good))
	for i := range 400 {
		name := strconv.Itoa(i)
		if _, err := client.Begin(name).Account(name, 0).Get(t.Context(), call("/space")); err != nil {
			t.Fatal(err)
		}
	}
	if first, last := client.Spent("0"), client.Spent("399"); first.Data != 0 || last.Data != 1 {
		t.Errorf("Spent of the first of 400 statements = %+v, and of the last %+v", first, last)
	}
}

// TestAccount sends no more than a statement may, whoever asks side by side.
func TestAccount(t *testing.T) {
	for most := range int64(12) {
		t.Run(strconv.FormatInt(most, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, client := emulator(t, backlogtest.Options{Issues: 130, Unlimited: true}, func(cfg *rest.Config) { cfg.PageSize = 20 })
				server.Forget()
				trip := client.Begin("s").Account("s", most)
				_, err := readIDs(trip.Offset(t.Context(), issues(server)))
				got := int64(len(server.Requests()))
				if most == 0 || most >= 8 { // 7 pages and a count
					if err != nil || got != 8 {
						t.Errorf("with %d requests allowed there were %d, and %v; want 8", most, got, err)
					}
					return
				}
				want := fmt.Sprintf("max_requests allows %d here, and the statement needs more", most)
				if got > most || got == 0 || err == nil || err.Error() != want || connector.KindOf(err) != connector.Invalid {
					t.Errorf("with %d requests allowed there were %d, and %v", most, got, err)
				}
				// A request that is ended on its way to the server was made, too.
				if spent := client.Spent("s").Requests(); spent < got || spent > most {
					t.Errorf("Spent tells of %d requests, and %d came", spent, got)
				}
			})
		})
	}
}

// TestAccountOfOthers lets nobody fail for a request that another may not make,
// and counts for nobody what was not sent.
func TestAccountOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := inTurn(after(time.Second, good))
		client := clientOf(t, server)
		if _, err := client.Begin("poor").Account("poor", 1).Get(t.Context(), call("/first")); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for _, most := range []int64{1, 0, 1} {
			group.Go(func() {
				name := map[int64]string{1: "poor", 0: "rich"}[most]
				_, err := client.Begin(name).Account(name, most).Get(t.Context(), call("/space"))
				if err != nil && most == 0 {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		group.Wait()
		if poor, rich := client.Spent("poor").Data, client.Spent("rich").Data; poor != 1 || rich != 1 {
			t.Errorf("Spent of the poor %d, and of the rich %d, want 1 and 1", poor, rich)
		}
	})
}
