package rest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// idleConnections is how many connections to a host are kept for later requests:
// enough for all that are under way at a time.
const idleConnections = 64

// TransportConfig says how to reach a server.
type TransportConfig struct {
	// Proxy is the URL of a proxy (http, https, socks5), or its host and port;
	// empty takes the environment's, "none" goes directly.
	Proxy string
	// CAFile is a PEM file of certificates to trust beside the system's; empty
	// is none.
	CAFile string
}

// Transport returns what reaches servers in this way. It makes no connection.
// Its errors are of Kind Invalid or NotFound, and do not show the proxy's
// password.
func Transport(cfg TransportConfig) (http.RoundTripper, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = idleConnections
	proxy, err := proxyOf(cfg.Proxy)
	if err != nil {
		return nil, err
	}
	transport.Proxy = proxy
	if cfg.CAFile != "" {
		roots, err := rootsWith(cfg.CAFile)
		if err != nil {
			return nil, err
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return transport, nil
}

func proxyOf(text string) (func(*http.Request) (*url.URL, error), error) {
	switch {
	case text == "":
		return http.ProxyFromEnvironment, nil
	case strings.EqualFold(text, "none"):
		return nil, nil
	case !strings.Contains(text, "://"):
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		return nil, connector.Errorf(connector.Invalid, "the option Proxy is not the address of a proxy").
			WithHint("Write it as http://proxy.example.com:8080, or none to use no proxy.")
	}
	return http.ProxyURL(u), nil
}

// rootsWith returns the system's certificates and those of a file.
func rootsWith(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		kind := connector.Invalid
		if errors.Is(err, fs.ErrNotExist) {
			kind = connector.NotFound
		}
		return nil, connector.Errorf(kind, "the file of the option CaFile cannot be read: %w", err).
			WithHint("Name a PEM file with the certificate of the authority.")
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, connector.Errorf(connector.Internal, "the system's certificates: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, connector.Errorf(connector.Invalid, "%s: there is no certificate in the file", path).
			WithHint("CaFile takes certificates in PEM form, which begin with -----BEGIN CERTIFICATE-----.")
	}
	return roots, nil
}
