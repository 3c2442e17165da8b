package connector_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

var info = connector.Info{
	Name: "tracker",
	Options: []connector.Option{
		{Name: "Path", Type: connector.Path, Required: true, Doc: "The file to read."},
		{Name: "Token", Secret: true},
		{Name: "Validate", Type: connector.Choice, Default: "auto", Choices: []string{"auto", "always", "never"}},
		{Name: "ReadOnly", Type: connector.Bool, Default: "true"},
		{Name: "PageSize", Type: connector.Int, Default: "100"},
		{Name: "Timeout", Type: connector.Duration},
		{Name: "Timezone", Type: connector.Zone},
	},
}

func parse(t *testing.T, text string) []connector.Setting {
	t.Helper()
	settings, err := connector.ParseSettings(text)
	if err != nil {
		t.Fatalf("ParseSettings(%q) = %v", text, err)
	}
	return settings
}

func expandTest(scheme, name string) (string, error) {
	if scheme == "env" && name == "SET" {
		return "hunter2", nil
	}
	if scheme == "env" && name == "EMPTY" {
		return "", nil
	}
	return "", connector.Errorf(connector.Invalid, "the variable %s is not set", name)
}

func TestResolve(t *testing.T) {
	text := "path=a.xml; TO_KEN=x${env:SET}; validate=NEVER; read only=off; Page_Size=7; timeout=1m; Time Zone=+09:00"
	o, err := info.Resolve(parse(t, text), expandTest)
	if err != nil {
		t.Fatalf("Resolve(%q) = %v", text, err)
	}
	got := []any{
		o.Path("Path"), o.Secret("Token").Reveal(), o.Choice("Validate"), o.Bool("ReadOnly"),
		o.Int("PageSize"), o.Duration("Timeout"), o.Zone("Timezone").String(),
	}
	want := []any{"a.xml", "xhunter2", "never", false, int64(7), time.Minute, "+09:00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Resolve(%q) (-want +got):\n%s", text, diff)
	}
}

func TestResolveDefaults(t *testing.T) {
	text := "Path=a.xml;Validate=;PageSize="
	o, err := info.Resolve(parse(t, text), nil)
	if err != nil {
		t.Fatalf("Resolve(%q) = %v", text, err)
	}
	got := []any{
		o.Secret("Token").Reveal(), o.Choice("Validate"), o.Bool("ReadOnly"),
		o.Int("PageSize"), o.Duration("Timeout"), o.Zone("Timezone") == nil,
	}
	want := []any{"", "auto", true, int64(100), time.Duration(0), true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Resolve(%q) (-want +got):\n%s", text, diff)
	}
}

func TestResolveErrors(t *testing.T) {
	tests := map[string]struct {
		in   string
		want []string // each error with its hint
	}{
		"unknown": {"Path=a;Pth=b", []string{
			`tracker has no key "Pth" | Did you mean Path? Its keys are Path, Token, Validate, ReadOnly, PageSize, Timeout, Timezone.`,
		}},
		"unknown, like none": {"Path=a;Colour=b", []string{
			`tracker has no key "Colour" | Its keys are Path, Token, Validate, ReadOnly, PageSize, Timeout, Timezone.`,
		}},
		"value in the key": {"Path=a;Token:hunter2==", []string{
			`tracker has no key "Token…" | Write Key=Value in a connection string, and Key: Value with a blank after the colon in YAML.`,
		}},
		"missing": {"", []string{"tracker needs the key Path | The file to read."}},
		"empty":   {"Path=", []string{"tracker needs the key Path | The file to read."}},
		"empty after expanding": {"Path=${env:EMPTY}", []string{
			"tracker needs the key Path | The file to read.",
		}},
		"twice": {"Path=a;PATH=b", []string{
			`the key Path is given twice, as "Path" and as "PATH" | Leave one of them out.`,
		}},
		"choice": {"Path=a;Validate=nevr", []string{
			`Validate: "nevr" is none of its choices | Did you mean never? Its choices are auto, always, never.`,
		}},
		"bool":     {"Path=a;ReadOnly=perhaps", []string{`ReadOnly: "perhaps" is neither true nor false | Write true or false.`}},
		"int":      {"Path=a;PageSize=1e3", []string{`PageSize: "1e3" is no integer of 64 bits | Write digits only, such as 100.`}},
		"duration": {"Path=a;Timeout=5", []string{`Timeout: "5" is no duration | Write a number with its unit, such as 30s, 10m or 1h30m.`}},
		"zone": {"Path=a;Timezone=JP", []string{
			`Timezone: "JP" is no time zone | Write an IANA name such as Asia/Tokyo, or an offset such as +09:00.`,
		}},
		"content of a reference": {"Path=a;PageSize=${env:SET}", []string{
			`PageSize: "${env:SET}" is no integer of 64 bits | Write digits only, such as 100.`,
		}},
		"unset": {"Path=a;Token=${env:NOPE}", []string{"Token: the variable NOPE is not set | "}},
		"all at once": {"Pth=a;Validate=x;PageSize=y", []string{
			`tracker has no key "Pth" | Did you mean Path? Its keys are Path, Token, Validate, ReadOnly, PageSize, Timeout, Timezone.`,
			`Validate: "x" is none of its choices | Its choices are auto, always, never.`,
			`PageSize: "y" is no integer of 64 bits | Write digits only, such as 100.`,
			"tracker needs the key Path | The file to read.",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := info.Resolve(parse(t, test.in), expandTest)
			if diff := cmp.Diff(test.want, mistakes(err)); diff != "" {
				t.Errorf("Resolve(%q) (-want +got):\n%s", test.in, diff)
			}
		})
	}
}

// mistakes returns the joined errors, each with its hint.
func mistakes(err error) []string {
	var texts []string
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return nil
	}
	for _, err := range joined.Unwrap() {
		texts = append(texts, err.Error()+" | "+connector.HintOf(err))
	}
	return texts
}

func TestResolvePlaces(t *testing.T) {
	settings := []connector.Setting{
		{Key: "Path", Value: "a", Place: connector.Place{File: "trackql.yaml", Line: 3, Column: 5}},
		{Key: "path", Value: "b", Place: connector.Place{File: "trackql.yaml", Line: 4, Column: 5}},
		{Key: "Colour", Value: "b", Place: connector.Place{File: "trackql.yaml", Line: 5, Column: 5}},
	}
	_, err := info.Resolve(settings, nil)
	want := []string{
		`trackql.yaml:4:5: the key Path is given twice, as "Path" and as "path" | The first one is in line 3.`,
		`trackql.yaml:5:5: tracker has no key "Colour" | Its keys are Path, Token, Validate, ReadOnly, PageSize, Timeout, Timezone.`,
	}
	if diff := cmp.Diff(want, mistakes(err)); diff != "" {
		t.Errorf("Resolve (-want +got):\n%s", diff)
	}
}

// TestResolvePath takes a relative path of a configuration from its folder.
func TestResolvePath(t *testing.T) {
	folder := t.TempDir()
	config := connector.Place{File: filepath.Join(folder, "trackql.yaml"), Line: 3, Column: 5}
	tests := map[string]struct {
		value string
		place connector.Place
		want  string
	}{
		"connection string": {"a.xml", connector.Place{}, "a.xml"},
		"configuration":     {"a.xml", config, filepath.Join(folder, "a.xml")},
		"beside":            {"a/b.xml", connector.Place{File: "trackql.yaml", Line: 3}, filepath.FromSlash("a/b.xml")},
		"absolute":          {filepath.Join(folder, "x", "a.xml"), config, filepath.Join(folder, "x", "a.xml")},
		"address":           {"https://a/b", config, "https://a/b"},
		"reference":         {"${env:SET}/a.xml", config, filepath.Join(folder, "hunter2", "a.xml")},
		"escape":            {"$${x}.xml", config, filepath.Join(folder, "${x}.xml")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o, err := info.Resolve([]connector.Setting{{Key: "pa_th", Value: test.value, Place: test.place}}, expandTest)
			if err != nil {
				t.Fatalf("Resolve(%q) = %v", test.value, err)
			}
			if got := o.Path("Path"); got != test.want {
				t.Errorf("Path of %q = %q, want %q", test.value, got, test.want)
			}
		})
	}
}

// TestResolveSecrets makes every mistake that a secret's value can be part of.
func TestResolveSecrets(t *testing.T) {
	secret := connector.Info{Name: "s"}
	for kind := connector.Text; kind <= connector.Path; kind++ {
		secret.Options = append(secret.Options, connector.Option{
			Name: "S" + strings.Repeat("x", int(kind)), Type: kind, Secret: true, Choices: []string{"hunter3"},
		})
	}
	for _, o := range secret.Options {
		for _, value := range []string{"hunter2", "${hunter2", "${env:SET}${env:NOPE}", "${env:SET}"} {
			text := o.Name + "=" + value + ";" + o.Name + "=" + value
			_, err := secret.Resolve(parse(t, text), expandTest)
			if err == nil {
				t.Fatalf("Resolve(%q) = nil, want an error", text)
			}
			if shown := strings.Join(mistakes(err), "\n"); strings.Contains(shown, "hunter2") {
				t.Errorf("Resolve(%q) shows the secret:\n%s", text, shown)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"Path", "Validate", "Encoding", "MultiValues"}
	tests := map[string]string{
		"Pth": "Path", "paht": "Path", "validation": "Validate", "encodnig": "Encoding",
		"multi_value": "MultiValues", "x": "", "": "", "Dtd": "", "担当者": "",
	}
	for word, want := range tests {
		got, ok := connector.Nearest(word, known)
		if got != want || ok != (want != "") {
			t.Errorf("Nearest(%q) = %q, %t, want %q", word, got, ok, want)
		}
	}
}
