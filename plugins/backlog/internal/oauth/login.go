package oauth

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"time"

	"github.com/trackql/trackql/connector"
)

// patience is how long a person may take to sign in.
const patience = 10 * time.Minute

// Login has a person sign in, and keeps the tokens. Where the person's browser is
// elsewhere, or the callback's address is not of this machine, they are asked for
// what their browser got.
func (a *Account) Login(ctx context.Context, guide connector.Guide) error {
	if a.cfg.Mode == Off {
		return connector.Errorf(connector.Invalid, "InitiateOAuth=Off does not sign in").
			WithHint("Write GetAndRefresh or Refresh, or leave it out.")
	}
	if _, err := a.store.read(); err != nil {
		return err // the file is not one to write over
	}
	if err := a.enter(ctx); err != nil {
		return err
	}
	defer a.leave()
	a.user = 0 // anybody may sign in
	return a.talk(ctx, guide, func(k *kept) error {
		return a.locked(ctx, func() error { return a.put(k) })
	})
}

// asks tells whether there is a person who can be asked to sign in.
func (a *Account) asks() bool {
	if a.cfg.Guide == nil || a.cfg.Mode != GetAndRefresh {
		return false
	}
	callback, err := parseCallback(a.cfg.Callback)
	return err == nil && callback.here()
}

// signIn has the person before the terminal sign in, where a request needs it
// and there is one. Others that need it wait, and then find it done.
func (a *Account) signIn(ctx context.Context) error {
	if !a.asks() {
		return a.nobody()
	}
	return a.locked(ctx, func() error {
		k, err := a.store.read()
		if err != nil {
			return err
		}
		if k != nil && (a.kept == nil || k.Token.AccessToken != a.kept.Token.AccessToken) {
			return a.take(k)
		}
		return a.talk(ctx, a.cfg.Guide, a.put)
	})
}

// put keeps what a sign-in gave, by whoever has the lock.
func (a *Account) put(k *kept) error {
	d, err := a.store.draft()
	if err != nil {
		return err
	}
	if err := d.keep(k); err != nil {
		return err
	}
	return a.take(k)
}

// talk leads a person through signing in, and hands what that gives to keep
// before the person is told that it is done.
func (a *Account) talk(ctx context.Context, guide connector.Guide, keep func(*kept) error) error {
	callback, err := parseCallback(a.cfg.Callback)
	if err != nil {
		return err
	}
	state := rand.Text()
	finish := func(redirect, code string) error {
		k, err := a.introduce(ctx, redirect, code)
		if err != nil {
			return err
		}
		return keep(k)
	}
	if guide.Elsewhere() || !callback.here() {
		redirect := callback.String()
		if err := guide.Visit(a.client(redirect).AuthCodeURL(state)); err != nil {
			return err
		}
		code, err := askCode(ctx, guide, redirect, state)
		if err != nil {
			return err
		}
		return finish(redirect, code)
	}
	desk, err := listen(ctx, callback, state)
	if err != nil {
		return err
	}
	return desk.serve(ctx, func(redirect string) error {
		return guide.Visit(a.client(redirect).AuthCodeURL(state))
	}, finish)
}

// introduce returns what a code stands for, and whose it is.
func (a *Account) introduce(ctx context.Context, redirect, code string) (*kept, error) {
	token, err := a.exchange(ctx, redirect, code)
	if err != nil {
		return nil, err
	}
	who, err := a.whose(ctx, token)
	if err != nil {
		return nil, err
	}
	return &kept{User: who, Since: a.cfg.Clock.Now().UTC().Truncate(time.Second), Token: token}, nil
}

// askCode has the person bring the code from where their browser is.
func askCode(ctx context.Context, guide connector.Guide, redirect, state string) (string, error) {
	line, err := guide.Ask(ctx, "After that, the browser goes to an address that begins with "+redirect+
		", and may not find it.\nCopy that address here, or the code in it: ")
	if err != nil {
		return "", err
	}
	return readCode(line, state)
}

// readCode finds the code in what a person brought: the whole address, what is
// after its question mark, or the code alone.
func readCode(line, state string) (string, error) {
	line = strings.Trim(strings.TrimSpace(line), `"'<>`)
	query := line
	if _, after, ok := strings.Cut(line, "?"); ok {
		query, _, _ = strings.Cut(after, "#")
	}
	if strings.Contains(query, "=") {
		values, err := url.ParseQuery(query)
		if err != nil {
			return "", noCode()
		}
		return codeOf(values, state)
	}
	if line == "" || strings.ContainsAny(line, " \t/:?&#") {
		return "", noCode()
	}
	return line, nil
}

func noCode() error {
	return connector.Errorf(connector.Invalid, "there is no code in what was entered").
		WithHint("Sign in again, and copy the whole address from the browser when it has left the space.")
}

// codeOf returns the code in an answer of the space.
func codeOf(values url.Values, state string) (string, error) {
	if !sameState(values, state) {
		return "", errState
	}
	switch values.Get("error") {
	case "":
	case "access_denied":
		return "", connector.Errorf(connector.Unauthorized, "the sign-in was refused: the person, or the space, said no to the application").
			WithHint("Sign in again, and allow it.")
	default:
		return "", connector.Errorf(connector.Unauthorized, "the space could not let anybody sign in").
			WithHint("Compare OAuthClientId and CallbackUrl with your application at %s.", Applications)
	}
	if code := values.Get("code"); code != "" {
		return code, nil
	}
	return "", noCode()
}

// errState refuses an answer to a question that was not asked here, as one that
// another made and wants the person to use.
var errState = connector.Errorf(connector.Unauthorized, "the answer is not to this sign-in: its state is another").
	WithHint("Begin again, and use the address that is shown then.")
