package oauth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// user is a person, as the space tells of them.
type user struct {
	ID   int64  `json:"id"`
	Code string `json:"userId"`
	Name string `json:"name"`
}

// String is the name, and behind it what the person signs in with, where that is
// known.
func (u user) String() string {
	if u.Code == "" {
		return u.Name
	}
	return u.Name + " (" + u.Code + ")"
}

// fixed are the credentials of an access token that is used as it is.
type fixed struct {
	token    connector.Secret
	identity string
}

// Fixed returns the credentials of an access token that is used as it is, and
// never renewed.
func Fixed(token connector.Secret) rest.Credentials {
	return fixed{token, rest.APIKey(token).Identity()}
}

func (f fixed) Authorize(_ context.Context, req *http.Request) error {
	req.Header.Set("Authorization", "Bearer "+f.token.Reveal())
	return nil
}

// Renew has nothing to renew.
func (fixed) Renew(context.Context, http.Header) (bool, error) { return false, nil }

func (f fixed) Identity() string { return f.identity }

// whose asks the space who a token stands for.
func (a *Account) whose(ctx context.Context, token *oauth2.Token) (user, error) {
	return myself(ctx, a.cfg, Fixed(connector.SecretOf(token.AccessToken)))
}

// Myself asks the space who has the credentials. Of the Config, it needs what
// requests need.
func Myself(ctx context.Context, cfg Config, credentials rest.Credentials) (string, error) {
	who, err := myself(ctx, cfg, credentials)
	if err != nil {
		return "", err
	}
	return who.String(), nil
}

func myself(ctx context.Context, cfg Config, credentials rest.Credentials) (user, error) {
	client := rest.New(rest.Config{
		Base: cfg.Base, Credentials: credentials, Transport: cfg.Transport, Timeout: cfg.Timeout, Clock: cfg.Clock, Log: cfg.Log,
	})
	answer, err := client.Begin("").Get(ctx, rest.Call{Path: "/users/myself", Purpose: rest.Metadata})
	if err != nil {
		return user{}, err
	}
	var who user
	if json.Unmarshal(answer, &who) != nil || who.ID == 0 {
		return user{}, connector.Errorf(connector.Corrupt, "%s does not tell who is signed in", cfg.Base.Host)
	}
	return who, nil
}

// Status says in a line who is signed in, since when and until when, in a time
// zone, and where that is kept. It asks the space, and renews what must be for
// that, so far as the mode lets it; it asks no person. Kind NotFound says that
// nobody is signed in.
func (a *Account) Status(ctx context.Context, zone *time.Location) (string, error) {
	k, err := a.store.read()
	if err != nil {
		return "", err
	}
	if k == nil {
		return "", connector.Errorf(connector.NotFound, "nobody is signed in to %s", a.cfg.Base.Host).
			WithHint("%s", a.cfg.signInHint())
	}
	who, err := myself(ctx, a.cfg, a)
	if err != nil {
		return "", err
	}
	if err := a.enter(ctx); err != nil {
		return "", err
	}
	defer a.leave()
	return fmt.Sprintf("%s is signed in to %s since %s, %s; the tokens are in %s",
		who, a.cfg.Base, moment(k.Since, zone), a.until(zone), a.store.path), nil
}

func (a *Account) until(zone *time.Location) string {
	end, renewable := a.kept.Token.Expiry, a.cfg.Mode != Off && a.kept.Token.RefreshToken != ""
	switch {
	case renewable && end.IsZero():
		return "until the consent is withdrawn"
	case renewable:
		return "until the consent is withdrawn: the access token ends at " + moment(end, zone) + ", and is then renewed"
	case end.IsZero():
		return "until the server ends it"
	}
	return "until " + moment(end, zone)
}

func moment(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2006-01-02 15:04 -07:00")
}

// Logout forgets what is kept. Nobody signed in is no error.
func (a *Account) Logout(ctx context.Context) error {
	if k, err := a.store.read(); k == nil || err != nil {
		return err
	}
	if err := a.enter(ctx); err != nil {
		return err
	}
	defer a.leave()
	a.kept, a.user = nil, 0
	return a.locked(ctx, a.store.remove)
}
