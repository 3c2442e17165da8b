package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/flight"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// notesKey is the session option that has what clients should know of the answers
// that they read: a JSON list of texts. Reading it empties it.
const notesKey = "trackql.notices"

// notes keep what clients should know until they ask for it. Flight has no place
// for it at the end of a stream of rows.
type notes struct {
	mu    sync.Mutex
	texts map[string][]string // by client
	order []string            // clients, the one that was told first in front
}

// How many clients notices are kept of, and how many for each.
const (
	notedClients = 1000
	notesOfOne   = 100
)

// add keeps texts for a client; what is too much is let go, the oldest first.
func (n *notes) add(client string, texts []string) {
	if len(texts) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.texts == nil {
		n.texts = map[string][]string{}
	}
	if _, ok := n.texts[client]; !ok {
		n.order = append(n.order, client)
	}
	kept := append(n.texts[client], texts...)
	n.texts[client] = kept[max(0, len(kept)-notesOfOne):]
	if len(n.order) > notedClients {
		delete(n.texts, n.order[0])
		n.order = n.order[1:]
	}
}

// take returns what there is for a client, and forgets it.
func (n *notes) take(client string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	texts, ok := n.texts[client]
	if !ok {
		return []string{}
	}
	delete(n.texts, client)
	n.order = slices.DeleteFunc(n.order, func(known string) bool { return known == client })
	return texts
}

// told writes what a person should know of a result that has ended.
func told(result *sqlengine.Result) []string {
	var texts []string
	for _, notice := range result.Notices() {
		text := notice.Text
		if place := notice.Place.String(); place != "" {
			text = place + ": " + text
		}
		if notice.Count > 1 {
			text = fmt.Sprintf("%d times %s, first: %s", notice.Count, notice.Code, text)
		}
		if notice.Hint != "" {
			text += "\n" + notice.Hint
		}
		texts = append(texts, text)
	}
	for _, scan := range result.Scans() {
		verdict := scan.Report.Verdict
		if scan.Stopped || verdict.Completeness == connector.Complete || result.Err() != nil {
			continue // whoever asked for no more rows, or got an error, knows
		}
		text := "not all rows of " + connector.QuoteName(scan.Source) + "." + connector.QuoteName(scan.Table) + " may be there"
		if verdict.Note != "" {
			text += ": " + verdict.Note
		}
		texts = append(texts, text)
	}
	return texts
}

// GetSessionOptions hands out the notices of the answers that a client has read.
func (d *door) GetSessionOptions(ctx context.Context, _ *flight.GetSessionOptionsRequest) (*flight.GetSessionOptionsResult, error) {
	texts, err := json.Marshal(d.clients.notes.take(caller(ctx)))
	if err != nil {
		return nil, fault(err)
	}
	value, err := flight.NewSessionOptionValue(string(texts))
	if err != nil {
		return nil, fault(err)
	}
	return &flight.GetSessionOptionsResult{SessionOptions: map[string]*flight.SessionOptionValue{notesKey: &value}}, nil
}
