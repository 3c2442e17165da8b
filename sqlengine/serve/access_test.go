package serve_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/trackql/trackql/sqlengine/serve"
)

func TestAccess(t *testing.T) {
	address := serving(t, serve.Config{Access: serve.NewAccess("the token of all", map[string]string{"花子": "pass word"})})
	with := func(header string) context.Context {
		return metadata.AppendToOutgoingContext(t.Context(), "authorization", header)
	}
	tests := map[string]struct {
		ctx  context.Context
		code codes.Code
	}{
		"nothing":         {t.Context(), codes.Unauthenticated},
		"the token":       {with("Bearer the token of all"), codes.OK},
		"another token":   {with("Bearer the token of al"), codes.Unauthenticated},
		"an empty token":  {with("Bearer "), codes.Unauthenticated},
		"another scheme":  {with("Digest the token of all"), codes.Unauthenticated},
		"a password only": {with("Basic "), codes.Unauthenticated},
	}
	c := dial(t, address)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := ask(test.ctx, c, "SELECT 1"); status.Code(err) != test.code {
				t.Errorf("ask = %v, want %s", err, test.code)
			}
		})
	}
	t.Run("a user", func(t *testing.T) {
		ctx, err := c.Client.Client.AuthenticateBasicToken(t.Context(), "花子", "pass word")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ask(ctx, c, "SELECT 1"); err != nil {
			t.Error(err)
		}
	})
	t.Run("a wrong password", func(t *testing.T) {
		for user, password := range map[string]string{"花子": "password", "nobody": "pass word", "": ""} {
			_, err := c.Client.Client.AuthenticateBasicToken(t.Context(), user, password)
			if status.Code(err) != codes.Unauthenticated || strings.Contains(err.Error(), "pass word") {
				t.Errorf("user %q: %v, want that it is refused", user, err)
			}
		}
	})
}

func TestTLS(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	address := serving(t, serve.Config{TLS: &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12,
	}})
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	trusting, err := flightsql.NewClient(address, nil, nil,
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12})))
	if err != nil {
		t.Fatal(err)
	}
	defer trusting.Close()
	if _, err := ask(t.Context(), &client{trusting}, "SELECT 1"); err != nil {
		t.Error(err)
	}
	if _, err := ask(t.Context(), dial(t, address), "SELECT 1"); status.Code(err) != codes.Unavailable {
		t.Errorf("without TLS: %v, want that there is no connection", err)
	}
}
