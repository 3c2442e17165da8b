package rest_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// TestOddAnswers shows what a person reads where something that is not Backlog
// answers, or what Backlog says does not arrive as it was: a place and a next
// step each.
func TestOddAnswers(t *testing.T) {
	packed := gzipOf(t, "["+strings.Repeat("0.5, ", 1000)+"1]")
	damaged := bytes.Clone(packed)
	damaged[len(damaged)-6] ^= 0xff // in the checksum
	var out bytes.Buffer
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
	}{
		{"nothing", func(http.ResponseWriter, *http.Request) {}},
		{"no content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }},
		{"blanks", body("  \n")},
		{"a web page", body("\n<!DOCTYPE html><title>Sign in to the guest network</title>")},
		{"a text", body("OK")},
		{"a text in quotes", body(`"maintenance"`)},
		{"an object", body(`{"message":"maintenance"}`)},
		{"half of a list", body(`[{"id":1},{"id":`)},
		{"two lists", body(`[][]`)},
		{"nested too deep", body(strings.Repeat("[", 20_000_000))},
		{"nested too deep, with objects", body(strings.Repeat(`{"a":[`, 1000))},
		{"too large", body("[" + strings.Repeat(" ", 2<<20) + "]")},
		{"a list too large, packed", zipped(gzipOf(t, "["+strings.Repeat(" ", 2<<20)+"]"))},
		{"packed, and cut off", zipped(packed[:40])},
		{"packed, and damaged", zipped(damaged)},
		{"packed, and not", zipped([]byte("[1, 2, 3, 4, 5, 6]"))},
		{"a sign-in page here", func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/api/") {
				http.Redirect(w, r, "/LoginDisplay.action", http.StatusFound)
				return
			}
			body("<html>")(w, r)
		}},
		{"a sign-in page elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://portal.example.com/?back="+secret, http.StatusFound)
		}},
	} {
		cfg := testServer(t, test.answer)
		cfg.Clock = instant{}
		client := rest.New(cfg)
		rest.LimitAnswers(client, 1<<20)
		if strings.HasPrefix(test.name, "nested") {
			rest.LimitAnswers(client, 64<<20)
		}
		_, err := readIDs(client.Begin("").Offset(t.Context(), rest.OffsetScan{Call: call("/issues")}))
		text := strings.ReplaceAll(fmt.Sprintf("%s: %v", connector.KindOf(err), err), cfg.Base.Host, "HOST")
		fmt.Fprintf(&out, "== %s ==\n%s\nhint: %s\n", test.name, text, connector.HintOf(err))
		if err == nil || connector.HintOf(err) == "" {
			t.Errorf("%s: %v has no hint", test.name, err)
		}
	}
	golden(t, "testdata/odd.txt", out.Bytes())
}

func body(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

func zipped(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(data) // the reader may leave first
	}
}

func gzipOf(t *testing.T, text string) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	fmt.Fprint(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// TestBracketsInTexts reads answers whose texts look nested too deep, and are
// not, and one that is behind such a text.
func TestBracketsInTexts(t *testing.T) {
	many := strings.Repeat("[{", 2000)
	for name, test := range map[string]struct {
		answer string
		ok     bool
	}{
		"in a text":               {`[{"id":1,"a":"` + many + `"}]`, true},
		"after a quote in it":     {`[{"id":1,"a":"\"` + many + `"}]`, true},
		"after a slash and quote": {`[{"id":1,"a":"\\\"` + many + `"}]`, true},
		"in a name":               {`[{"id":1,"` + many + `":0}]`, true},
		"after a text":            {`[{"id":1,"a":"\\",` + `"b":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}]`, false},
		"after an empty text":     {`[{"id":1,"a":"","b":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}]`, false},
	} {
		cfg := testServer(t, body(test.answer))
		cfg.Clock = instant{}
		ids, err := readIDs(rest.New(cfg).Begin("").Offset(t.Context(), rest.OffsetScan{Call: call("/issues")}))
		if test.ok != (err == nil) || test.ok && len(ids) != 1 {
			t.Errorf("%s: read %v, %v", name, ids, err)
		}
	}
}
