package duck_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/sqlengine/duck"
)

// TestStress runs thousands of statements over streams that are whole, empty,
// nested, failing, or canceled in the middle, on several connections at once.
// Every answer must be right or the expected error, and every feed closed.
func TestStress(t *testing.T) {
	db, err := duck.Open(map[string]string{"threads": "4"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const workers, statements = 4, 750
	plain, deep := numbers(100, 3000, 0, 1), []arrow.RecordBatch{nested(2500)}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(w)))
			for range statements {
				if err := stressOnce(t, db, random, plain, deep); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

var errPage = errors.New("page lost")

func stressOnce(t *testing.T, db *duck.DB, random *rand.Rand, plain, deep []arrow.RecordBatch) error {
	conn, err := db.Connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	mode, at := random.IntN(5), random.IntN(4)
	batches, sql, want := plain, "SELECT count(*), sum(a.n) FROM %s a JOIN %s b USING (n)", "3101"
	if mode == 1 {
		batches, sql, want = deep, "SELECT count(DISTINCT s.b) || ' ' || count(DISTINCT d) || ' ' || sum(len(l)) || ' ' || sum(m['k']) FROM %s", "2500 5 2499 3123750"
	}
	var feeds sync.WaitGroup
	id, err := db.Register(duck.Scan{Schema: batches[0].Schema(), Open: func(columns []int) (duck.Feed, error) {
		feeds.Add(1)
		f := &feed{batches: project(batches, columns), closed: make(chan struct{})}
		go func() { <-f.closed; feeds.Done() }()
		f.before = func(n int) error {
			switch {
			case n != at || mode < 2:
				return nil
			case mode == 2:
				return errPage
			case mode == 3:
				cancel()
				<-ctx.Done()
				return ctx.Err()
			}
			runtime.Gosched() // a slow stream
			return nil
		}
		return f, nil
	}})
	if err != nil {
		return err
	}
	defer db.Drop(id)
	text := fmt.Sprintf(sql, id.SQL(), id.SQL())
	if mode == 1 {
		text = fmt.Sprintf(sql, id.SQL())
	}
	rows, err := conn.Strings(ctx, text)
	feeds.Wait()
	switch {
	case mode == 2 && (err == nil || !strings.Contains(err.Error(), errPage.Error())):
		return fmt.Errorf("failing stream: %v, %w", rows, err)
	case mode == 3 && !errors.Is(err, context.Canceled):
		return fmt.Errorf("canceled stream: %v, %w", rows, err)
	case mode != 2 && mode != 3 && (err != nil || rows[0][0] != want):
		return fmt.Errorf("mode %d: %v, %w; want %s", mode, rows, err, want)
	}
	return nil
}
