package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
	"github.com/trackql/trackql/sqlengine/serve"
)

const serveLong = `Serve the sources to other programs, until Ctrl-C: by Arrow Flight SQL, which
ADBC, JDBC and ODBC drivers speak.

Clients read, and may make tables that live as long as their connection. They
reach neither the files nor the settings of this machine. Beyond this machine a
server needs a certificate, and a token or users, so that nobody reads along and
nobody else asks.`

const serveExample = `  trackql serve --flight 127.0.0.1:32010 --source 'pt=scarab:Path=issues.xml'
  trackql serve --flight 0.0.0.0:32010 --tls-cert cert.pem --tls-key key.pem --users users.txt -c trackql.yaml`

// serveFlags are the flags of trackql serve.
type serveFlags struct {
	sourceFlags
	flight, cert, key, token, users string
	child                           bool
}

func (p *program) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Serve the sources to other programs",
		Long:    serveLong,
		Example: serveExample,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.child {
				return p.serveParent(cmd.Context())
			}
			return p.serve(cmd.Context(), f)
		},
	}
	f.add(cmd)
	f.addLimit(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.flight, "flight", "", "serve Flight SQL at this `ADDRESS`, HOST:PORT or unix:PATH")
	flags.StringVar(&f.cert, "tls-cert", "", "the `FILE` of the certificate, in PEM")
	flags.StringVar(&f.key, "tls-key", "", "the `FILE` of its private key")
	flags.StringVar(&f.token, "token-file", "", "let in who has the token in this `FILE`")
	flags.StringVar(&f.users, "users", "", "let in the users in this `FILE`, NAME:PASSWORD in each line")
	flags.BoolVar(&f.child, "child", false, "")
	_ = flags.MarkHidden("child") // for programs that start trackql for themselves
	return cmd
}

// serve serves until the context ends, which is how it should end.
func (p *program) serve(ctx context.Context, f serveFlags) (err error) {
	s, err := p.setup(ctx, f.sourceFlags)
	if err != nil {
		return err
	}
	config := serve.Config{Version: version(), Log: p.log()}
	if err := f.secure(&config); err != nil {
		return err
	}
	opened, err := p.openEngine(ctx, s, sqlengine.Config{NoPushdown: f.noPushdown, Guarded: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	config.Engine = opened.Engine
	server, err := serve.New(config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	listener, err := listen(f.flight)
	if err != nil {
		return usage("Choose another --flight, such as 127.0.0.1:32010.", "%w", err)
	}
	if _, err := fmt.Fprintf(p.out, "Flight SQL at %s%s, until Ctrl-C.\n", scheme(f), listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	return nil
}

// scheme is how the address of a server begins.
func scheme(f serveFlags) string {
	switch {
	case strings.HasPrefix(f.flight, unixPrefix):
		return "grpc+unix://"
	case f.cert != "":
		return "grpc+tls://"
	}
	return "grpc://"
}

const unixPrefix = "unix:"

func listen(address string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(address, unixPrefix); ok {
		return net.Listen("unix", path)
	}
	return net.Listen("tcp", address)
}

// secure reads who may ask, and how connections are encrypted. It refuses to
// serve others than this machine without either.
func (f serveFlags) secure(config *serve.Config) error {
	if f.flight == "" {
		return usage("Add --flight 127.0.0.1:32010.", "there is no address to serve at")
	}
	if _, _, err := net.SplitHostPort(f.flight); err != nil && !strings.HasPrefix(f.flight, unixPrefix) {
		return usage("Write HOST:PORT, as in --flight 127.0.0.1:32010, or unix:PATH.", "%s is no address", f.flight)
	}
	if (f.cert == "") != (f.key == "") {
		return usage("Give both.", "--tls-cert and --tls-key belong together")
	}
	if f.cert != "" {
		pair, err := tls.LoadX509KeyPair(f.cert, f.key)
		if err != nil {
			return usage("Check --tls-cert and --tls-key.", "%w", err)
		}
		config.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	token, err := readToken(f.token)
	if err != nil {
		return err
	}
	users, err := readUsers(f.users)
	if err != nil {
		return err
	}
	if token != "" || len(users) > 0 {
		config.Access = serve.NewAccess(token, users)
	}
	if !f.near() && (config.TLS == nil || config.Access == nil) {
		return usage("Add --tls-cert, --tls-key, and --token-file or --users; or serve this machine alone: --flight 127.0.0.1:32010.",
			"%s can be reached by others, and anybody could ask or read along", f.flight)
	}
	return nil
}

// near tells whether the address can be reached from this machine alone.
func (f serveFlags) near() bool {
	if strings.HasPrefix(f.flight, unixPrefix) {
		return true
	}
	host, _, err := net.SplitHostPort(f.flight)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// readToken reads the token in a file; "" is no file.
func readToken(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", usage("Check the path after --token-file.", "%w", err)
	}
	token := strings.TrimSpace(string(text))
	if len(token) < leastToken {
		return "", usage("Make one: openssl rand -hex 32.", "%s: the token has %d characters, and %d are the least", path, len(token), leastToken)
	}
	return token, nil
}

// leastToken is how many characters a token has at least, so that it cannot be
// guessed.
const leastToken = 16

// readUsers reads users and passwords, NAME:PASSWORD in each line; "" is no file.
func readUsers(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("Check the path after --users.", "%w", err)
	}
	users := map[string]string{}
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimRight(line, "\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, password, ok := strings.Cut(line, ":")
		if !ok || name == "" || password == "" {
			return nil, &usageError{connector.Errorf(connector.Invalid, "the line is no user with a password").
				At(connector.Place{File: path, Line: i + 1}).WithHint("Write NAME:PASSWORD.")}
		}
		users[name] = password
	}
	return users, nil
}
