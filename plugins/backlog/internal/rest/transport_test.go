package rest_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

func TestTransportThroughAProxy(t *testing.T) {
	var authorization, target string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization, target = r.Header.Get("Proxy-Authorization"), r.URL.String()
		fmt.Fprint(w, "{}")
	}))
	defer proxy.Close()
	host := strings.TrimPrefix(proxy.URL, "http://")
	for text, want := range map[string]string{proxy.URL: "", host: "", "http://me:word@" + host: "Basic bWU6d29yZA=="} {
		transport, err := rest.Transport(rest.TransportConfig{Proxy: text})
		if err != nil {
			t.Fatal(err)
		}
		cfg := configOf(t, transport)
		cfg.Base.Scheme = "http"
		if _, err := get(t.Context(), rest.New(cfg)); err != nil {
			t.Errorf("%s: Get() = %v", text, err)
		}
		if authorization != want || target != "http://example.backlog.com/api/v2/space" {
			t.Errorf("%s: the proxy was asked for %s as %q", text, target, authorization)
		}
	}
}

func TestTransportTrustsAFile(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]connector.Kind{"": connector.Invalid, file: connector.Internal} {
		transport, err := rest.Transport(rest.TransportConfig{Proxy: "none", CAFile: path})
		if err != nil {
			t.Fatal(err)
		}
		cfg := configOf(t, transport)
		if cfg.Base, err = rest.ParseBase(server.URL); err != nil {
			t.Fatal(err)
		}
		_, err = get(t.Context(), rest.New(cfg))
		if connector.KindOf(err) != want || (path != "") != (err == nil) || err != nil && !strings.Contains(connector.HintOf(err), "CaFile") {
			t.Errorf("CAFile %q: Get() = %v, hint %s", path, err, connector.HintOf(err))
		}
	}
}

func TestTransportRefuses(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	notAProxy := "the option Proxy is not the address of a proxy"
	for name, test := range map[string]struct {
		cfg  rest.TransportConfig
		kind connector.Kind
		want string
	}{
		"scheme":   {rest.TransportConfig{Proxy: "ftp://me:" + secret + "@h"}, connector.Invalid, notAProxy},
		"no URL":   {rest.TransportConfig{Proxy: "http://me:" + secret + "@h:port"}, connector.Invalid, notAProxy},
		"no host":  {rest.TransportConfig{Proxy: "http://"}, connector.Invalid, notAProxy},
		"no file":  {rest.TransportConfig{CAFile: filepath.Join(filepath.Dir(empty), "x")}, connector.NotFound, "the file of the option CaFile cannot be read"},
		"a folder": {rest.TransportConfig{CAFile: filepath.Dir(empty)}, connector.Invalid, "the file of the option CaFile cannot be read"},
		"no PEM":   {rest.TransportConfig{CAFile: empty}, connector.Invalid, empty + ": there is no certificate in the file"},
	} {
		_, err := rest.Transport(test.cfg)
		if connector.KindOf(err) != test.kind || !strings.HasPrefix(fmt.Sprint(err), test.want) || strings.Contains(fmt.Sprint(err), secret) {
			t.Errorf("%s: Transport() = %v, want %s", name, err, test.want)
		}
	}
}

// The key, and what a person asks for, are in no error of a real connection.
func TestErrorsOfRealConnectionsTellNoSecret(t *testing.T) {
	cut := testServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, `{"a"`)
	})
	refused := testServer(t, func(http.ResponseWriter, *http.Request) {})
	refused.Base.Host = "127.0.0.1:1"
	proxied := refused
	var err error
	if proxied.Transport, err = rest.Transport(rest.TransportConfig{Proxy: "http://me:" + secret + "@127.0.0.1:1"}); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		cfg  rest.Config
		hint string
	}{
		"cut off": {cut, ""},
		"refused": {refused, "Check Url:"},
		"proxy":   {proxied, "Check the proxy:"},
	} {
		cfg := test.cfg
		cfg.Clock = instant{}
		question := rest.Call{Path: "/issues", Query: map[string][]string{"keyword": {"private"}}}
		_, err := rest.New(cfg).Begin("").Get(t.Context(), question)
		if connector.KindOf(err) != connector.Unavailable {
			t.Errorf("%s: Get() = %v, want unavailable", name, err)
		}
		if hint := connector.HintOf(err); !strings.HasPrefix(hint, test.hint) {
			t.Errorf("%s: Get() hints %q, want %q", name, hint, test.hint)
		}
		if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, secret) || strings.Contains(text, "private") {
			t.Errorf("%s: the error shows too much: %s", name, text)
		}
	}
}
