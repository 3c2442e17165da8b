package connector_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

// TestSettings resolves options again from their settings, as the other side of
// a process boundary does.
func TestSettings(t *testing.T) {
	info := connector.Info{Name: "kind", Options: []connector.Option{
		{Name: "Url", Required: true},
		{Name: "ApiKey", Secret: true},
		{Name: "Timeout", Type: connector.Duration, Default: "30s"},
		{Name: "Empty"},
	}}
	written := []connector.Setting{{Key: "url", Value: "a$$${b} $$$${c}"}, {Key: "API key", Value: "${env:KEY}"}}
	expand := func(scheme, name string) (string, error) { return "${" + scheme + " $${ " + name + "}", nil }
	options, err := info.Resolve(written, expand)
	if err != nil {
		t.Fatal(err)
	}
	again, err := info.Resolve(options.Settings(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(options.Settings(), again.Settings()); diff != "" {
		t.Errorf("Settings of options resolved again (-first +again):\n%s", diff)
	}
	if got, want := again.Text("Url"), options.Text("Url"); got != want {
		t.Errorf("Url = %q, want %q", got, want)
	}
	if got, want := again.Secret("ApiKey").Reveal(), "${env $${ KEY}"; got != want {
		t.Errorf("ApiKey = %q, want %q", got, want)
	}
	if got, want := again.Duration("Timeout"), 30*time.Second; got != want {
		t.Errorf("Timeout = %v, want %v", got, want)
	}
}
