package serve

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Access decides who may ask: those who show the token, or a user's name and
// password, for which they get a token of their own.
type Access struct {
	passwords map[string]secret // by user
	given     map[string]string // tokens by user
	valid     map[secret]string // users by token; "" is who has the server's own
}

// secret is the hash of a secret: looking one up tells nothing of the others.
type secret [sha256.Size]byte

func hidden(text string) secret { return sha256.Sum256([]byte(text)) }

// NewAccess returns an Access for a token ("" is none) and for users by their
// passwords.
func NewAccess(token string, users map[string]string) *Access {
	a := &Access{passwords: map[string]secret{}, given: map[string]string{}, valid: map[secret]string{}}
	if token != "" {
		a.valid[hidden(token)] = ""
	}
	for name, password := range users {
		a.passwords[name] = hidden(password)
		a.given[name] = rand.Text()
		a.valid[hidden(a.given[name])] = name
	}
	return a
}

var (
	errPassword = status.Error(codes.Unauthenticated, "the user's name or password is wrong")
	errToken    = status.Error(codes.Unauthenticated, `the token is wrong or missing: send it as "authorization: Bearer TOKEN"`)
)

// Validate takes a user's name and password, and returns the user's token.
func (a *Access) Validate(name, password string) (string, error) {
	given, want := hidden(password), a.passwords[name]
	if subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
		return "", errPassword
	}
	return a.given[name], nil
}

// IsValid takes the token of a call, and returns who asks.
func (a *Access) IsValid(token string) (any, error) {
	name, ok := a.valid[hidden(token)]
	if !ok {
		return nil, errToken
	}
	return name, nil
}
