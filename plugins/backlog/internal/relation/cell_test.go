package relation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

func tokyo(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// both reads one column in both ways, and fails where they differ. What it
// returns is the value as SQL, or "error: " and the error's kind and text.
func both(t *testing.T, row relation.Row, c relation.Column) string {
	t.Helper()
	cell := "a list"
	if c.Type.ID() != arrow.LIST {
		v, err := relation.Cell(row, &c, tokyo(t))
		cell = outcome(v.String(), err)
	}
	built := build(t, row, c)
	if cell != "a list" && cell != built {
		t.Errorf("Cell = %s, but Append gives %s", cell, built)
	}
	return built
}

func outcome(text string, err error) string {
	if err != nil {
		return "error: " + connector.KindOf(err).String() + ": " + err.Error()
	}
	return text
}

func build(t *testing.T, row relation.Row, c relation.Column) string {
	t.Helper()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	b := relation.NewBuilder(mem, row.Table, []relation.Column{c}, tokyo(t))
	defer b.Release()
	if err := b.Append(row); err != nil {
		return outcome("", err)
	}
	batch := b.Batch()
	defer batch.Release()
	return shown(t, batch.Column(0))
}

// shown is the only value of a column as text.
func shown(t *testing.T, column arrow.Array) string {
	t.Helper()
	list, ok := column.(*array.List)
	if !ok {
		v, ok := connector.ValueAt(column, 0)
		if !ok {
			t.Fatalf("no value in %v", column)
		}
		return v.String()
	}
	if list.IsNull(0) {
		return "NULL"
	}
	start, end := list.ValueOffsets(0)
	texts := make([]string, 0, end-start)
	for i := start; i < end; i++ {
		v, _ := connector.ValueAt(list.ListValues(), int(i))
		texts = append(texts, v.String())
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func TestValues(t *testing.T) {
	number := relation.Column{Type: relation.Int, Path: "v"}
	real := relation.Column{Type: relation.Float, Path: "v"}
	words := relation.Column{Type: relation.Text, Path: "v"}
	flag := relation.Column{Type: relation.Bool, Path: "v"}
	day := relation.Column{Type: relation.Date, Path: "v"}
	instant := relation.Column{Type: relation.Timestamp, Path: "v"}
	list := relation.Column{Type: relation.Texts, Path: "v"}
	ints := relation.Column{Type: relation.Ints, Path: "v"}
	names := relation.Column{Type: relation.Texts, Path: "v.#.name"}
	joined := relation.Column{Type: relation.Text, Path: "v.#.name"}
	required := func(c relation.Column) relation.Column { c.Required = true; return c }

	tests := map[string]struct {
		column relation.Column
		json   string
		want   string
	}{
		"int":                 {number, `{"v":1073741824}`, "1073741824"},
		"int zero":            {required(number), `{"v":0}`, "0"},
		"int of text":         {number, `{"v":" 12 "}`, "12"},
		"int largest":         {number, `{"v":9223372036854775807}`, "9223372036854775807"},
		"int smallest":        {number, `{"v":"-9223372036854775808"}`, "-9223372036854775808"},
		"int as float":        {number, `{"v":3.0}`, "3"},
		"int null":            {number, `{"v":null}`, "NULL"},
		"int absent":          {number, `{"w":1}`, "NULL"},
		"int fraction":        {number, `{"v":1.5}`, wrong("a number", "a whole number of 64 bits")},
		"int too large":       {number, `{"v":9223372036854775808}`, wrong("a number", "a whole number of 64 bits")},
		"int of words":        {number, `{"v":"many"}`, wrong("a string", "a whole number of 64 bits")},
		"int of empty text":   {number, `{"v":""}`, wrong("a string", "a whole number of 64 bits")},
		"int of boolean":      {number, `{"v":true}`, wrong("a boolean", "a whole number of 64 bits")},
		"int of object":       {number, `{"v":{"id":1}}`, wrong("an object", "a whole number of 64 bits")},
		"int of array":        {number, `{"v":[1]}`, wrong("an array", "a whole number of 64 bits")},
		"int required, null":  {required(number), `{"v":null}`, nothing},
		"int required, gone":  {required(number), `{}`, nothing},
		"ints":                {ints, `{"v":[3,null,-1]}`, "[3, NULL, -1]"},
		"ints of words":       {ints, `{"v":[3,"many"]}`, wrong("an array", "a list of whole numbers")},
		"float":               {real, `{"v":4.25}`, "4.25e0"},
		"float of int":        {real, `{"v":4}`, "4e0"},
		"float of text":       {real, `{"v":"-0.5"}`, "-0.5e0"},
		"float NaN":           {real, `{"v":"NaN"}`, wrong("a string", "a number of 64 bits")},
		"float hexadecimal":   {real, `{"v":"0x10"}`, wrong("a string", "a number of 64 bits")},
		"float too large":     {real, `{"v":1e999}`, wrong("a number", "a number of 64 bits")},
		"float of two":        {real, `{"v":"1-2"}`, wrong("a string", "a number of 64 bits")},
		"text":                {words, `{"v":"完了"}`, "'完了'"},
		"text escaped":        {words, `{"v":"a\n\"b\" \u00e9"}`, "'a\n\"b\" é'"},
		"text empty":          {required(words), `{"v":""}`, "''"},
		"text of number":      {words, `{"v":1.50}`, "'1.50'"},
		"text of boolean":     {words, `{"v":false}`, "'false'"},
		"text of object":      {words, `{"v":{"a":[1, 2]}, "w":1}`, `'{"a":[1, 2]}'`},
		"text of array":       {words, `{"v":[{"a":1}]}`, `'[{"a":1}]'`},
		"text, broken UTF-8":  {words, "{\"v\":\"a\xffb\"}", "'a\uFFFDb'"},
		"text, half a pair":   {words, `{"v":"\ud800"}`, "'\uFFFD'"},
		"bool true":           {flag, `{"v":true}`, "true"},
		"bool false":          {required(flag), `{"v":false}`, "false"},
		"bool of number":      {flag, `{"v":1}`, wrong("a number", "true or false")},
		"bool of text":        {flag, `{"v":"true"}`, wrong("a string", "true or false")},
		"day, midnight UTC":   {day, `{"v":"2024-05-01T00:00:00Z"}`, "DATE '2024-05-01'"},
		"day, midnight Tokyo": {day, `{"v":"2014-07-23T15:00:00Z"}`, "DATE '2014-07-24'"},
		"day, some time":      {day, `{"v":"2014-07-23T10:00:00Z"}`, "DATE '2014-07-23'"},
		"day, with offset":    {day, `{"v":"2014-07-24T00:00:00+09:00"}`, "DATE '2014-07-24'"},
		"day alone":           {day, `{"v":"2024-02-29"}`, "DATE '2024-02-29'"},
		"day before 1970":     {day, `{"v":"1969-12-31"}`, "DATE '1969-12-31'"},
		"day that is none":    {day, `{"v":"2023-02-29"}`, wrong("a string", "a day (2006-01-02T00:00:00Z)")},
		"day of empty text":   {day, `{"v":""}`, wrong("a string", "a day (2006-01-02T00:00:00Z)")},
		"day of number":       {day, `{"v":20240229}`, wrong("a number", "a day (2006-01-02T00:00:00Z)")},
		"instant":             {instant, `{"v":"2024-05-01T08:15:00Z"}`, "TIMESTAMPTZ '2024-05-01 08:15:00+00'"},
		"instant with offset": {instant, `{"v":"2024-05-01T08:15:00.5+09:00"}`, "TIMESTAMPTZ '2024-04-30 23:15:00.5+00'"},
		"instant of number":   {instant, `{"v":1603881873}`, wrong("a number", "an instant (2006-01-02T15:04:05Z)")},
		"instant of words":    {instant, `{"v":"today"}`, wrong("a string", "an instant (2006-01-02T15:04:05Z)")},
		"list":                {list, `{"v":["a",null,2]}`, "['a', NULL, '2']"},
		"list empty":          {required(list), `{"v":[]}`, "[]"},
		"list null":           {list, `{"v":null}`, "NULL"},
		"list required, null": {required(list), `{"v":null}`, nothing},
		"list of text":        {list, `{"v":"a"}`, wrong("a string", "an array")},
		"names":               {names, `{"v":[{"name":"UI"},{"id":2},{"name":"A\"B"}]}`, `['UI', 'A"B']`},
		"names, none":         {names, `{"v":[]}`, "[]"},
		"joined":              {joined, `{"v":[{"name":"UI"},{"name":null},{"name":"API"}]}`, "'UI, API'"},
		"joined, none":        {joined, `{"v":[]}`, "NULL"},
		"joined, required":    {required(joined), `{"v":[]}`, "''"},
		"joined, null":        {joined, `{"v":null}`, "NULL"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.column.Name = "V"
			row := relation.Row{JSON: gjson.Parse(test.json), Table: &relation.Table{Name: "T"}}
			if got := both(t, row, test.column); got != test.want {
				t.Errorf("%s of %s = %s, want %s", test.column.Type, test.json, got, test.want)
			}
		})
	}
}

func wrong(got, want string) string {
	return "error: corrupt: table T, column V: " + got + " came where " + want + " was expected"
}

const nothing = "error: corrupt: table T, column V: nothing, or null, came where there always is a value"

func TestPlaces(t *testing.T) {
	const issue = `{
		"id": 7, "status": {"id": 1, "name": "未対応"}, "resolution": null, "attachments": [{"id": 1}], "stars": [],
		"type": 2, "content": {"key_id": 12}, "oldName": "x", "category": [{"id": 5}, {"id": 6}],
		"customFields": [
			{"id": 111, "value": "hoge"}, {"id": 112, "value": {"id": 3, "name": "大"}},
			{"id": 113, "value": [{"id": 1, "name": "Windows 8"}, {"id": 2, "name": "Linux"}]}, {"id": 114, "value": null}
		]}`
	terms := func(of relation.Vocabulary, by relation.Facet, id int64) (connector.Value, bool) {
		if of != relation.Projects || by != relation.Key || id != 7 {
			return connector.Null(), false
		}
		return connector.TextOf("BLG"), true
	}
	table := &relation.Table{Name: "T"}
	plain := relation.Row{JSON: gjson.Parse(issue), Table: table}
	with := plain
	with.Fixed = map[string]connector.Value{"V": connector.IntOf(42)}
	with.Position, with.Member, with.Terms = 3, "read", terms
	key := relation.Filter{Of: relation.Projects, By: relation.Key}

	tests := map[string]struct {
		row    relation.Row
		column relation.Column
		want   string
	}{
		"nested":                {plain, relation.Column{Type: relation.Text, Path: "status.name"}, "'未対応'"},
		"below null":            {plain, relation.Column{Type: relation.Int, Path: "resolution.id"}, "NULL"},
		"by number":             {plain, relation.Column{Type: relation.Int, Path: "category.1.id"}, "6"},
		"ids":                   {plain, relation.Column{Type: relation.Ints, Path: "category.#.id"}, "[5, 6]"},
		"ids as texts":          {plain, relation.Column{Type: relation.Texts, Path: "category.#.id"}, "['5', '6']"},
		"how many":              {plain, relation.Column{Type: relation.Int, Path: "category.#"}, "2"},
		"present":               {plain, relation.Column{Type: relation.Bool, Path: "attachments", Present: true}, "true"},
		"present, empty":        {plain, relation.Column{Type: relation.Bool, Path: "stars", Present: true}, "false"},
		"present, absent":       {plain, relation.Column{Type: relation.Bool, Path: "files", Present: true, Required: true}, "false"},
		"present, null":         {plain, relation.Column{Type: relation.Bool, Path: "resolution", Present: true}, "false"},
		"present, no array":     {plain, relation.Column{Type: relation.Bool, Path: "status", Present: true}, wrong("an object", "an array")},
		"else":                  {plain, relation.Column{Type: relation.Text, Path: "newName", Else: "oldName"}, "'x'"},
		"else of null":          {plain, relation.Column{Type: relation.Text, Path: "resolution", Else: "oldName"}, "'x'"},
		"else not needed":       {plain, relation.Column{Type: relation.Int, Path: "id", Else: "type"}, "7"},
		"when":                  {plain, relation.Column{Type: relation.Int, Path: "content.key_id", When: "type", Is: []int64{1, 2}}, "12"},
		"when not":              {plain, relation.Column{Type: relation.Int, Path: "content.key_id", When: "type", Is: []int64{5}}, "NULL"},
		"pseudo":                {plain, relation.Column{Type: relation.Int, Pseudo: true}, "NULL"},
		"pseudo, compared":      {with, relation.Column{Type: relation.Int, Pseudo: true}, "42"},
		"fixed":                 {with, relation.Column{Type: relation.Int}, "42"},
		"fixed, but sent":       {with, relation.Column{Type: relation.Int, Path: "id"}, "7"},
		"fixed, not sent":       {with, relation.Column{Type: relation.Int, Path: "no.id"}, "42"},
		"fixed, but null":       {with, relation.Column{Type: relation.Int, Path: "resolution"}, "NULL"},
		"position":              {with, relation.Column{Type: relation.Int, Position: true, Required: true}, "3"},
		"member":                {with, relation.Column{Type: relation.Text, Member: true, Required: true}, "'read'"},
		"term":                  {with, relation.Column{Type: relation.Text, Path: "id", Term: true, Filter: key}, "'BLG'"},
		"term, unknown":         {with, relation.Column{Type: relation.Text, Path: "type", Term: true, Filter: key}, "NULL"},
		"term, required":        {with, relation.Column{Type: relation.Text, Path: "type", Term: true, Filter: key, Required: true}, nothing},
		"term of null":          {with, relation.Column{Type: relation.Text, Path: "resolution", Term: true, Filter: key}, "NULL"},
		"term of no id":         {with, relation.Column{Type: relation.Text, Path: "oldName", Term: true, Filter: key}, wrong("a string", "a whole number of 64 bits")},
		"term, nobody knows":    {plain, relation.Column{Type: relation.Text, Path: "id", Term: true, Filter: key}, "error: internal: table T, column V: nobody tells what the ids stand for"},
		"custom text":           {plain, custom(relation.Text, "", 111), "'hoge'"},
		"custom, of two":        {plain, custom(relation.Text, "", 99, 111), "'hoge'"},
		"custom, both of two":   {plain, custom(relation.Text, "", 112, 111), "'hoge'"},
		"custom, one of a list": {plain, custom(relation.Text, ".name", 112), "'大'"},
		"custom, several":       {plain, custom(relation.Texts, ".#.name", 113), "['Windows 8', 'Linux']"},
		"custom, null":          {plain, custom(relation.Texts, ".#.name", 114), "NULL"},
		"custom, absent":        {plain, custom(relation.Float, "", 99), "NULL"},
		"custom, wrong":         {plain, custom(relation.Float, "", 111), wrong("a string", "a number of 64 bits")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.column.Name = "V"
			if got := both(t, test.row, test.column); got != test.want {
				t.Errorf("%+v = %s, want %s", test.column, got, test.want)
			}
		})
	}
}

func custom(of arrow.DataType, path string, ids ...int64) relation.Column {
	return relation.Column{Type: of, Path: "customFields.#.value" + path, Only: ids}
}

func TestEpoch(t *testing.T) {
	tests := map[string]struct{ json, want string }{
		"seconds":  {`{"v":1603881873}`, "TIMESTAMPTZ '2020-10-28 10:44:33+00'"},
		"text":     {`{"v":"2020-10-28T10:44:33Z"}`, "TIMESTAMPTZ '2020-10-28 10:44:33+00'"},
		"too many": {`{"v":9223372036854775807}`, wrong("a number", "an instant (2006-01-02T15:04:05Z)")},
		"too few":  {`{"v":-9223372036854775808}`, wrong("a number", "an instant (2006-01-02T15:04:05Z)")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			row := relation.Row{JSON: gjson.Parse(test.json), Table: &relation.Table{Name: "T"}}
			got := both(t, row, relation.Column{Name: "V", Type: relation.Timestamp, Path: "v", Epoch: time.Second})
			if got != test.want {
				t.Errorf("value of %s = %s, want %s", test.json, got, test.want)
			}
		})
	}
}

func TestCellOfList(t *testing.T) {
	row := relation.Row{JSON: gjson.Parse(`{"v":[]}`), Table: &relation.Table{Name: "T"}}
	_, err := relation.Cell(row, &relation.Column{Name: "V", Type: relation.Texts, Path: "v"}, nil)
	if connector.KindOf(err) != connector.Unimplemented {
		t.Errorf("Cell of a list: %v, want kind unimplemented", err)
	}
}
