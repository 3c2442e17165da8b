package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/trackql/trackql/connector"
)

const (
	authorizePath = "OAuth2AccessRequest.action"
	tokenPath     = "api/v2/oauth2/token"

	// afterRefusal is how often tokens are asked for after a 401 where the server
	// is at fault, and firstWait what is waited before the second time; it doubles.
	// Before a request it is once: the client tries the whole again.
	afterRefusal = 3
	firstWait    = 500 * time.Millisecond

	// tokenTime is how long a request may take at most, as it is not given up.
	tokenTime = 20 * time.Second
)

// errGone is in the chain of an error that says that a person must sign in again.
var errGone = errors.New("the space does not take what is kept of the sign-in any more: it was withdrawn, or used elsewhere")

// words are the codes of errors that RFC 6749 has; no other is repeated.
var words = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
	"invalid_scope", "access_denied", "unsupported_response_type", "server_error", "temporarily_unavailable",
}

// client returns the application, with the address to which it has people sent
// back.
func (a *Account) client(redirect string) *oauth2.Config {
	root := *a.cfg.Base
	if root.Path == "" {
		root.Path = "/"
	}
	return &oauth2.Config{
		ClientID: a.cfg.ClientID, ClientSecret: a.cfg.ClientSecret.Reveal(), RedirectURL: redirect,
		Endpoint: oauth2.Endpoint{
			AuthURL: root.JoinPath(authorizePath).String(), TokenURL: root.JoinPath(tokenPath).String(),
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// exchange returns the tokens that a code stands for.
func (a *Account) exchange(ctx context.Context, redirect, code string) (*oauth2.Token, error) {
	return a.request(ctx, func(ctx context.Context) (*oauth2.Token, error) {
		return a.client(redirect).Exchange(ctx, code)
	})
}

// renewed returns the tokens that come for a refresh token, which is used up then.
// A request is not given up with ctx.
func (a *Account) renewed(ctx context.Context, refresh string, tries int) (*oauth2.Token, error) {
	for wait := firstWait; ; wait *= 2 {
		token, err := a.request(context.WithoutCancel(ctx), func(ctx context.Context) (*oauth2.Token, error) {
			return a.client("").TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
		})
		tries--
		if err == nil || connector.KindOf(err) != connector.Unavailable || tries == 0 {
			return token, err
		}
		if err := a.cfg.Clock.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// request asks for tokens. They expire by our clock, from before the request.
func (a *Account) request(ctx context.Context, ask func(context.Context) (*oauth2.Token, error)) (*oauth2.Token, error) {
	asked := a.cfg.Clock.Now()
	client := &http.Client{
		Transport: a.cfg.Transport, Timeout: min(a.cfg.Timeout, tokenTime),
		// Secrets go to no other address than the one that was asked.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	token, err := ask(context.WithValue(ctx, oauth2.HTTPClient, client))
	if err != nil {
		if ctx.Err() != nil {
			return nil, canceled(ctx)
		}
		return nil, a.refused(err)
	}
	token.Expiry = time.Time{}
	if token.ExpiresIn > 0 {
		token.Expiry = asked.Add(time.Duration(token.ExpiresIn) * time.Second)
	}
	return token, nil
}

// refused returns what a person is to know of a request for tokens that failed.
// The error of x/oauth2 may hold the whole answer, so it is not passed on.
func (a *Account) refused(err error) error {
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) {
		return a.answered(answer)
	}
	var lost *url.Error
	if errors.As(err, &lost) {
		return a.fail(connector.Unavailable, "%w", lost.Err).WithHint("Check Url and the network, and try again.")
	}
	return a.fail(connector.Corrupt, "the answer has no tokens, or was cut off").
		WithHint("Check Url: it is the address of the space, such as https://example.backlog.com.")
}

// answered returns the error of an answer that has no tokens.
func (a *Account) answered(answer *oauth2.RetrieveError) error {
	status := answer.Response.StatusCode
	switch code := answer.ErrorCode; {
	case code == "invalid_grant":
		return a.fail(connector.Unauthorized, "%w", errGone).WithHint("%s", a.cfg.signInHint())
	case code == "invalid_client", code == "unauthorized_client":
		return a.fail(connector.Unauthorized, "the space does not know OAuthClientId, or OAuthClientSecret is not its secret").
			WithHint("Compare both with your application at %s.", Applications)
	case status == http.StatusTooManyRequests:
		return a.fail(connector.RateLimited, "there were too many requests").WithHint("Wait a minute, and try again.")
	case status >= 500, status == http.StatusRequestTimeout:
		return a.fail(connector.Unavailable, "the server answers %d %s", status, http.StatusText(status)).
			WithHint("Try again later: the server, or something before it, fails.")
	case slices.Contains(words, code):
		return a.fail(connector.Invalid, "the space refuses the request for tokens: %s", code)
	}
	return a.fail(connector.Invalid, "the server answers %d %s to a request for tokens", status, http.StatusText(status)).
		WithHint("Check Url: it is the address of the space, such as https://example.backlog.com.")
}

// fail returns an error about the address of tokens.
func (a *Account) fail(kind connector.Kind, format string, args ...any) *connector.Error {
	address := strings.TrimPrefix(a.client("").Endpoint.TokenURL, a.cfg.Base.Scheme+"://")
	err := connector.Errorf(kind, format, args...)
	err.Op = address
	return err
}

func canceled(ctx context.Context) error {
	return &connector.Error{Kind: connector.Canceled, Err: context.Cause(ctx)}
}
