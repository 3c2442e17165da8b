package connector_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
)

const hidden = "hunter2"

func TestSecretNeverPrints(t *testing.T) {
	secret := connector.SecretOf(hidden)
	type private struct{ token connector.Secret }
	type public struct {
		Token  connector.Secret
		Nested *private
	}
	values := map[string]any{
		"value":   secret,
		"pointer": &secret,
		"private": private{secret},
		"public":  public{Token: secret, Nested: &private{secret}},
		"slice":   []connector.Secret{secret},
		"map":     map[string]connector.Secret{"token": secret},
		"key":     map[connector.Secret]int{secret: 1},
		"any":     []any{secret, &private{secret}},
		"error":   fmt.Errorf("login %v: %w", secret, errors.New("no")),
	}
	for name, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p", "%08.3f"} {
			assertHidden(t, name+" "+verb, fmt.Sprintf(verb, v))
		}
		assertHidden(t, name+" Sprint", fmt.Sprint(v))
	}
}

func assertHidden(t *testing.T, how, text string) {
	t.Helper()
	if strings.Contains(text, hidden) || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", hidden)) {
		t.Errorf("%s shows the secret: %s", how, text)
	}
}

func TestSecretIsNotEncoded(t *testing.T) {
	secret := connector.SecretOf(hidden)
	in := map[string]any{"a": secret, "b": &secret, "c": struct{ Token connector.Secret }{secret}}
	text, err := json.Marshal(in)
	if want := `{"a":"***","b":"***","c":{"Token":"***"}}`; string(text) != want || err != nil {
		t.Errorf("json.Marshal = %s, %v, want %s", text, err, want)
	}
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).Info("opened", slog.Any("token", secret), slog.Any("options", struct{ token connector.Secret }{secret}))
	}
	assertHidden(t, "slog", log.String())
}

func TestSecretRevealsWhatItTook(t *testing.T) {
	if got := connector.SecretOf(hidden).Reveal(); got != hidden {
		t.Errorf("SecretOf(%q).Reveal() = %q", hidden, got)
	}
	if got := (connector.Secret{}).Reveal(); got != "" {
		t.Errorf("Secret{}.Reveal() = %q, want nothing", got)
	}
	var decoded struct{ Token connector.Secret }
	if err := json.Unmarshal([]byte(`{"Token":"`+hidden+`"}`), &decoded); err != nil || decoded.Token.Reveal() != hidden {
		t.Errorf("json.Unmarshal = %q, %v, want %q", decoded.Token.Reveal(), err, hidden)
	}
}
