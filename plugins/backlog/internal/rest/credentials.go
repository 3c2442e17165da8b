package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/trackql/trackql/connector"
)

// Credentials say to the server who asks. Their methods are called
// concurrently.
type Credentials interface {
	// Authorize sets what identifies the caller on a request: a header, never
	// something in the URL. It is called before each try.
	Authorize(ctx context.Context, req *http.Request) error
	// Renew is called after a 401, with the answer's header, at most once for a
	// request. True says that something was renewed: the request is tried once
	// more.
	Renew(ctx context.Context, refused http.Header) (bool, error)
	// Identity names the caller, the same at any time, without a secret:
	// allowances and shared answers are kept by it.
	Identity() string
}

// APIKey returns the credentials of a person's API key.
func APIKey(key connector.Secret) Credentials { return apiKey{key} }

type apiKey struct{ key connector.Secret }

func (k apiKey) Authorize(_ context.Context, req *http.Request) error {
	req.Header.Set("Backlog-API-Key", k.key.Reveal())
	return nil
}

// Renew has nothing to renew: a key is valid until its owner deletes it.
func (apiKey) Renew(context.Context, http.Header) (bool, error) { return false, nil }

func (k apiKey) Identity() string {
	sum := sha256.Sum256([]byte("Backlog-API-Key\x00" + k.key.Reveal()))
	return "key-" + hex.EncodeToString(sum[:12])
}
