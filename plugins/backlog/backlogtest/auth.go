package backlogtest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

// keyHeader is the header that an API key may stand in.
const keyHeader = "Backlog-API-Key"

// secretText is a text that nobody would guess from the documentation: it is
// made of the seed and a name, so that a test finds it again.
func secretText(seed int64, name string) string {
	sum := sha256.Sum256([]byte(strconv.FormatInt(seed, 10) + "/" + name))
	return hex.EncodeToString(sum[:])[:48]
}

// tokenError is the answer to a bearer token that is not valid.
type tokenError struct{ description string }

func (t *tokenError) Error() string { return t.description }

// identify finds who makes the request: by an API key in the header or the
// query, or by a bearer token.
func (s *Server) identify(r *http.Request) (*User, error) {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return s.byToken(strings.TrimSpace(token))
	}
	key := r.Header.Get(keyHeader)
	if key == "" {
		key = r.URL.Query().Get("apiKey")
	}
	id, ok := s.keys[key]
	user := s.space.User(id)
	if !ok || user == nil || user.Left {
		return nil, refuse(AuthenticationError, "Authentication failure.")
	}
	return user, nil
}

// byToken finds whose access token it is.
func (s *Server) byToken(token string) (*User, error) {
	access, ok := s.tokens.access[token]
	user := s.space.User(access.user)
	switch {
	case !ok || user == nil || user.Left:
		return nil, &tokenError{"The access token is invalid"}
	case !s.clock.Now().Before(access.expires):
		return nil, &tokenError{"The access token expired"}
	}
	return user, nil
}

// mayAdmin refuses who is no administrator of the space.
func (c *call) mayAdmin() error {
	if c.user.admin() {
		return nil
	}
	return refuse(UnauthorizedOperationError, "You do not have the authority for this operation.")
}
