package rest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// testServer is a server with a socket, and how to ask it.
func testServer(t *testing.T, handle http.HandlerFunc) rest.Config {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	base, err := rest.ParseBase(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return rest.Config{Base: base, Credentials: rest.APIKey(connector.SecretOf(secret)), Transport: server.Client().Transport}
}

func to(address string) respond { return says(302, "", "Location", address) }

func TestRedirects(t *testing.T) {
	for name, test := range map[string]struct {
		answers []respond
		hosts   string // of the requests, with a * where the key went
		err     string
	}{
		"below": {[]respond{to("/api/v2/other"), good}, "example.backlog.com* example.backlog.com* ", ""},
		"another host": {
			[]respond{to("https://login.example.com/?next=" + secret)},
			"example.backlog.com* ",
			"example.backlog.com/api/v2/space: the server redirects to another, login.example.com",
		},
		"another port": {
			[]respond{to("https://example.backlog.com:8443/")},
			"example.backlog.com* ",
			"example.backlog.com/api/v2/space: the server redirects to another, example.backlog.com:8443",
		},
		"without TLS": {
			[]respond{to("http://example.backlog.com/")},
			"example.backlog.com* ",
			"example.backlog.com/api/v2/space: the server redirects to another, example.backlog.com",
		},
		"nowhere": {
			[]respond{to("http://%zz" + secret)},
			"example.backlog.com* ",
			"example.backlog.com/api/v2/space: the server redirects to an address that is none",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := inTurn(test.answers...)
			_, err := get(t.Context(), clientOf(t, server))
			if test.err != "" && fmt.Sprint(err) != test.err || test.err == "" && err != nil {
				t.Errorf("Get() = %v, want %s", err, test.err)
			}
			if got := hosts(server); got != test.hosts {
				t.Errorf("requests went to %q, want %q", got, test.hosts)
			}
		})
	}
}

func hosts(server *stub) string {
	var text string
	for _, req := range server.requests {
		text += req.URL.Host
		if req.Header.Get("Backlog-API-Key") != "" {
			text += "*"
		}
		text += " "
	}
	return text
}

func TestRedirectWithoutEnd(t *testing.T) {
	server := inTurn(to("/api/v2/space"))
	_, err := get(t.Context(), clientOf(t, server))
	if fmt.Sprint(err) != "example.backlog.com/api/v2/space: the server redirects without end" || server.count() != 11 {
		t.Errorf("Get() = %v after %d requests", err, server.count())
	}
}

func TestRedirectToTLS(t *testing.T) {
	for location, want := range map[string]string{
		"https://example.backlog.com/api/v2/space":      "example.backlog.com* example.backlog.com* ",
		"https://example.backlog.com:8443/api/v2/space": "example.backlog.com* ",
	} {
		server := inTurn(to(location), good)
		cfg := configOf(t, server)
		cfg.Base.Scheme = "http"
		if _, err := get(t.Context(), rest.New(cfg)); hosts(server) != want || (err == nil) != (server.count() == 2) {
			t.Errorf("%s: Get() = %v, requests to %s", location, err, hosts(server))
		}
	}
}

func TestDownload(t *testing.T) {
	server := inTurn(to("https://files.example.net/1"), says(200, "\x89PNG",
		"Content-Type", "image/png; x=y", "Content-Disposition", "attachment; filename*=UTF-8''%E7%94%BB%E5%83%8F.png"))
	trip := clientOf(t, server).Begin("q")
	file, err := trip.Download(t.Context(), call("/issues/1/attachments/2"))
	if err != nil {
		t.Fatal(err)
	}
	if file.Name != "画像.png" || file.Type != "image/png" || string(file.Content) != "\x89PNG" {
		t.Errorf("Download() = %+v", file)
	}
	if got := hosts(server); got != "example.backlog.com* files.example.net " {
		t.Errorf("requests went to %q, want the key only at the space", got)
	}
}

func TestDownloadFails(t *testing.T) {
	server := inTurn(says(404, `{"errors":[{"message":"No attachment.","code":6,"moreInfo":""}]}`))
	_, err := clientOf(t, server).Begin("").Download(t.Context(), call("/issues/1/attachments/2"))
	want := "example.backlog.com/api/v2/issues/1/attachments/2: No attachment. (Backlog's error 6, NoResourceError)"
	if fmt.Sprint(err) != want || rest.Code(err) != 6 {
		t.Errorf("Download() = %v, code %d", err, rest.Code(err))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := clientOf(t, server).Begin("").Download(ctx, call("/x")); connector.KindOf(err) != connector.Canceled {
		t.Errorf("Download() = %v, want canceled", err)
	}
}

// tokens are credentials that can be renewed.
type tokens struct {
	renewed int
	token   string
	err     error
}

func (k *tokens) Authorize(_ context.Context, req *http.Request) error {
	req.Header.Set("Authorization", "Bearer "+k.token)
	return nil
}

func (k *tokens) Renew(_ context.Context, refused http.Header) (bool, error) {
	k.renewed++
	k.token = "new"
	return refused.Get("WWW-Authenticate") != "", k.err
}

func (k *tokens) Identity() string { return "me" }

func TestRenew(t *testing.T) {
	expired := says(401, `{"error":"invalid_token"}`, "WWW-Authenticate", `Bearer error="invalid_token"`)
	for name, test := range map[string]struct {
		answers []respond
		err     error
		tries   int
		renewed int
		want    string
	}{
		"expired":          {[]respond{expired, good}, nil, 2, 1, "<nil>"},
		"expired for good": {[]respond{expired}, nil, 2, 1, "example.backlog.com/api/v2/space: the server answers 401 Unauthorized"},
		"cannot be renewed": {
			[]respond{expired},
			connector.Errorf(connector.Unauthorized, "the refresh token is not valid any more"), 1, 1,
			"example.backlog.com/api/v2/space: the refresh token is not valid any more",
		},
		"not allowed": {
			[]respond{says(401, `{"errors":[{"message":"No right.","code":5}]}`)},
			nil, 1, 0,
			"example.backlog.com/api/v2/space: No right. (Backlog's error 5, UnauthorizedOperationError)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := inTurn(test.answers...)
			credentials := &tokens{token: "old", err: test.err}
			cfg := configOf(t, server)
			cfg.Credentials = credentials
			_, err := get(t.Context(), rest.New(cfg))
			if fmt.Sprint(err) != test.want || server.count() != test.tries || credentials.renewed != test.renewed {
				t.Errorf("Get() = %v after %d requests and %d renewals, want %s, %d, %d",
					err, server.count(), credentials.renewed, test.want, test.tries, test.renewed)
			}
			if got := server.requests[0].Header.Get("Authorization"); got != "Bearer old" {
				t.Errorf("the first try has %q", got)
			}
		})
	}
}
