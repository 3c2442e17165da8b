package connector_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

func TestParseSource(t *testing.T) {
	setting := func(key, value string) connector.Setting {
		return connector.Setting{Key: key, Value: value}
	}
	tests := map[string]struct {
		in   string
		want connector.SourceSpec
	}{
		"one setting": {
			`pt=scarab:Path=scarab-issues.xml`,
			connector.SourceSpec{Name: "pt", Connector: "scarab", Settings: []connector.Setting{
				setting("Path", "scarab-issues.xml"),
			}},
		},
		"blanks around everything": {
			" pt = Scarab : Path = a b.xml ; Validate = never ; ",
			connector.SourceSpec{Name: "pt", Connector: "scarab", Settings: []connector.Setting{
				setting("Path", "a b.xml"), setting("Validate", "never"),
			}},
		},
		"no settings": {
			`m=memory:`, connector.SourceSpec{Name: "m", Connector: "memory"},
		},
		"no colon": {
			`m=memory`, connector.SourceSpec{Name: "m", Connector: "memory"},
		},
		"a name in Japanese": {
			`課題=scarab:Path=課題.xml`,
			connector.SourceSpec{Name: "課題", Connector: "scarab", Settings: []connector.Setting{
				setting("Path", "課題.xml"),
			}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := connector.ParseSource(test.in)
			if err != nil {
				t.Fatalf("ParseSource(%q) = %v", test.in, err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ParseSource(%q) (-want +got):\n%s", test.in, diff)
			}
		})
	}
}

func TestParseSettings(t *testing.T) {
	tests := map[string]struct {
		in   string
		want []string // keys and values in turn
	}{
		"nothing":             {" ; ;", nil},
		"semicolon in single": {`Path='a;b.xml';Merge=none`, []string{"Path", "a;b.xml", "Merge", "none"}},
		"semicolon in double": {`Path="a;b.xml"`, []string{"Path", "a;b.xml"}},
		"doubled single":      {`Path='it''s;.xml'`, []string{"Path", "it's;.xml"}},
		"doubled double":      {`Path="say ""hi"".xml" ;`, []string{"Path", `say "hi".xml`}},
		"quoted blanks":       {`Sep=' '`, []string{"Sep", " "}},
		"quote inside":        {`Path=it's.xml`, []string{"Path", "it's.xml"}},
		"equals sign inside":  {`Query=a=b`, []string{"Query", "a=b"}},
		"empty values":        {`A=;B='';C=`, []string{"A", "", "B", "", "C", ""}},
		"windows drive":       {`Path=C:\Users\x\issues.xml`, []string{"Path", `C:\Users\x\issues.xml`}},
		"unc path":            {`Path=\\server\share\a b.xml`, []string{"Path", `\\server\share\a b.xml`}},
		"quoted unc path":     {`Path='\\server\share\a;b\'`, []string{"Path", `\\server\share\a;b\`}},
		"reference unread":    {`Key=${env:TOKEN}`, []string{"Key", "${env:TOKEN}"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			settings, err := connector.ParseSettings(test.in)
			if err != nil {
				t.Fatalf("ParseSettings(%q) = %v", test.in, err)
			}
			var got []string
			for _, s := range settings {
				got = append(got, s.Key, s.Value)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ParseSettings(%q) (-want +got):\n%s", test.in, diff)
			}
		})
	}
}

func TestParseSourceErrors(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"a path only":       {`issues.xml`, "the source has no name"},
		"no name":           {`scarab:Path=hunter2`, "the source has no name"},
		"empty name":        {`=scarab:`, "the source has no name"},
		"hyphen":            {`my-pt=scarab:`, `"my-pt" is no name of a source: it may not have '-' there`},
		"digit first":       {`1pt=scarab:`, `"1pt" is no name of a source: it may not have '1' there`},
		"reserved":          {`Main=scarab:`, "a source may not be called Main: DuckDB has a schema of that name"},
		"no connector":      {`pt=hunter2.xml`, "source pt names no connector before a colon"},
		"no equals sign":    {`pt=scarab:hunter2`, `source pt: position 11: a setting has no "="`},
		"tail of a value":   {`pt=scarab:Token=hunter1;hunter2`, `source pt: position 25: a setting has no "="`},
		"no key":            {`課題=scarab:=hunter2`, `source 課題: position 11: a setting has no key before the "="`},
		"open quote":        {`pt=scarab:Token='hunter2`, `source pt: position 17: the value of Token opens with ', which is never closed`},
		"after the quote":   {`pt=scarab:Token="hunter2"hunter2`, `source pt: position 26: text after the quoted value of Token`},
		"doubled, unclosed": {`pt=scarab:Token='hunter2''`, `source pt: position 17: the value of Token opens with ', which is never closed`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := connector.ParseSource(test.in)
			if err == nil || err.Error() != test.want {
				t.Fatalf("ParseSource(%q) = %v, want %s", test.in, err, test.want)
			}
			if kind := connector.KindOf(err); kind != connector.Invalid {
				t.Errorf("ParseSource(%q): kind %v, want invalid", test.in, kind)
			}
			if hint := connector.HintOf(unwrapAll(err)); hint == "" {
				t.Errorf("ParseSource(%q): no hint", test.in)
			}
			if strings.Contains(err.Error(), "hunter") {
				t.Errorf("ParseSource(%q) = %v, which shows a value", test.in, err)
			}
		})
	}
}

func unwrapAll(err error) error {
	var e *connector.Error
	errors.As(err, &e)
	return e
}

func TestCheckSourceName(t *testing.T) {
	for _, name := range []string{"pt", "_x", "memory", "a1", "課題", "Ｂｌ", "é", "select", "か\u3099"} {
		if err := connector.CheckSourceName(name); err != nil {
			t.Errorf("CheckSourceName(%q) = %v", name, err)
		}
	}
	for _, name := range []string{
		"", "1a", "a b", "a.b", `a"`, "a;", "\u3099か", "main", "TEMP", "system",
		"information_schema", "pg_catalog", "TrackQL", "trackql_plan", "a\xff",
	} {
		if connector.CheckSourceName(name) == nil {
			t.Errorf("CheckSourceName(%q) = nil, want an error", name)
		}
	}
}

func TestQuoteSetting(t *testing.T) {
	tests := map[string]struct{ value, want string }{
		"plain":       {`a b`, `K=a b`},
		"empty":       {``, `K=`},
		"semicolon":   {`a;b`, `K='a;b'`},
		"blank first": {` a`, `K=' a'`},
		"single":      {`'a`, `K="'a"`},
		"both":        {`'a"`, `K='''a"'`},
		"backslash":   {`C:\a\`, `K=C:\a\`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := connector.QuoteSetting(connector.Setting{Key: "K", Value: test.value})
			if got != test.want {
				t.Errorf("QuoteSetting(K, %q) = %s, want %s", test.value, got, test.want)
			}
		})
	}
}

func TestExpand(t *testing.T) {
	expand := func(scheme, name string) (string, error) {
		if scheme == "env" && name == "TOKEN" {
			return "a${b}$${c", nil
		}
		return "", connector.Errorf(connector.Invalid, "no %s %s", scheme, name)
	}
	tests := map[string]struct{ in, want, err string }{
		"none":            {in: `a$b{c}`, want: `a$b{c}`},
		"content unread":  {in: `<${env:TOKEN}>`, want: `<a${b}$${c>`},
		"literal":         {in: `$${env:TOKEN}`, want: `${env:TOKEN}`},
		"literal, dollar": {in: `$$${env:TOKEN}`, want: `$${env:TOKEN}`},
		"unset":           {in: `${env:A}${file:C:\b}`, err: "no env A\nno file C:\\b"},
		"not closed":      {in: `a${env:TOKEN`, err: `a "${" begins no reference`},
		"no scheme":       {in: `${TOKEN}`, err: `a "${" begins no reference`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := connector.Expand(test.in, expand)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("Expand(%q) = %v, want %s", test.in, err, test.err)
				}
				return
			}
			if err != nil || got != test.want {
				t.Errorf("Expand(%q) = %q, %v, want %q", test.in, got, err, test.want)
			}
		})
	}
}

func FuzzParseSource(f *testing.F) {
	f.Add(`pt=scarab:Path=scarab-issues.xml;Validate=never`)
	f.Add(`課題=scarab:Path='a;b''c' ; x = "y"`)
	f.Fuzz(func(t *testing.T, text string) {
		spec, err := connector.ParseSource(text)
		if err != nil {
			if connector.KindOf(err) != connector.Invalid {
				t.Fatalf("ParseSource(%q) = %v, of kind %v", text, err, connector.KindOf(err))
			}
			return
		}
		again, err := connector.ParseSource(spec.String())
		if err != nil {
			t.Fatalf("ParseSource(%q) = %v, which came from %q", spec, err, text)
		}
		if diff := cmp.Diff(spec, again); diff != "" {
			t.Errorf("ParseSource(%q) (-first +again):\n%s", spec, diff)
		}
	})
}

func FuzzQuoteSetting(f *testing.F) {
	f.Add(`a;b'c"`)
	f.Add(" \t")
	f.Fuzz(func(t *testing.T, value string) {
		want := []connector.Setting{{Key: "K", Value: value}}
		text := connector.QuoteSetting(want[0])
		got, err := connector.ParseSettings(text)
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("ParseSettings(%q) = %v, %v, want %v", text, got, err, want)
		}
	})
}
