package backlogtest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

const callback = "http://localhost:9999/callback"

// authorize is where the person is sent back to.
func authorize(t *testing.T, s *backlogtest.Server, client string) (*url.URL, int) {
	t.Helper()
	query := url.Values{"response_type": {"code"}, "client_id": {client}, "redirect_uri": {callback}, "state": {"s&1"}}
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://space.example/OAuth2AccessRequest.action?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusFound {
		return nil, resp.StatusCode
	}
	back, err := url.Parse(resp.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return back, resp.StatusCode
}

// bearer makes a request with an access token.
func bearer(t *testing.T, s *backlogtest.Server, token string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://space.example/api/v2/users/myself", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := s.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return answer{status: resp.StatusCode, header: resp.Header}
}

func TestOAuth(t *testing.T) {
	clock := newClock()
	s := backlogtest.New(backlogtest.Options{Clock: clock, Unlimited: true})
	id, secret := s.OAuthClient()
	nobody := caller{t, s, ""}
	ask := func(values url.Values) answer { return nobody.send("POST", "/oauth2/token", values) }
	back, _ := authorize(t, s, id)
	if back.Query().Get("state") != "s&1" || !strings.HasPrefix(back.String(), callback+"?") {
		t.Fatalf("sent back to %s", back)
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {callback},
		"client_id": {id}, "client_secret": {secret},
	}
	first := nobody.json(ask(form)).(map[string]any)
	if first["token_type"] != "Bearer" || first["expires_in"] != float64(3600) {
		t.Errorf("token: %v", first)
	}
	access, refresh := first["access_token"].(string), first["refresh_token"].(string)
	if got := bearer(t, s, access); got.status != 200 {
		t.Errorf("with a new token: %d", got.status)
	}
	refused(t, ask(form), 400, "invalid_grant") // a code is good for one use

	clock.now = clock.now.Add(time.Hour)
	got := bearer(t, s, access)
	want := `Bearer error="invalid_token", error_description="The access token expired"`
	if got.status != 401 || got.header.Get("WWW-Authenticate") != want {
		t.Errorf("after an hour: %d %s", got.status, got.header.Get("WWW-Authenticate"))
	}
	if got := bearer(t, s, "nonsense"); got.status != 401 || !strings.Contains(got.header.Get("WWW-Authenticate"), "is invalid") {
		t.Errorf("with no token of ours: %d %s", got.status, got.header.Get("WWW-Authenticate"))
	}
	again := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "client_id": {id}, "client_secret": {secret}}
	second := nobody.json(ask(again)).(map[string]any)
	if second["refresh_token"] == refresh || second["access_token"] == access {
		t.Error("the tokens did not change")
	}
	refused(t, ask(again), 400, "invalid_grant") // it has been rotated
	if got := bearer(t, s, second["access_token"].(string)); got.status != 200 {
		t.Errorf("with the second token: %d", got.status)
	}
	s.Revoke()
	if got := bearer(t, s, second["access_token"].(string)); got.status != 401 {
		t.Errorf("after the consent was withdrawn: %d", got.status)
	}
}

func refused(t *testing.T, got answer, status int, name string) {
	t.Helper()
	if body := decoded(t, got.body); got.status != status || at(body, "error") != name || at(body, "error_description") == nil {
		t.Errorf("%d %s, want %d %s", got.status, got.body, status, name)
	}
}

func TestOAuthRefused(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{DenyConsent: true})
	id, secret := s.OAuthClient()
	if back, _ := authorize(t, s, id); back.Query().Get("error") != "access_denied" || back.Query().Has("code") {
		t.Errorf("a person who says no is sent back to %s", back)
	}
	if _, status := authorize(t, s, "somebody"); status != http.StatusBadRequest {
		t.Errorf("a client that is not known: %d", status)
	}
	tests := map[string]struct {
		values url.Values
		status int
		name   string
	}{
		"client": {url.Values{"client_id": {id}, "client_secret": {"x"}}, 401, "invalid_client"},
		"grant":  {url.Values{"client_id": {id}, "client_secret": {secret}, "grant_type": {"password"}}, 400, "unsupported_grant_type"},
		"code": {
			url.Values{"client_id": {id}, "client_secret": {secret}, "grant_type": {"authorization_code"}, "code": {"x"}},
			400, "invalid_grant",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			refused(t, caller{t, s, ""}.send("POST", "/oauth2/token", test.values), test.status, test.name)
		})
	}
}
