package backlog

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/oauth"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

var _ connector.Authenticator = (*Connector)(nil)

// Login has a person sign in by OAuth, and keeps the tokens. A guide whose
// browser is elsewhere is asked for what it got; else that is waited for at
// CallbackUrl.
func (c *Connector) Login(ctx context.Context, cfg connector.Config, guide connector.Guide) error {
	o := cfg.Options
	switch {
	case o.Choice("AuthScheme") != schemeOAuth:
		return connector.Errorf(connector.Invalid, "it takes an ApiKey, so there is nobody to sign in").
			WithHint("To sign in by OAuth, write AuthScheme=OAuth in place of the ApiKey.")
	case o.Secret("OAuthAccessToken").Reveal() != "":
		return connector.Errorf(connector.Invalid, "it has an OAuthAccessToken, so there is nobody to sign in").
			WithHint("To sign in, leave the OAuthAccessToken out.")
	}
	s, err := c.signing(cfg)
	if err != nil {
		return err
	}
	account, err := oauth.New(s.Config)
	if err != nil {
		return err
	}
	return account.Login(ctx, guide)
}

// Status says in a line who is signed in, or whose the key is, as the space
// tells it now.
func (c *Connector) Status(ctx context.Context, cfg connector.Config) (string, error) {
	s, err := c.signing(cfg)
	if err != nil {
		return "", err
	}
	s.Guide = nil // to be told who is signed in is no reason to sign in
	with := " signs in with an ApiKey"
	switch {
	case s.scheme != schemeOAuth:
	case s.token.Reveal() != "":
		with = " signs in with an OAuthAccessToken"
	default:
		account, err := oauth.New(s.Config)
		if err != nil {
			return "", err
		}
		return account.Status(ctx, cfg.Timezone)
	}
	credentials, err := s.credentials()
	if err != nil {
		return "", err
	}
	who, err := oauth.Myself(ctx, s.Config, credentials)
	if err != nil {
		return "", err
	}
	return who + with, nil
}

// Logout forgets the tokens. A key, or a token of the configuration, stays where
// it is.
func (c *Connector) Logout(ctx context.Context, cfg connector.Config) error {
	s, err := c.signing(cfg)
	if err != nil || s.scheme != schemeOAuth || s.token.Reveal() != "" {
		return err
	}
	account, err := oauth.New(s.Config)
	if err != nil {
		return err
	}
	return account.Logout(ctx)
}

// signing is what the options say about who asks, and how the space is reached.
type signing struct {
	oauth.Config
	scheme     string
	key, token connector.Secret
}

func (c *Connector) signing(cfg connector.Config) (*signing, error) {
	o := cfg.Options
	base, err := rest.ParseBase(o.Text("Url"))
	if err != nil {
		return nil, err
	}
	transport, err := c.transport(o)
	if err != nil {
		return nil, err
	}
	return c.signingAt(cfg, base, transport), nil
}

func (c *Connector) signingAt(cfg connector.Config, base *url.URL, transport http.RoundTripper) *signing {
	o := cfg.Options
	modes := map[string]oauth.Mode{"GetAndRefresh": oauth.GetAndRefresh, "Refresh": oauth.Refresh, "Off": oauth.Off}
	return &signing{
		Config: oauth.Config{
			Base: base, ClientID: o.Text("OAuthClientId"), ClientSecret: o.Secret("OAuthClientSecret"),
			Callback: o.Text("CallbackUrl"), File: o.Path("OAuthSettingsLocation"), Mode: modes[o.Choice("InitiateOAuth")],
			Source: cfg.Name, Guide: c.Guide, Transport: transport, Timeout: o.Duration("Timeout"), Clock: c.Clock, Log: cfg.Log,
		},
		scheme: o.Choice("AuthScheme"), key: o.Secret("ApiKey"), token: o.Secret("OAuthAccessToken"),
	}
}

// transport returns what reaches the space.
func (c *Connector) transport(o connector.Options) (http.RoundTripper, error) {
	if c.Transport != nil {
		return c.Transport, nil
	}
	return rest.Transport(rest.TransportConfig{Proxy: o.Secret("Proxy").Reveal(), CAFile: o.Path("CaFile")})
}

// credentials says who asks.
func (s *signing) credentials() (rest.Credentials, error) {
	hasKey, hasToken := s.key.Reveal() != "", s.token.Reveal() != ""
	switch {
	case !sendable(s.key), !sendable(s.token):
		return nil, connector.Errorf(connector.Invalid, "the key or token holds a character that none has, such as a line break").
			WithHint("Copy it again, without what is around it: the file or variable that it comes from may end with a line break.")
	case s.scheme == schemeOAuth && hasKey:
		return nil, connector.Errorf(connector.Invalid, "there are both AuthScheme=OAuth and an ApiKey").
			WithHint("Leave one of them out.")
	case s.scheme == schemeOAuth && hasToken:
		return oauth.Fixed(s.token), nil
	case s.scheme == schemeOAuth:
		return oauth.New(s.Config)
	case hasKey:
		return rest.APIKey(s.key), nil
	}
	err := connector.Errorf(connector.Invalid, "the option ApiKey is missing")
	if s.ClientID != "" || hasToken {
		return nil, err.WithHint("To sign in by OAuth, add AuthScheme=OAuth.")
	}
	return nil, err.WithHint(rest.KeySteps)
}

// sendable tells whether a secret can be in a header: whether it holds nothing but
// visible characters of ASCII.
func sendable(secret connector.Secret) bool {
	return !strings.ContainsFunc(secret.Reveal(), func(r rune) bool { return r <= ' ' || r >= 0x7f })
}
