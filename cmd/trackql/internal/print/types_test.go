package print_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

// opaque marks a field as one of DuckDB's own types.
func opaque(name string) arrow.Metadata {
	return extension("arrow.opaque", fmt.Sprintf(`{"type_name":%q,"vendor_name":"DuckDB"}`, name))
}

func extension(name, parameters string) arrow.Metadata {
	return arrow.NewMetadata(
		[]string{"ARROW:extension:name", "ARROW:extension:metadata"}, []string{name, parameters},
	)
}

// typeCase is values of a type, and how they look.
type typeCase struct {
	field arrow.Field // without a name
	in    string      // values in Arrow's JSON
	csv   []string    // of each value
	json  string      // of all values, as a list
}

func plain(t arrow.DataType, in string, csv []string, json string) typeCase {
	return typeCase{arrow.Field{Type: t}, in, csv, json}
}

func texts(texts ...string) []string { return texts }

var (
	utc       = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Etc/UTC"}
	newYork   = &arrow.TimestampType{Unit: arrow.Second, TimeZone: "America/New_York"}
	nowhere   = &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Nowhere/At_All"}
	listOfInt = arrow.ListOf(arrow.PrimitiveTypes.Int32)
	point     = arrow.StructOf(
		arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		arrow.Field{Name: "at \"y\"", Type: utc, Nullable: true},
	)
)

var typeCases = map[string]typeCase{
	"int8":   plain(arrow.PrimitiveTypes.Int8, `[-128, 127]`, texts("-128", "127"), `[-128,127]`),
	"int16":  plain(arrow.PrimitiveTypes.Int16, `[-32768]`, texts("-32768"), `[-32768]`),
	"int32":  plain(arrow.PrimitiveTypes.Int32, `[-2147483648]`, texts("-2147483648"), `[-2147483648]`),
	"int64":  plain(arrow.PrimitiveTypes.Int64, `[9223372036854775807]`, texts("9223372036854775807"), `[9223372036854775807]`),
	"uint8":  plain(arrow.PrimitiveTypes.Uint8, `[255]`, texts("255"), `[255]`),
	"uint16": plain(arrow.PrimitiveTypes.Uint16, `[65535]`, texts("65535"), `[65535]`),
	"uint32": plain(arrow.PrimitiveTypes.Uint32, `[4294967295]`, texts("4294967295"), `[4294967295]`),
	"uint64": plain(arrow.PrimitiveTypes.Uint64, `[18446744073709551615]`, texts("18446744073709551615"), `[18446744073709551615]`),
	"decimal32": plain(&arrow.Decimal32Type{Precision: 4, Scale: 2},
		`["12.50", "-0.05"]`, texts("12.50", "-0.05"), `[12.50,-0.05]`),
	"decimal64": plain(&arrow.Decimal64Type{Precision: 18, Scale: 3},
		`["-123456789012345.678"]`, texts("-123456789012345.678"), `[-123456789012345.678]`),
	"decimal128": plain(&arrow.Decimal128Type{Precision: 38, Scale: 2},
		`["123456789012345678901234567890123456.78", "-0.01", "0"]`,
		texts("123456789012345678901234567890123456.78", "-0.01", "0.00"),
		`[123456789012345678901234567890123456.78,-0.01,0.00]`),
	"decimal256": plain(&arrow.Decimal256Type{Precision: 76, Scale: 1},
		`["-1234567890123456789012345678901234567890123456789.1"]`,
		texts("-1234567890123456789012345678901234567890123456789.1"),
		`[-1234567890123456789012345678901234567890123456789.1]`),
	"hugeint as decimal": plain(&arrow.Decimal128Type{Precision: 38},
		`["-99999999999999999999999999999999999999", "9223372036854775808", "-9223372036854775809"]`,
		texts("-99999999999999999999999999999999999999", "9223372036854775808", "-9223372036854775809"),
		`[-99999999999999999999999999999999999999,9223372036854775808,-9223372036854775809]`),
	"float64": plain(arrow.PrimitiveTypes.Float64, `[0.1, 2, -1e16, 1e15, 1e-5, 0.0001, -0.0, null]`,
		texts("0.1", "2.0", "-1e+16", "1000000000000000.0", "1e-05", "0.0001", "-0.0", ""),
		`[0.1,2.0,-1e+16,1000000000000000.0,1e-05,0.0001,-0.0,null]`),
	"float32": plain(arrow.PrimitiveTypes.Float32, `[0.1, 16777216]`, texts("0.1", "16777216.0"), `[0.1,16777216.0]`),
	"float16": plain(arrow.FixedWidthTypes.Float16, `[0.5]`, texts("0.5"), `[0.5]`),
	"bool":    plain(arrow.FixedWidthTypes.Boolean, `[true, false]`, texts("true", "false"), `[true,false]`),
	"null":    plain(arrow.Null, `[null]`, texts(""), `[null]`),
	"utf8": plain(arrow.BinaryTypes.String, `["a", "", "é\u0001\"\\\n担"]`,
		texts("a", `""`, "\"é\x01\"\"\\\n担\""), `["a","","é\u0001\"\\\n担"]`),
	"large utf8":   plain(arrow.BinaryTypes.LargeString, `["a,b"]`, texts(`"a,b"`), `["a,b"]`),
	"utf8 view":    plain(arrow.BinaryTypes.StringView, `["a", "longer than twelve bytes"]`, texts("a", "longer than twelve bytes"), `["a","longer than twelve bytes"]`),
	"binary":       plain(arrow.BinaryTypes.Binary, `["q2EiJ1wg", ""]`, texts(`\xABa\x22\x27\x5C `, `""`), `["q2EiJ1wg",""]`),
	"large binary": plain(arrow.BinaryTypes.LargeBinary, `["AA=="]`, texts(`\x00`), `["AA=="]`),
	"binary view":  plain(arrow.BinaryTypes.BinaryView, `["LCw="]`, texts(`",,"`), `["LCw="]`),
	"fixed binary": plain(&arrow.FixedSizeBinaryType{ByteWidth: 2}, `["YWI="]`, texts("ab"), `["YWI="]`),
	"date": plain(arrow.FixedWidthTypes.Date32, `["2024-02-29", "1969-12-31", "0001-01-01"]`,
		texts("2024-02-29", "1969-12-31", "0001-01-01"), `["2024-02-29","1969-12-31","0001-01-01"]`),
	"time32": plain(arrow.FixedWidthTypes.Time32ms, `["01:02:03.5"]`, texts("01:02:03.5"), `["01:02:03.5"]`),
	"time64": plain(arrow.FixedWidthTypes.Time64us, `["23:59:59.999999", "00:00:00"]`,
		texts("23:59:59.999999", "00:00:00"), `["23:59:59.999999","00:00:00"]`),
	"timestamp[s]": plain(&arrow.TimestampType{Unit: arrow.Second}, `["2024-01-02 03:04:05"]`,
		texts("2024-01-02 03:04:05"), `["2024-01-02T03:04:05"]`),
	"timestamp[ms]": plain(&arrow.TimestampType{Unit: arrow.Millisecond}, `["1969-12-31 23:59:59.5"]`,
		texts("1969-12-31 23:59:59.5"), `["1969-12-31T23:59:59.5"]`),
	"timestamp[us]": plain(&arrow.TimestampType{Unit: arrow.Microsecond}, `["2024-01-02 03:04:05.000001"]`,
		texts("2024-01-02 03:04:05.000001"), `["2024-01-02T03:04:05.000001"]`),
	"timestamp[ns]": plain(&arrow.TimestampType{Unit: arrow.Nanosecond}, `["2024-01-02 03:04:05.123456789"]`,
		texts("2024-01-02 03:04:05.123456789"), `["2024-01-02T03:04:05.123456789"]`),
	"timestamptz": plain(utc, `["2024-01-02 03:04:05.5Z"]`,
		texts("2024-01-02 03:04:05.5+00"), `["2024-01-02T03:04:05.5+00:00"]`),
	"timestamptz, summer and winter": plain(newYork, `["2024-07-01 12:00:00Z", "2024-01-01 12:00:00Z", "2024-07-01 12:00:00Z", "1850-01-01 12:00:00Z"]`,
		texts("2024-07-01 08:00:00-04", "2024-01-01 07:00:00-05", "2024-07-01 08:00:00-04", "1850-01-01 07:03:58-04:56:02"),
		`["2024-07-01T08:00:00-04:00","2024-01-01T07:00:00-05:00","2024-07-01T08:00:00-04:00","1850-01-01T12:00:00+00:00"]`),
	"interval": plain(arrow.FixedWidthTypes.MonthDayNanoInterval,
		`[{"months": 14, "days": -3, "nanoseconds": 360000500000000}, {"months": 0, "days": 0, "nanoseconds": 0}, {"months": -1, "days": 0, "nanoseconds": -1000}, {"months": 0, "days": 1, "nanoseconds": 0}]`,
		texts("1 year 2 months -3 days 100:00:00.5", "00:00:00", "-1 month -00:00:00.000001", "1 day"),
		`["1 year 2 months -3 days 100:00:00.5","00:00:00","-1 month -00:00:00.000001","1 day"]`),
	"enum": plain(&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String},
		`["a,", null, "b", "a,"]`, texts(`"a,"`, "", "b", `"a,"`), `["a,",null,"b","a,"]`),
	"list": plain(listOfInt, `[[1, null, 3], [], null]`, texts(`"[1,null,3]"`, "[]", ""), `[[1,null,3],[],null]`),
	"large list": plain(arrow.LargeListOf(arrow.BinaryTypes.String), `[["a", "b\""]]`,
		texts(`"[""a"",""b\""""]"`), `[["a","b\""]]`),
	"list view":  plain(arrow.ListViewOf(arrow.PrimitiveTypes.Int8), `[[1, 2], [3]]`, texts(`"[1,2]"`, "[3]"), `[[1,2],[3]]`),
	"fixed list": plain(arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Float64), `[[1, 2.5]]`, texts(`"[1.0,2.5]"`), `[[1.0,2.5]]`),
	"struct": plain(point, `[{"x": 1, "at \"y\"": "2024-01-02 03:04:05Z"}, {"x": null, "at \"y\"": null}, null]`,
		texts(`"{""x"":1.0,""at \""y\"""":""2024-01-02T03:04:05+00:00""}"`, `"{""x"":null,""at \""y\"""":null}"`, ""),
		`[{"x":1.0,"at \"y\"":"2024-01-02T03:04:05+00:00"},{"x":null,"at \"y\"":null},null]`),
	"map": plain(arrow.MapOf(arrow.BinaryTypes.String, listOfInt), `[[{"key": "a\"", "value": [1]}, {"key": "b", "value": null}], []]`,
		texts(`"{""a\"""":[1],""b"":null}"`, "{}"), `[{"a\"":[1],"b":null},{}]`),
	"map of numbers": plain(arrow.MapOf(arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String), `[[{"key": 1, "value": "x"}]]`,
		texts(`"{""1"":""x""}"`), `[{"1":"x"}]`),
	"bool8": {
		arrow.Field{Type: arrow.PrimitiveTypes.Int8, Metadata: extension("arrow.bool8", "")},
		`[1, 0, null]`, texts("true", "false", ""), `[true,false,null]`,
	},
	"uuid": {
		arrow.Field{Type: &arrow.FixedSizeBinaryType{ByteWidth: 16}, Metadata: extension("arrow.uuid", "")},
		`["ASNFZ4mrze8BI0VniavN7w=="]`, texts("01234567-89ab-cdef-0123-456789abcdef"), `["01234567-89ab-cdef-0123-456789abcdef"]`,
	},
	"registered uuid": plain(extensions.NewUUIDType(), `["01234567-89ab-cdef-0123-456789abcdef"]`,
		texts("01234567-89ab-cdef-0123-456789abcdef"), `["01234567-89ab-cdef-0123-456789abcdef"]`),
	"json": {
		arrow.Field{Type: arrow.BinaryTypes.String, Metadata: extension("arrow.json", "")},
		`["{\"a\": [1.50]}", "[1,\n 2]", "no json"]`,
		texts(`"{""a"": [1.50]}"`, "\"[1,\n 2]\"", "no json"), `[{"a": [1.50]},[1,2],"no json"]`,
	},
	"hugeint": {
		arrow.Field{Type: &arrow.FixedSizeBinaryType{ByteWidth: 16}, Metadata: opaque("hugeint")},
		`["CQAAAAAAAAAAAAAAAAAAAA==", "/////////////////////w==", "AAAAAAAAAAAAAAAAAAAAgA=="]`,
		texts("9", "-1", "-170141183460469231731687303715884105728"),
		`[9,-1,-170141183460469231731687303715884105728]`,
	},
	"uhugeint": {
		arrow.Field{Type: &arrow.FixedSizeBinaryType{ByteWidth: 16}, Metadata: opaque("uhugeint")},
		`["/////////////////////w=="]`, texts("340282366920938463463374607431768211455"),
		`[340282366920938463463374607431768211455]`,
	},
	"bit": {
		arrow.Field{Type: arrow.BinaryTypes.Binary, Metadata: opaque("bit")},
		`["Bf0=", "AKoB"]`, texts("101", "1010101000000001"), `["101","1010101000000001"]`,
	},
	"bignum": {
		arrow.Field{Type: arrow.BinaryTypes.Binary, Metadata: opaque("bignum")},
		`["gAANAY7pD/bDc+DuTj8K0g==", "f//+9Q==", "gAABAA=="]`,
		texts("123456789012345678901234567890", "-10", "0"), `[123456789012345678901234567890,-10,0]`,
	},
	"timetz": {
		arrow.Field{Type: &arrow.FixedSizeBinaryType{ByteWidth: 8}, Metadata: opaque("time_tz")},
		`["b2IAALDrDgo="]`, texts("12:00:00+09"), `["12:00:00+09:00"]`,
	},
	"somebody's extension": {
		arrow.Field{Type: arrow.BinaryTypes.Binary, Metadata: extension("geoarrow.wkb", "{}")},
		`["AQ=="]`, texts(`\x01`), `["AQ=="]`,
	},
	"types of DuckDB inside": plain(arrow.ListOfField(
		arrow.Field{Name: "l", Type: arrow.PrimitiveTypes.Int8, Nullable: true, Metadata: extension("arrow.bool8", "")},
	),
		`[[1, 0, null]]`, texts(`"[true,false,null]"`), `[[true,false,null]]`),
}

// arrayOf reads values in Arrow's JSON, behind a row that is sliced off: an
// offset must not be forgotten.
func arrayOf(t *testing.T, c typeCase) arrow.Array {
	t.Helper()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	values, _, err := array.FromJSON(mem, c.field.Type, strings.NewReader(c.in))
	if err != nil {
		t.Fatal(err)
	}
	defer values.Release()
	padded, err := array.Concatenate([]arrow.Array{values, values}, mem)
	if err != nil {
		t.Fatal(err)
	}
	defer padded.Release()
	sliced := array.NewSlice(padded, int64(values.Len()), int64(padded.Len()))
	t.Cleanup(func() {
		sliced.Release()
		mem.AssertSize(t, 0)
	})
	return sliced
}

func (c typeCase) batch(t *testing.T) arrow.RecordBatch {
	t.Helper()
	values := arrayOf(t, c)
	field := c.field
	field.Name, field.Nullable = "v", true
	batch := array.NewRecordBatch(arrow.NewSchema([]arrow.Field{field}, nil), []arrow.Array{values}, int64(values.Len()))
	t.Cleanup(batch.Release)
	return batch
}

func TestTypes(t *testing.T) {
	for name, test := range typeCases {
		t.Run(name, func(t *testing.T) {
			r := test.batch(t)
			o := print.Options{Format: print.CSV, Zone: tokyo}
			want := "v\n" + strings.Join(test.csv, "\n") + "\n"
			if diff := cmp.Diff(want, printed(t, o, readerOf(t, r))); diff != "" {
				t.Errorf("csv (-want +got):\n%s", diff)
			}
			o.Format = print.JSON
			want = "[\n{\"v\":" + strings.Join(elements(test.json), "},\n{\"v\":") + "}\n]\n"
			if diff := cmp.Diff(want, printed(t, o, readerOf(t, r))); diff != "" {
				t.Errorf("json (-want +got):\n%s", diff)
			}
		})
	}
}

// elements splits a JSON list at its own commas.
func elements(list string) []string {
	var parts []string
	depth, start, quoted := 0, 1, false
	for i := 1; i < len(list); i++ {
		switch c := list[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case depth > 0 && (c == ']' || c == '}'):
			depth--
		case depth == 0 && (c == ',' || c == ']'):
			parts = append(parts, list[start:i])
			start = i + 1
		}
	}
	return parts
}

func TestUnions(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	num, _, err := array.FromJSON(mem, arrow.PrimitiveTypes.Int32, strings.NewReader(`[1, 2, null]`))
	if err != nil {
		t.Fatal(err)
	}
	defer num.Release()
	text, _, err := array.FromJSON(mem, arrow.BinaryTypes.String, strings.NewReader(`["a", "b", "c"]`))
	if err != nil {
		t.Fatal(err)
	}
	defer text.Release()
	codes, _, err := array.FromJSON(mem, arrow.PrimitiveTypes.Int8, strings.NewReader(`[1, 0, 0]`))
	if err != nil {
		t.Fatal(err)
	}
	defer codes.Release()
	offsets, _, err := array.FromJSON(mem, arrow.PrimitiveTypes.Int32, strings.NewReader(`[2, 0, 2]`))
	if err != nil {
		t.Fatal(err)
	}
	defer offsets.Release()
	children, names := []arrow.Array{num, text}, []string{"num", "text"}
	sparse, err := array.NewSparseUnionFromArraysWithFields(codes, children, names)
	if err != nil {
		t.Fatal(err)
	}
	defer sparse.Release()
	dense, err := array.NewDenseUnionFromArraysWithFields(codes, offsets, children, names)
	if err != nil {
		t.Fatal(err)
	}
	defer dense.Release()
	r := recordOf(t, named{"sparse", sparse}, named{"dense", dense})
	want := "sparse,dense\n" +
		`"{""text"":""a""}","{""text"":""c""}"` + "\n" +
		`"{""num"":2}","{""num"":1}"` + "\n,\n"
	if diff := cmp.Diff(want, printed(t, print.Options{Format: print.CSV}, readerOf(t, r))); diff != "" {
		t.Errorf("csv (-want +got):\n%s", diff)
	}
	sliced := r.NewSlice(1, 3)
	t.Cleanup(sliced.Release)
	want = "{\"sparse\":{\"num\":2},\"dense\":{\"num\":1}}\n{\"sparse\":null,\"dense\":null}\n"
	if diff := cmp.Diff(want, printed(t, print.Options{Format: print.NDJSON}, readerOf(t, sliced))); diff != "" {
		t.Errorf("ndjson (-want +got):\n%s", diff)
	}
}

// TestExtremes are values that Arrow's JSON cannot write.
func TestExtremes(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	dates := array.NewDate32Builder(mem)
	defer dates.Release()
	times := array.NewTimestampBuilder(mem, utc)
	defer times.Release()
	unknown := array.NewTimestampBuilder(mem, nowhere)
	defer unknown.Release()
	floats := array.NewFloat64Builder(mem)
	defer floats.Release()
	for _, days := range []arrow.Date32{1<<31 - 1, -1<<31 + 1, -735160, 3672391} {
		dates.Append(days)
	}
	for _, micros := range []arrow.Timestamp{1<<63 - 1, -1<<63 + 1, -735160 * 86400_000_000, 3672391 * 86400_000_000} {
		times.Append(micros)
		unknown.Append(0)
	}
	zero := 0.0
	for _, f := range []float64{zero / zero, 1 / zero, -1 / zero, -1 * zero} {
		floats.Append(f)
	}
	columns := []named{{"d", dates.NewArray()}, {"t", times.NewArray()}, {"f", floats.NewArray()}, {"u", unknown.NewArray()}}
	r := recordOf(t, columns...)
	for _, c := range columns {
		c.values.Release()
	}
	want := "d,t,f,u\n" +
		"infinity,infinity,nan,1970-01-01 09:00:00+09\n" +
		"-infinity,-infinity,inf,1970-01-01 09:00:00+09\n" +
		"0044-03-15 (BC),0044-03-15 (BC) 00:00:00+00,-inf,1970-01-01 09:00:00+09\n" +
		"12024-08-31,12024-08-31 00:00:00+00,-0.0,1970-01-01 09:00:00+09\n"
	if diff := cmp.Diff(want, printed(t, print.Options{Format: print.CSV, Zone: tokyo}, readerOf(t, r))); diff != "" {
		t.Errorf("csv (-want +got):\n%s", diff)
	}
	want = `{"d":"infinity","t":"infinity","f":null,"u":"1970-01-01T09:00:00+09:00"}
{"d":"-infinity","t":"-infinity","f":null,"u":"1970-01-01T09:00:00+09:00"}
{"d":"-0043-03-15","t":"-0043-03-15T00:00:00+00:00","f":null,"u":"1970-01-01T09:00:00+09:00"}
{"d":"+12024-08-31","t":"+12024-08-31T00:00:00+00:00","f":-0.0,"u":"1970-01-01T09:00:00+09:00"}
`
	if diff := cmp.Diff(want, printed(t, print.Options{Format: print.NDJSON, Zone: tokyo}, readerOf(t, r))); diff != "" {
		t.Errorf("ndjson (-want +got):\n%s", diff)
	}
}

// TestDates compares every hundredth day of years that Go can write too.
func TestDates(t *testing.T) {
	days := array.NewDate32Builder(memory.DefaultAllocator)
	defer days.Release()
	want := strings.Builder{}
	want.WriteString("d\n")
	for day := -719162; day < 2932897; day += 97 {
		days.Append(arrow.Date32(day))
		want.WriteString(time.Unix(int64(day)*86400, 0).UTC().Format("2006-01-02\n"))
	}
	values := days.NewArray()
	defer values.Release()
	got := printed(t, print.Options{Format: print.CSV}, readerOf(t, recordOf(t, named{"d", values})))
	if diff := cmp.Diff(want.String(), got); diff != "" {
		t.Errorf("dates (-want +got):\n%s", diff)
	}
}

func TestUnknownType(t *testing.T) {
	batch := batchOf(t, fieldsOf("d", arrow.FixedWidthTypes.Duration_s), `[{"d": "1s"}]`)
	for _, name := range print.Formats() {
		t.Run(name, func(t *testing.T) {
			format, err := print.ParseFormat(name)
			if err != nil {
				t.Fatal(err)
			}
			p := print.New(&bytes.Buffer{}, print.Options{Format: format})
			if _, err := p.Print(readerOf(t, batch), whole); connector.KindOf(err) != connector.Unimplemented {
				t.Errorf("Print = %v, want kind unimplemented", err)
			}
		})
	}
}
