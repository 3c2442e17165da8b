package backlogtest

import (
	"net/http"
	"net/url"
	"time"
)

// The life of what OAuth gives.
const (
	accessLife = time.Hour
	codeLife   = 10 * time.Minute
)

// tokens are what OAuth has given.
type tokens struct {
	codes   map[string]grant
	access  map[string]grant
	refresh map[string]grant
	made    int64
}

// grant is what a code or a token stands for.
type grant struct {
	user     int64
	redirect string // of a code: where it was sent to
	expires  time.Time
}

func newTokens() tokens {
	return tokens{codes: map[string]grant{}, access: map[string]grant{}, refresh: map[string]grant{}}
}

// OAuthClient is the id and the secret of the one registered application.
func (s *Server) OAuthClient() (id, secret string) {
	return "trackql-emulated", secretText(s.options.Seed, "oauth client")
}

// Revoke makes all access tokens and refresh tokens invalid that were given so
// far, as when the person withdraws the consent.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens.access)
	clear(s.tokens.refresh)
}

// secret makes a new code or token.
func (s *Server) secret(kind string) string {
	s.tokens.made++
	return secretText(s.options.Seed+s.tokens.made, kind)
}

func oauthRoutes() []route {
	return []route{{"POST", "/oauth2/token", "", 200, token}}
}

// authorize is the page where a person agrees that an application acts for
// them. This person is the administrator, signed in already, and quick.
func authorize(c *call) (any, error) {
	query := c.request.URL.Query()
	id, _ := c.server.OAuthClient()
	target, err := url.Parse(query.Get("redirect_uri"))
	if err != nil || !target.IsAbs() || query.Get("client_id") != id || query.Get("response_type") != "code" {
		return nil, refuse(InvalidRequestError, "The request of the application is not valid.")
	}
	back := target.Query()
	if state := query.Get("state"); state != "" {
		back.Set("state", state)
	}
	if c.server.options.DenyConsent {
		back.Set("error", "access_denied")
	} else {
		code := c.server.secret("code")
		c.server.tokens.codes[code] = grant{
			c.space.Users[0].ID, query.Get("redirect_uri"), c.server.clock.Now().Add(codeLife),
		}
		back.Set("code", code)
	}
	target.RawQuery = back.Encode()
	return &reply{status: http.StatusFound, header: http.Header{"Location": {target.String()}}}, nil
}

// token gives tokens for a code or for a refresh token, which is then used up.
func token(c *call) (any, error) {
	id, secret := c.server.OAuthClient()
	if c.params.text("client_id") != id || c.params.text("client_secret") != secret {
		return refuseToken(http.StatusUnauthorized, "invalid_client", "The client is not known, or its secret is wrong"), nil
	}
	var given grant
	var ok bool
	switch c.params.text("grant_type") {
	case "authorization_code":
		given, ok = take(c.server.tokens.codes, c.params.text("code"))
		ok = ok && c.server.clock.Now().Before(given.expires) && c.params.text("redirect_uri") == given.redirect
	case "refresh_token":
		given, ok = take(c.server.tokens.refresh, c.params.text("refresh_token"))
	default:
		return refuseToken(http.StatusBadRequest, "unsupported_grant_type", "The grant type is not supported"), nil
	}
	if !ok {
		return refuseToken(http.StatusBadRequest, "invalid_grant", "The code or the refresh token is invalid, expired or used"), nil
	}
	access, refresh := c.server.secret("access"), c.server.secret("refresh")
	c.server.tokens.access[access] = grant{user: given.user, expires: c.server.clock.Now().Add(accessLife)}
	c.server.tokens.refresh[refresh] = grant{user: given.user}
	return object{
		{"access_token", access},
		{"token_type", "Bearer"},
		{"expires_in", int(accessLife / time.Second)},
		{"refresh_token", refresh},
	}, nil
}

// take gets and removes a grant.
func take(from map[string]grant, name string) (grant, bool) {
	g, ok := from[name]
	delete(from, name)
	return g, ok
}

func refuseToken(status int, name, description string) *reply {
	return replyJSON(status, object{{"error", name}, {"error_description", description}})
}
