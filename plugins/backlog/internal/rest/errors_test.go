package rest_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// TestErrors shows what a person reads of each of Backlog's errors, and of those
// that are not Backlog's.
func TestErrors(t *testing.T) {
	statuses := []int{1: 501, 2: 402, 3: 402, 4: 403, 5: 403, 6: 404, 7: 400, 8: 400, 9: 400, 10: 413, 11: 401, 12: 403, 13: 400}
	var out bytes.Buffer
	for code := 1; code < len(statuses); code++ {
		body := fmt.Sprintf(`{"errors":[{"message":"The message.","code":%d,"moreInfo":""}]}`, code)
		show(t, &out, fmt.Sprintf("code %d", code), says(statuses[code], body))
	}
	bearer := []string{"WWW-Authenticate", `Bearer error="invalid_token", error_description="The access token expired"`}
	show(t, &out, "a code that is new", says(400, `{"errors":[{"message":"The message.","code":14}]}`))
	show(t, &out, "several", says(400, `{"errors":[{"message":"One.","code":7,"moreInfo":"more"},{"message":"Two.","code":8}]}`))
	show(t, &out, "401 without a code", says(401, ""))
	expired := says(401, `{"error":"invalid_token","error_description":"The access token expired"}`, bearer...)
	show(t, &out, "401 of a token, said of a key", expired)
	signedIn := configOf(t, inTurn(expired, expired))
	signedIn.Credentials = &tokens{token: "old"}
	showOf(t, &out, "401 of a token", rest.New(signedIn))
	show(t, &out, "401 of a right", says(401, `{"errors":[{"message":"No right.","code":5}]}`))
	show(t, &out, "403 of a proxy", says(403, "<html>"+secret))
	show(t, &out, "404 of another server", says(404, "404 page not found: "+secret))
	show(t, &out, "501 of another server", says(501, ""))
	show(t, &out, "not modified", says(304, ""))
	show(t, &out, "control characters", says(400, `{"errors":[{"message":"a\u001b[31mb\u202ec\nd","code":7}]}`))
	golden(t, "testdata/errors.txt", out.Bytes())
}

func show(t *testing.T, out *bytes.Buffer, name string, answer respond) {
	t.Helper()
	showOf(t, out, name, clientOf(t, inTurn(answer)))
}

func showOf(t *testing.T, out *bytes.Buffer, name string, client *rest.Client) {
	t.Helper()
	_, err := get(t.Context(), client)
	fmt.Fprintf(out, "== %s ==\n%s: %v\n", name, connector.KindOf(err), err)
	if hint := connector.HintOf(err); hint != "" {
		fmt.Fprintf(out, "hint: %s\n", hint)
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
	if bytes.Contains(got, []byte(secret)) {
		t.Errorf("%s shows a secret", path)
	}
}

func TestCode(t *testing.T) {
	_, err := get(t.Context(), clientOf(t, inTurn(says(404, `{"errors":[{"message":"No project.","code":6}]}`))))
	for _, test := range []struct {
		err  error
		want int
	}{{err, 6}, {fmt.Errorf("projects: %w", err), 6}, {fmt.Errorf("another"), 0}, {nil, 0}} {
		if got := rest.Code(test.err); got != test.want {
			t.Errorf("Code(%v) = %d, want %d", test.err, got, test.want)
		}
	}
}

func FuzzRefusal(f *testing.F) {
	for _, body := range []string{
		`{"errors":[{"message":"No project.","code":6,"moreInfo":""}]}`, `{"errors":{}}`, `{"errors":[null,1]}`,
		`{"error":"invalid_grant","error_description":"gone"}`, `<html>`, ``, `{"errors":[{"code":1e99,"message":{"a":"\u0000"}}]}`,
	} {
		f.Add(400, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		message, _ := rest.Refusal(status, body)
		bad := func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }
		if message == "" || len([]rune(message)) > 400 || strings.ContainsFunc(message, bad) {
			t.Errorf("Refusal(%d, %q) = %q", status, body, message)
		}
	})
}
