package oauth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

const (
	// early is how long before its end an access token is renewed.
	early = time.Minute
	// crowd is how long after a renewal a refused request may have been begun
	// with the token from before.
	crowd = 30 * time.Second
)

// Account is who is signed in to a space through an application: the credentials
// of requests. It is safe for concurrent use, and holds nothing that must be
// closed.
type Account struct {
	cfg   Config
	store *store
	// identity is for requests of this account, whoever signs in to the file later.
	identity string

	turn    chan struct{} // who holds it may use what follows
	kept    *kept         // nil while nobody is known to be signed in
	user    int64         // who may be signed in; 0 is anybody
	renewal time.Time     // when this account renewed last
}

var _ rest.Credentials = (*Account)(nil)

// New returns an account. It makes no request. That nobody is signed in, and that
// the file cannot be read, is the error of the first request.
func New(cfg Config) (*Account, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	a := &Account{cfg: cfg, store: newStore(&cfg), turn: make(chan struct{}, 1)}
	who := rand.Text() // nobody: shares nothing with anybody
	if k, err := a.store.read(); err == nil && k != nil {
		a.adopt(k)
		who = strconv.FormatInt(k.User.ID, 10)
	}
	sum := sha256.Sum256([]byte("OAuth\x00" + a.store.base + "\x00" + cfg.ClientID + "\x00" + who))
	a.identity = "oauth-" + hex.EncodeToString(sum[:12])
	return a, nil
}

// Identity names the person and the application.
func (a *Account) Identity() string { return a.identity }

// Authorize puts an access token into a request's header. It renews one that is
// about to end, and has a person sign in, so far as the mode lets it.
func (a *Account) Authorize(ctx context.Context, req *http.Request) error {
	if err := a.enter(ctx); err != nil {
		return err
	}
	defer a.leave()
	if err := a.ready(ctx); err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+a.kept.Token.AccessToken)
	return nil
}

// Renew renews the access token that a server refused. Requests that were begun
// with the same token renew it once.
func (a *Account) Renew(ctx context.Context, _ http.Header) (bool, error) {
	if a.cfg.Mode == Off {
		return false, nil
	}
	if err := a.enter(ctx); err != nil {
		return false, err
	}
	defer a.leave()
	if !a.renewal.IsZero() && a.cfg.Clock.Now().Sub(a.renewal) < crowd {
		return true, nil
	}
	return true, a.anew(ctx, afterRefusal)
}

func (a *Account) enter(ctx context.Context) error {
	select {
	case a.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return canceled(ctx)
	}
}

func (a *Account) leave() { <-a.turn }

// ready has a token that can be used.
func (a *Account) ready(ctx context.Context) error {
	if a.kept == nil {
		k, err := a.store.read()
		if err != nil {
			return err
		}
		if k == nil {
			return a.signIn(ctx)
		}
		if err := a.take(k); err != nil {
			return err
		}
	}
	if a.cfg.Mode == Off || !a.endsWithin(a.kept, early) {
		return nil
	}
	err := a.anew(ctx, 1)
	if connector.KindOf(err) == connector.Unavailable && !a.endsWithin(a.kept, 0) {
		return nil // the server may be there again before the end
	}
	return err
}

// endsWithin tells whether an access token ends before some time has passed.
func (a *Account) endsWithin(k *kept, d time.Duration) bool {
	end := k.Token.Expiry
	return !end.IsZero() && !a.cfg.Clock.Now().Add(d).Before(end)
}

// anew renews the tokens, or has the person sign in again where there is one.
func (a *Account) anew(ctx context.Context, tries int) error {
	err := a.refresh(ctx, tries)
	if errors.Is(err, errGone) || errors.Is(err, errNobody) {
		if !a.asks() {
			return err
		}
		return a.signIn(ctx)
	}
	return err
}

// refresh replaces the tokens by newer ones: what another process has kept since,
// or else what the server gives.
func (a *Account) refresh(ctx context.Context, tries int) error {
	return a.locked(ctx, func() error {
		k, err := a.store.read()
		switch {
		case err != nil:
			return err
		case k == nil:
			a.kept = nil
			return a.nobody()
		case a.kept != nil && k.Token.AccessToken != a.kept.Token.AccessToken && !a.endsWithin(k, early):
			return a.take(k)
		case k.Token.RefreshToken == "":
			return a.fail(connector.Unauthorized, "%w", errGone).WithHint("%s", a.cfg.signInHint())
		}
		return a.replace(ctx, k, tries)
	})
}

// replace asks for newer tokens and keeps them, by whoever has the lock.
func (a *Account) replace(ctx context.Context, k *kept, tries int) error {
	if err := ctx.Err(); err != nil {
		return canceled(ctx)
	}
	d, err := a.store.draft()
	if err != nil {
		return err
	}
	token, err := a.renewed(ctx, k.Token.RefreshToken, tries)
	if err != nil {
		return errors.Join(err, d.drop())
	}
	next := *k
	next.Token = token
	if err := d.keep(&next); err != nil {
		return err
	}
	a.renewal = a.cfg.Clock.Now()
	return a.take(&next)
}

// locked does something while no other has the file.
func (a *Account) locked(ctx context.Context, do func() error) (err error) {
	unlock, err := a.store.lock(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if failed := unlock(); failed != nil {
			err = errors.Join(err, a.store.unwritable(failed))
		}
	}()
	return do()
}

// take goes on with what was read, unless it is another person's: what is known
// under this account's identity is not theirs to see.
func (a *Account) take(k *kept) error {
	if a.user != 0 && a.user != k.User.ID {
		return a.store.fail(connector.Conflict, "somebody else has signed in meanwhile: %s", k.User).
			WithHint("Begin again, as that person, or sign in: trackql auth login %s.", a.cfg.Source)
	}
	a.adopt(k)
	return nil
}

func (a *Account) adopt(k *kept) { a.kept, a.user = k, k.User.ID }

// nobody is the error of a request where nobody is signed in.
func (a *Account) nobody() error {
	return connector.Errorf(connector.Unauthorized, "%w to %s", errNobody, a.cfg.Base.Host).
		WithHint("%s", a.cfg.signInHint())
}

var errNobody = errors.New("nobody is signed in")
