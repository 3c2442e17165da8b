//go:build unix

package rpc_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// A child answers its host, and nobody else who finds its socket.
func TestStranger(t *testing.T) {
	tests := map[string]credentials.TransportCredentials{
		"no TLS":          insecure.NewCredentials(),
		"no certificate":  credentials.NewTLS(&tls.Config{InsecureSkipVerify: true}),
		"one of his own":  credentials.NewTLS(&tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{certificate(t)}}),
		"the system's CA": credentials.NewTLS(&tls.Config{ServerName: "localhost"}),
	}
	for name, credential := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			src := s.open("")
			conn, err := grpc.NewClient("unix:"+theSocket(t), grpc.WithTransportCredentials(credential))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			answer, err := wire.NewConnectorClient(conn).Describe(ctx, &wire.DescribeRequest{})
			if status.Code(err) != codes.Unavailable {
				t.Errorf("a stranger is told %v, %v, want an error of code Unavailable", answer, err)
			}
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
			s.works(src)
			s.shut(src)
		})
	}
}

// theSocket returns the one socket in the folder for temporary files, which
// nobody else on the system may reach.
func theSocket(t *testing.T) string {
	t.Helper()
	sockets, err := filepath.Glob(filepath.Join(os.TempDir(), "plugin-dir*", "plugin*"))
	if err != nil || len(sockets) != 1 {
		t.Fatalf("the sockets are %v, %v, want one", sockets, err)
	}
	info, err := os.Stat(filepath.Dir(sockets[0]))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the socket's folder has the mode %v, %v, want 0700", info.Mode().Perm(), err)
	}
	return sockets[0]
}

// certificate makes one that nobody knows, for the name that children trust.
func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// A folder in which no socket can be is no fault of the plugin.
func TestNoPlaceForSocket(t *testing.T) {
	tests := map[string]struct {
		folder func(*stage) string
		want   string
	}{
		"not there": {func(s *stage) string { return filepath.Join(s.dir, "nowhere") }, "no such file or directory"},
		"a file":    {func(s *stage) string { return s.program("", "").Path }, "not a directory"},
		"too long": {func(s *stage) string {
			path := filepath.Join(s.dir, strings.Repeat("long", 30))
			if err := os.Mkdir(path, 0o700); err != nil {
				s.Fatal(err)
			}
			return path
		}, "invalid argument"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			good, bad := os.TempDir(), test.folder(s)
			t.Setenv("TMPDIR", bad)
			_, err := s.host.Start(context.Background(), s.program("faulty", ""))
			const begin = "cannot be started: there is no place for its socket: "
			if err == nil || !strings.Contains(err.Error(), begin) || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("Start = %v, want %q … %q", err, begin, test.want)
			}
			if connector.KindOf(err) != connector.Invalid || !strings.HasPrefix(connector.HintOf(err), "Set TMPDIR") {
				t.Errorf("Start = %v: %s, want Kind Invalid and a hint about TMPDIR", connector.KindOf(err), connector.HintOf(err))
			}
			if entries, err := os.ReadDir(bad); err == nil && len(entries) > 0 {
				t.Errorf("files are left: %v", entries)
			}
			t.Setenv("TMPDIR", good)
			s.startsNext()
		})
	}
}

// All queries of a source share one child, another source has one of its own.
func TestOneChildPerSource(t *testing.T) {
	s := newStage(t)
	plugin, err := s.host.Start(context.Background(), s.program("faulty", ""))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		src, err := plugin.Open(context.Background(), connector.Config{Name: "s"})
		if err != nil {
			t.Fatal(err)
		}
		var queries []func() error
		for range 5 {
			queries = append(queries, background(func() error {
				_, err := readAll(context.Background(), src)
				return err
			}))
		}
		for _, wait := range queries {
			if err := wait(); err != nil {
				t.Error(err)
			}
		}
		s.works(src)
		s.shut(src)
	}
	if children := s.over(); children != 2 {
		t.Errorf("%d children have served two sources, want 2", children)
	}
}
