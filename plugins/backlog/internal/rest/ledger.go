package rest

import (
	"errors"
	"sync"

	"github.com/trackql/trackql/connector"
)

// keptLedgers is of how many statements a client remembers what they took. More
// are not under way at a time.
const keptLedgers = 256

// ledgers are what the statements of a client took.
type ledgers struct {
	mu     sync.Mutex
	byName map[string]*ledger
	order  []string // of the statements, the oldest first
}

// ledger is what one statement took until now.
type ledger struct {
	mu  sync.Mutex
	sum connector.Spending
	// allowed are the calls that were sent, or are about to be.
	allowed int64
}

// of returns the ledger of a statement, which begins with it.
func (l *ledgers) of(statement string) *ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.byName[statement]; known != nil {
		return known
	}
	if l.byName == nil {
		l.byName = map[string]*ledger{}
	}
	if len(l.order) == keptLedgers {
		delete(l.byName, l.order[0])
		l.order = l.order[1:]
	}
	l.order = append(l.order, statement)
	l.byName[statement] = new(ledger)
	return l.byName[statement]
}

// Spent returns what the trips took that are on the account of a statement. It
// remembers the last few hundred statements.
func (c *Client) Spent(statement string) connector.Spending {
	c.ledgers.mu.Lock()
	l := c.ledgers.byName[statement]
	c.ledgers.mu.Unlock()
	if l == nil {
		return connector.Spending{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sum
}

// Account puts the trip on the account of a statement, which may make so many
// requests in all, but for further tries; 0 is any number, and a negative one
// none. Where that is not enough, calls fail with [connector.Exhausted] before
// they are sent. Of no statement nothing is remembered. It returns the trip, and
// is called before it is used.
func (t *Trip) Account(statement string, most int64) *Trip {
	if statement != "" {
		t.ledger, t.most = t.client.ledgers.of(statement), most
	}
	return t
}

// Limited tells whether the trip's statement may make only so many requests.
func (t *Trip) Limited() bool { return t.ledger != nil && t.most != 0 }

// allow lets a call pass, or refuses it.
func (t *Trip) allow() error {
	if t.ledger == nil {
		return nil
	}
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	if t.most != 0 && t.ledger.allowed >= t.most {
		err := connector.Exhausted(max(0, t.most))
		err.Err = exhausted{err.Err}
		return err
	}
	t.ledger.allowed++
	return nil
}

// unsent takes back that a call was let pass.
func (t *Trip) unsent() {
	t.note(func(l *ledger) { l.allowed-- })
}

func (t *Trip) note(change func(l *ledger)) {
	if t.ledger == nil {
		return
	}
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	change(t.ledger)
}

// exhausted marks the error of a statement that may make no further request.
type exhausted struct{ error }

func isExhausted(err error) bool {
	var e exhausted
	return errors.As(err, &e)
}

// add counts a request by its purpose.
func add(sum *connector.Spending, purpose Purpose, again bool) {
	switch {
	case again:
		sum.Retries++
	case purpose == Data:
		sum.Data++
	case purpose == Count:
		sum.Count++
	default:
		sum.Metadata++
	}
}
