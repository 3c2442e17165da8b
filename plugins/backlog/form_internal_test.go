package backlog

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/catalog"
)

// TestSlices cuts lists of random lengths: each combination of values is in one
// request, and no address is long.
func TestSlices(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		f := newForm()
		params := []string{"projectId[]", "statusId[]", "id[]"}
		for _, param := range params[:1+r.IntN(3)] {
			var values []string
			for n := range 1 + r.IntN(900) {
				values = append(values, strconv.Itoa(1_000_000_000+n))
			}
			f.narrow(param, values, "").unique = param == "id[]"
		}
		queries, _ := f.slices(url.Values{"sort": {"created"}})
		checkSlices(t, f, queries)
	}
}

func checkSlices(t *testing.T, f *form, queries []url.Values) {
	t.Helper()
	combinations, want := 0, 1
	for _, query := range queries {
		if n := len(query.Encode()); n > maxQuery+100 {
			t.Errorf("an address of %d bytes, want %d", n, maxQuery)
		}
		if len(query["id[]"]) > maxIDs {
			t.Errorf("%d ids in a request", len(query["id[]"]))
		}
		n := 1
		for param := range f.lists {
			n *= len(query[param])
		}
		combinations += n
	}
	for _, l := range f.lists {
		want *= len(l.values)
	}
	if combinations != want {
		t.Errorf("the requests have %d combinations of values, want %d", combinations, want)
	}
}

// TestOverlap tells when a row may come in several requests.
func TestOverlap(t *testing.T) {
	tests := map[string]struct {
		values int
		many   bool
		want   bool
	}{
		"one request": {values: 10, many: true},
		"one value":   {values: 900},
		"several":     {values: 900, many: true, want: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := newForm()
			var values []string
			for n := range test.values {
				values = append(values, strconv.Itoa(1_000_000_000+n))
			}
			f.narrow("categoryId[]", values, "").many = test.many
			if queries, overlap := f.slices(nil); overlap != test.want {
				t.Errorf("%d requests overlap: %t, want %t", len(queries), overlap, test.want)
			}
		})
	}
}

// TestNarrow keeps what is in all lists, and says when nothing is.
func TestNarrow(t *testing.T) {
	f := newForm()
	f.narrow("statusId[]", []string{"1", "2", "2", "3"}, "a")
	f.narrow("statusId[]", []string{"3", "2"}, "b")
	if got := f.lists["statusId[]"].values; !slices.Equal(got, []string{"2", "3"}) {
		t.Errorf("values = %q, want 2 and 3", got)
	}
	f.narrow("statusId[]", []string{"4"}, "c")
	if f.none != "c" {
		t.Errorf("none = %q, want c", f.none)
	}
}

// TestSpanOf turns conditions into ranges of whole numbers, and tries every
// number near: those that satisfy the condition are in the range.
func TestSpanOf(t *testing.T) {
	values := []connector.Value{
		connector.IntOf(3), connector.FloatOf(3), connector.FloatOf(2.5), connector.FloatOf(-2.5), decimalOf(t, "3.00"), decimalOf(t, "-0.5"),
	}
	ops := []connector.Operator{connector.Eq, connector.Lt, connector.Le, connector.Gt, connector.Ge, connector.In}
	for _, v := range values {
		for _, op := range ops {
			p := connector.Predicate{Column: "x", Op: op, Values: []connector.Value{v}}
			s, ok := spanOf(p, nearInt)
			if !ok {
				t.Errorf("spanOf(%s) is none", p)
			}
			for n := int64(-10); n <= 10; n++ {
				if got, want := s.low <= n && n <= s.high, p.Match(connector.IntOf(n)); got != want {
					t.Errorf("spanOf(%s) has %d: %t, want %t", p, n, got, want)
				}
			}
		}
	}
}

func decimalOf(t *testing.T, digits string) connector.Value {
	t.Helper()
	v, err := connector.DecimalOf(digits)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestSpanOfInstants widens by a day at both ends.
func TestSpanOfInstants(t *testing.T) {
	const day = 86_400_000_000
	noon := connector.TimestampOf(100*day + day/2)
	tests := map[connector.Operator]span{
		connector.Eq: {99, 101}, connector.Lt: {unbounded.low, 101}, connector.Le: {unbounded.low, 101},
		connector.Gt: {99, unbounded.high}, connector.Ge: {99, unbounded.high},
	}
	for op, want := range tests {
		got, ok := spanOf(connector.Predicate{Op: op, Values: []connector.Value{noon}}, nearDay)
		if !ok || got != want {
			t.Errorf("spanOf(%s noon of day 100) = %v, %t; want %v", op, got, ok, want)
		}
	}
}

// TestNamed keeps what an address can name, and no more.
func TestNamed(t *testing.T) {
	tests := map[string]struct {
		in    span
		want  span
		empty bool
	}{
		"inside":  {in: span{0, 10}, want: span{0, 10}},
		"before":  {in: span{firstDay - 5, 10}, want: span{unbounded.low, 10}},
		"behind":  {in: span{0, lastDay + 1}, want: span{0, unbounded.high}},
		"nowhere": {in: span{lastDay + 1, lastDay + 9}, empty: true},
		"never":   {in: span{firstDay - 9, firstDay - 1}, empty: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := test.in.named()
			if got.empty() != test.empty || !test.empty && got != test.want {
				t.Errorf("%v.named() = %v, want %v", test.in, got, test.want)
			}
		})
	}
}

// TestNumberText writes numbers as the server reads them, and none that would
// become another.
func TestNumberText(t *testing.T) {
	tests := map[string]struct {
		in   connector.Value
		want string
		ok   bool
	}{
		"integer":  {connector.IntOf(42), "42", true},
		"float":    {connector.FloatOf(0.1), "0.1", true},
		"decimal":  {decimalOf(t, "12.50"), "12.5", true},
		"precise":  {decimalOf(t, "0.1000000000000000055511151231257827"), "", false},
		"huge":     {connector.FloatOf(1e300), "", false},
		"none":     {connector.TextOf("1"), "", false},
		"negative": {connector.IntOf(-3), "-3", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := numberText(test.in)
			if ok != test.ok || ok && got != test.want {
				t.Errorf("numberText(%s) = %q, %t; want %q, %t", test.in, got, ok, test.want, test.ok)
			}
		})
	}
}

// TestStable takes rows for stable that were made and changed before; of a scan
// whose rows no change moves, those that were made before.
func TestStable(t *testing.T) {
	since := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	const unmoved = "sort=created&order=asc&projectId[]=1&createdSince=2026-01-01&id[]=7"
	tests := map[string]struct {
		query, row string
		want       bool
	}{
		"before":               {"", `{"created":"2026-09-01T00:00:00Z","updated":"2026-10-01T08:59:59Z"}`, true},
		"changed then":         {"", `{"created":"2026-09-01T00:00:00Z","updated":"2026-10-01T09:00:00Z"}`, false},
		"made then":            {"", `{"created":"2026-10-01T09:00:01Z"}`, false},
		"without times":        {"", `{"id":1,"updated":null}`, true},
		"no time":              {"", `{"updated":"yesterday"}`, false},
		"no change moves it":   {unmoved, `{"created":"2026-09-01T00:00:00Z","updated":"2026-10-01T09:00:00Z"}`, true},
		"made then, unmoved":   {unmoved, `{"created":"2026-10-01T09:00:00Z","updated":"2026-10-01T09:00:00Z"}`, false},
		"a state is asked for": {unmoved + "&statusId[]=1", `{"created":"2026-09-01T00:00:00Z","updated":"2026-10-01T09:00:00Z"}`, false},
		"by the last change":   {"sort=updated&projectId[]=1", `{"created":"2026-09-01T00:00:00Z","updated":"2026-10-01T09:00:00Z"}`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			query, err := url.ParseQuery(test.query)
			if err != nil {
				t.Fatal(err)
			}
			if got := stableUnder(query)(gjson.Parse(test.row), since); got != test.want {
				t.Errorf("stableUnder(%s)(%s) = %t, want %t", test.query, test.row, got, test.want)
			}
		})
	}
}

// TestPathText tells what can be a key of an issue.
func TestPathText(t *testing.T) {
	column, ok := newTables(catalog.Tables()).find("Issues").Column("IssueKey")
	if !ok {
		t.Fatal("no IssueKey")
	}
	for text, want := range map[string]bool{
		"APP-1": true, "A_B2-999": true, "app-1": false, "APP-0": false, "APP-": false, "APP-1 ": false, "": false, "..": false,
		"APP-1/comments": false, "APP-12345678901234567890": false,
	} {
		if _, got := pathText(connector.TextOf(text), column); got != want {
			t.Errorf("pathText(%q) = %t, want %t", text, got, want)
		}
	}
}

// TestFill puts values in the places of words.
func TestFill(t *testing.T) {
	text := "/projects/{ProjectId}/files/metadata/{Dir}"
	if got, want := fmt.Sprint(words(text)), "[ProjectId Dir]"; got != want {
		t.Errorf("words(%q) = %s, want %s", text, got, want)
	}
	got := fill(text, func(word string) string {
		return map[string]string{"ProjectId": "1", "Dir": folderPath("/a b/日/")}[word]
	})
	if want := "/projects/1/files/metadata/a%20b/%E6%97%A5"; got != want {
		t.Errorf("fill(%q) = %q, want %q", text, got, want)
	}
}
