package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

// KeySteps tells a person how to get an API key.
const KeySteps = "Get an API key in four steps: in Backlog, open Personal settings at your icon; choose API; " +
	"register a new key; copy it into ApiKey."

const (
	wrongBaseHint   = "Check Url: it is the address of the space, such as https://example.backlog.com."
	wrongProxyHint  = "Check the proxy: it is named by Proxy, or by the variable HTTPS_PROXY or HTTP_PROXY."
	unreachableHint = wrongBaseHint + " Where only a proxy leads out of the network, name it with Proxy."
	otherServerHint = wrongBaseHint + " Where that is right, something before Backlog answers in its place, " +
		"such as a proxy or the sign-in page of a network: try the address in a browser."
	cutOffHint = "Run the statement again. Where it happens again, something before Backlog, such as a proxy, " +
		"may cut long answers: set PageSize to a smaller number."
	signInHint = "Sign in again: trackql auth login. Where an OAuthAccessToken is given, give a new one."
)

// Backlog's codes of errors.
const (
	codeUnauthorizedOperation = 5
	codeAuthentication        = 11
)

// codes is what Backlog's codes mean; see
// https://developer.nulab.com/docs/backlog/error-response/.
var codes = [...]struct {
	name string
	kind connector.Kind
	hint string
}{
	1: {"InternalError", connector.Unavailable, "Backlog failed inside: run the statement again in a while."},
	2: {"LicenceError", connector.Unauthorized, "The plan of the space does not include this: its administrator can choose another."},
	3: {"LicenceExpiredError", connector.Unauthorized, "The licence of the space has expired: its administrator can renew it."},
	4: {"AccessDeniedError", connector.Unauthorized, "The space does not let your address in: have its administrator " +
		"add your IP address to those that it allows, or use a network that it allows."},
	codeUnauthorizedOperation: {"UnauthorizedOperationError", connector.Unauthorized, "You may not see this: " +
		"ask an administrator of the space or the project for the right, or leave the table or column out."},
	6: {"NoResourceError", connector.NotFound, "Check the id or key; Backlog says the same of what you may not see."},
	7: {"InvalidRequestError", connector.Invalid, "Backlog does not take a value that the request has: " +
		"look at what the statement compares with."},
	8:                  {"SpaceOverCapacityError", connector.Invalid, "The space is full: delete files, or have its administrator choose a larger plan."},
	9:                  {"ResourceOverflowError", connector.Invalid, "A limit of Backlog is reached: ask for less at a time."},
	10:                 {"TooLargeFileError", connector.Invalid, "The file is larger than the plan of the space allows."},
	codeAuthentication: {"AuthenticationError", connector.Unauthorized, KeySteps},
	12: {"RequiredMFAError", connector.Unauthorized, "The space requires two-factor authentication: " +
		"turn it on in the settings of your Nulab account."},
	13: {"TooManyRequestsError", connector.RateLimited, "All programs of one user share a number of requests a minute: " +
		"wait a minute, or let fewer of them run at a time."},
}

// refusal is an answer that tells of an error. It is the cause in the chain of
// a connector.Error.
type refusal struct {
	status  int
	code    int // Backlog's; 0 where there is none
	message string
}

func (r *refusal) Error() string {
	text := r.message
	if text == "" {
		text = fmt.Sprintf("the server answers %d %s", r.status, http.StatusText(r.status))
	}
	switch name := r.name(); {
	case name != "":
		text += fmt.Sprintf(" (Backlog's error %d, %s)", r.code, name)
	case r.code != 0:
		text += fmt.Sprintf(" (Backlog's error %d)", r.code)
	}
	return text
}

func (r *refusal) name() string {
	if r.code > 0 && r.code < len(codes) {
		return codes[r.code].name
	}
	return ""
}

// Code returns Backlog's own code of an error, 1 to 13; 0 where there is none.
func Code(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.code
	}
	return 0
}

// parseRefusal reads an answer that tells of an error: Backlog's list of errors,
// or the one of OAuth, or anything, of which only the status is believed.
func parseRefusal(answer reply) *refusal {
	r := &refusal{status: answer.status}
	if !gjson.Valid(answer.body) {
		return r
	}
	var messages []string
	gjson.Get(answer.body, "errors").ForEach(func(_, item gjson.Result) bool {
		if r.code == 0 {
			r.code = int(item.Get("code").Int())
		}
		for _, path := range []string{"message", "moreInfo"} {
			if text := printable(item.Get(path).String()); text != "" {
				messages = append(messages, text)
			}
		}
		return true
	})
	if len(messages) == 0 {
		messages = append(messages, printable(gjson.Get(answer.body, "error_description").String()))
	}
	r.message = shorten(strings.Join(messages, " "))
	return r
}

// printable returns what a server said as one line that a terminal may show.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

// shorten returns a text of at most 300 characters.
func shorten(text string) string {
	const most = 300
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// refusal returns the error of an answer that tells of one.
func (a *attempt) refusal() error {
	r := parseRefusal(a.last)
	err := a.fail(connector.Invalid, "%w", r)
	if r.name() != "" {
		err.Kind, err.Hint = codes[r.code].kind, codes[r.code].hint
	}
	switch {
	case r.status == http.StatusUnauthorized:
		err.Kind = connector.Unauthorized
		err.Hint = a.unauthorizedHint(r.code)
	case r.status == http.StatusNotFound:
		err.Kind = connector.NotFound
		if err.Hint == "" {
			err.Hint = wrongBaseHint
		}
	case r.status == http.StatusRequestTimeout, r.status > 499:
		err.Kind = connector.Unavailable
		err.RetryAfter, _ = retryAfter(a.last.header, a.client.cfg.Clock.Now())
		if err.Hint == "" {
			err.Hint = "Try again later: the server, or something before it, fails."
		}
	case r.status == http.StatusForbidden && r.code == 0:
		err.Kind = connector.Unauthorized
		err.Hint = "Something before Backlog, such as a proxy, may refuse the request."
	}
	return err
}

// unauthorizedHint returns the next step of one whom the server does not know.
func (a *attempt) unauthorizedHint(code int) string {
	_, key := a.client.cfg.Credentials.(apiKey)
	switch {
	case code > 0 && code < len(codes) && code != codeAuthentication:
		return codes[code].hint
	case !key && strings.HasPrefix(strings.ToLower(a.last.header.Get("WWW-Authenticate")), "bearer"):
		return signInHint
	}
	return KeySteps
}

// fail returns an error about the call, which it names by host and path: what
// is after them may be long, and is the user's business.
func (a *attempt) fail(kind connector.Kind, format string, args ...any) *connector.Error {
	place := a.call.url(a.client.cfg.Base)
	return connector.Errorf(kind, "%s%s: %w", place.Host, place.EscapedPath(), fmt.Errorf(format, args...))
}

// canceled returns the error of an ended context.
func canceled(ctx context.Context) error {
	return &connector.Error{Kind: connector.Canceled, Err: context.Cause(ctx)}
}
