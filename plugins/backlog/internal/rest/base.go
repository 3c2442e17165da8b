package rest

import (
	"net/url"
	"strings"

	"github.com/trackql/trackql/connector"
)

// apiPath is where the API is below a base.
const apiPath = "/api/v2"

const baseHint = "Write the address of the space, such as https://example.backlog.com."

// ParseBase returns the address of a space, as a person wrote it, without a
// trailing slash and without "/api/v2": http or https, any host, port and path
// before the API's. Its errors have Kind Invalid, and show of the text only
// what cannot be secret.
func ParseBase(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	u, err := url.Parse(text)
	switch {
	case text == "":
		return nil, badBase("the address of the space is empty")
	case !strings.Contains(text, "://"):
		return nil, badBase("the address of the space has no https:// before it")
	case err != nil:
		return nil, badBase("the address of the space is not a URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, badBase("the address of the space begins with %q, not with https:// or http://", u.Scheme+":")
	case u.Hostname() == "":
		return nil, badBase("the address of the space names no host")
	case u.User != nil:
		return nil, badBase("the address of the space has a user name before the host %q", u.Host)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, badBase("the address of the space at %q goes on after its path, with ? or #", u.Host)
	}
	return trimBase(u), nil
}

func badBase(format string, args ...any) error {
	return connector.Errorf(connector.Invalid, format, args...).WithHint(baseHint)
}

func trimBase(u *url.URL) *url.URL {
	path := strings.TrimRight(u.EscapedPath(), "/")
	path = strings.TrimRight(strings.TrimSuffix(path, apiPath), "/")
	base := &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}
	if path == "" {
		return base
	}
	return base.JoinPath(path)
}
