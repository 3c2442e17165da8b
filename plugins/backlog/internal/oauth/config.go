package oauth

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// Applications is where applications are registered.
const Applications = "https://backlog.com/developer/applications/"

// Mode says what may be done to have an access token.
type Mode uint8

// The modes.
const (
	// GetAndRefresh renews, and has a person sign in where nobody is.
	GetAndRefresh Mode = iota
	// Refresh renews only.
	Refresh
	// Off takes the token as it is.
	Off
)

// Config says who signs in to what, and where that is kept. Base and ClientID
// are required, ClientSecret too but for Off.
type Config struct {
	// Base is from [rest.ParseBase].
	Base         *url.URL
	ClientID     string
	ClientSecret connector.Secret
	// Callback is the address to which the space sends the person back, as it was
	// registered. It is listened to where it is http at this machine; port 0 is
	// any that is free.
	Callback string
	// File is where tokens are kept; empty is [DefaultFile].
	File string
	Mode Mode
	// Source is the name to sign in with, for hints.
	Source string
	// Guide leads a person through signing in where a request needs it; nil where
	// nobody is there: the request fails then.
	Guide connector.Guide
	// Transport makes the requests; nil is http.DefaultTransport.
	Transport http.RoundTripper
	// Timeout is how long a request may take; 0 is [rest.DefaultTimeout].
	Timeout time.Duration
	// Clock tells the age of tokens; nil is [rest.SystemClock].
	Clock rest.Clock
	// Log is told of what a person should look after; nil drops that.
	Log *slog.Logger
}

// check completes a Config, or says what it lacks.
func (c *Config) check() error {
	lacks := ""
	switch {
	case c.ClientID == "":
		lacks = "OAuthClientId"
	case c.ClientSecret.Reveal() == "" && c.Mode != Off:
		lacks = "OAuthClientSecret"
	}
	if lacks != "" {
		return connector.Errorf(connector.Invalid, "AuthScheme=OAuth needs the key %s", lacks).
			WithHint("Register an application at %s: it has an id and a secret.", Applications)
	}
	if c.File == "" {
		file, err := DefaultFile(c.Base, c.ClientID)
		if err != nil {
			return err
		}
		c.File = file
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if c.Timeout <= 0 {
		c.Timeout = rest.DefaultTimeout
	}
	if c.Clock == nil {
		c.Clock = rest.SystemClock{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

// DefaultFile is where tokens of an application at a space are kept: in the
// user's configuration folder, by a name that does not tell which these are.
func DefaultFile(base *url.URL, clientID string) (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", connector.Errorf(connector.Invalid, "there is no folder for tokens: %w", err).
			WithHint("Name a file for them with OAuthSettingsLocation.")
	}
	sum := sha256.Sum256([]byte(base.String() + "\x00" + clientID))
	return filepath.Join(dir, "trackql", "oauth", hex.EncodeToString(sum[:16])+".json"), nil
}

// signInHint is the next step of one who must sign in.
func (c *Config) signInHint() string { return "Sign in: trackql auth login " + c.Source + "." }
