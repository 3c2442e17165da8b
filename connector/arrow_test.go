package connector_test

import (
	"errors"
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

var (
	instantMicros = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Asia/Tokyo"}
	localNanos    = &arrow.TimestampType{Unit: arrow.Nanosecond}
)

// decimalOf is for digits that are known to be right.
func decimalOf(digits string) connector.Value {
	v, err := connector.DecimalOf(digits)
	if err != nil {
		panic(err)
	}
	return v
}

// roundTrips holds for each Arrow type values at its edges, which pass through
// AppendValue and ValueAt unchanged.
var roundTrips = map[string]struct {
	typ    arrow.DataType
	kind   connector.ValueKind
	values []connector.Value
}{
	"bool":          {arrow.FixedWidthTypes.Boolean, connector.BoolValue, []connector.Value{connector.BoolOf(true), connector.BoolOf(false)}},
	"int8":          {arrow.PrimitiveTypes.Int8, connector.IntValue, ints(-128, 0, 127)},
	"int16":         {arrow.PrimitiveTypes.Int16, connector.IntValue, ints(-32768, 32767)},
	"int32":         {arrow.PrimitiveTypes.Int32, connector.IntValue, ints(math.MinInt32, math.MaxInt32)},
	"int64":         {arrow.PrimitiveTypes.Int64, connector.IntValue, ints(math.MinInt64, 0, math.MaxInt64)},
	"uint8":         {arrow.PrimitiveTypes.Uint8, connector.IntValue, ints(0, 255)},
	"uint16":        {arrow.PrimitiveTypes.Uint16, connector.IntValue, ints(0, 65535)},
	"uint32":        {arrow.PrimitiveTypes.Uint32, connector.IntValue, ints(0, math.MaxUint32)},
	"uint64":        {arrow.PrimitiveTypes.Uint64, connector.IntValue, append(ints(0, math.MaxInt64), decimalOf("9223372036854775808"), decimalOf("18446744073709551615"))},
	"float16":       {arrow.FixedWidthTypes.Float16, connector.FloatValue, floats(0.5, -65504, math.Inf(1), math.NaN())},
	"float32":       {arrow.PrimitiveTypes.Float32, connector.FloatValue, floats(0.25, -math.MaxFloat32, math.Inf(-1), math.NaN())},
	"float64":       {arrow.PrimitiveTypes.Float64, connector.FloatValue, floats(0.1, math.MaxFloat64, math.SmallestNonzeroFloat64, math.NaN())},
	"decimal32":     {&arrow.Decimal32Type{Precision: 9, Scale: 2}, connector.DecimalValue, decimals("-9999999.99", "0.00", "0.05")},
	"decimal64":     {&arrow.Decimal64Type{Precision: 18, Scale: 18}, connector.DecimalValue, decimals("-0.999999999999999999", "0.000000000000000001")},
	"decimal128":    {&arrow.Decimal128Type{Precision: 38, Scale: 0}, connector.DecimalValue, decimals("-99999999999999999999999999999999999999", "7")},
	"decimal256":    {&arrow.Decimal256Type{Precision: 76, Scale: 1}, connector.DecimalValue, decimals("-999999999999999999999999999999999999999999999999999999999999999999999999999.9", "1.0")},
	"decimal scale": {&arrow.Decimal128Type{Precision: 5, Scale: -2}, connector.DecimalValue, decimals("1200", "-300", "0")},
	"utf8":          {arrow.BinaryTypes.String, connector.TextValue, texts("", "a", "担当者\x00\u0301")},
	"large_utf8":    {arrow.BinaryTypes.LargeString, connector.TextValue, texts("", "a")},
	"string_view":   {arrow.BinaryTypes.StringView, connector.TextValue, texts("", "short", "longer than twelve bytes")},
	"binary":        {arrow.BinaryTypes.Binary, connector.BytesValue, blobs("", "\xff\x00")},
	"large_binary":  {arrow.BinaryTypes.LargeBinary, connector.BytesValue, blobs("", "\xff\x00")},
	"binary_view":   {arrow.BinaryTypes.BinaryView, connector.BytesValue, blobs("", "longer than twelve bytes")},
	"fixed binary":  {&arrow.FixedSizeBinaryType{ByteWidth: 2}, connector.BytesValue, blobs("\xff\x00")},
	"date32":        {arrow.FixedWidthTypes.Date32, connector.DateValue, []connector.Value{connector.DateOf(math.MinInt32), connector.DateOf(-1), connector.DateOf(math.MaxInt32)}},
	"date64":        {arrow.FixedWidthTypes.Date64, connector.DateValue, []connector.Value{connector.DateOf(-1), connector.DateOf(20000)}},
	"time32 s":      {arrow.FixedWidthTypes.Time32s, connector.TimeValue, []connector.Value{connector.TimeOf(0), connector.TimeOf(86399_000000)}},
	"time32 ms":     {arrow.FixedWidthTypes.Time32ms, connector.TimeValue, []connector.Value{connector.TimeOf(1000)}},
	"time64 us":     {arrow.FixedWidthTypes.Time64us, connector.TimeValue, []connector.Value{connector.TimeOf(86399_999999)}},
	"time64 ns":     {arrow.FixedWidthTypes.Time64ns, connector.TimeValue, []connector.Value{connector.TimeOf(86399_999999)}},
	"instant s":     {arrow.FixedWidthTypes.Timestamp_s, connector.TimestampValue, []connector.Value{connector.TimestampOf(-1_000000), connector.TimestampOf(0)}},
	"instant ms":    {arrow.FixedWidthTypes.Timestamp_ms, connector.TimestampValue, []connector.Value{connector.TimestampOf(-1000)}},
	"instant us":    {instantMicros, connector.TimestampValue, []connector.Value{connector.TimestampOf(math.MinInt64), connector.TimestampOf(-1)}},
	"instant ns":    {arrow.FixedWidthTypes.Timestamp_ns, connector.TimestampValue, []connector.Value{connector.TimestampOf(-1)}},
	"local s":       {&arrow.TimestampType{Unit: arrow.Second}, connector.LocalValue, []connector.Value{connector.LocalOf(1_000000)}},
	"local us":      {&arrow.TimestampType{Unit: arrow.Microsecond}, connector.LocalValue, []connector.Value{connector.LocalOf(1)}},
	"local ns":      {localNanos, connector.LocalValue, []connector.Value{connector.LocalOf(-1)}},
	"dictionary of text": {
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String},
		connector.TextValue, texts("a", "b", "a"),
	},
	"dictionary of instants": {
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint16, ValueType: instantMicros},
		connector.TimestampValue,
		[]connector.Value{connector.TimestampOf(5), connector.TimestampOf(5)},
	},
	"run-end encoded": {arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int16), connector.IntValue, ints(7, 7, 8)},
	"run-end encoded dictionary": {
		arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}),
		connector.TextValue, texts("a", "a", "b"),
	},
}

func ints(ns ...int64) []connector.Value      { return values(connector.IntOf, ns) }
func floats(fs ...float64) []connector.Value  { return values(connector.FloatOf, fs) }
func decimals(ds ...string) []connector.Value { return values(decimalOf, ds) }
func texts(ts ...string) []connector.Value    { return values(connector.TextOf, ts) }
func blobs(bs ...string) []connector.Value    { return values(blobOf, bs) }
func blobOf(b string) connector.Value         { return connector.BytesOf([]byte(b)) }
func isInvalid(err error) bool                { return connector.KindOf(err) == connector.Invalid }
func values[T any](of func(T) connector.Value, ts []T) []connector.Value {
	vs := make([]connector.Value, len(ts))
	for i, t := range ts {
		vs[i] = of(t)
	}
	return vs
}

func TestValueAtGivesWhatAppendValueTook(t *testing.T) {
	for name, test := range roundTrips {
		t.Run(name, func(t *testing.T) {
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			defer mem.AssertSize(t, 0)
			want := append(append([]connector.Value{connector.Null()}, test.values...), connector.Null())
			a := build(t, mem, test.typ, want)
			defer a.Release()
			for row, want := range want {
				if got, ok := connector.ValueAt(a, row); got != want || !ok {
					t.Errorf("ValueAt(%s, %d) = %v, %v, want %v, true", a, row, got, ok, want)
				}
			}
			part := array.NewSlice(a, 1, int64(a.Len()))
			defer part.Release()
			if got, ok := connector.ValueAt(part, 0); got != test.values[0] || !ok {
				t.Errorf("ValueAt of a slice = %v, %v, want %v, true", got, ok, test.values[0])
			}
		})
	}
}

func build(t *testing.T, mem memory.Allocator, typ arrow.DataType, values []connector.Value) arrow.Array {
	t.Helper()
	b := array.NewBuilder(mem, typ)
	defer b.Release()
	for _, v := range values {
		if err := connector.AppendValue(b, v); err != nil {
			t.Fatalf("AppendValue(%s, %v) = %v", typ, v, err)
		}
	}
	return b.NewArray()
}

func TestValuesOutliveTheirArray(t *testing.T) {
	raw := []byte("abc")
	data := array.NewData(arrow.BinaryTypes.String, 1, []*memory.Buffer{
		nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes([]int32{0, 3})), memory.NewBufferBytes(raw),
	}, nil, 0, 0)
	defer data.Release()
	a := array.NewStringData(data)
	defer a.Release()
	v, _ := connector.ValueAt(a, 0)
	copy(raw, "xyz")
	if v != connector.TextOf("abc") {
		t.Errorf("ValueAt shares the array's memory: the value became %v", v)
	}
}

func TestComparesWith(t *testing.T) {
	for name, test := range roundTrips {
		if kind, ok := connector.ComparesWith(test.typ); kind != test.kind || !ok {
			t.Errorf("%s: ComparesWith(%s) = %s, %v, want %s, true", name, test.typ, kind, ok, test.kind)
		}
	}
	for _, typ := range withoutConstants() {
		if kind, ok := connector.ComparesWith(typ); kind != connector.NullValue || ok {
			t.Errorf("ComparesWith(%s) = %s, %v, want null, false", typ, kind, ok)
		}
	}
}

func withoutConstants() []arrow.DataType {
	return []arrow.DataType{
		arrow.ListOf(arrow.PrimitiveTypes.Int64), arrow.LargeListOf(arrow.PrimitiveTypes.Int64),
		arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int64),
		arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int64}),
		arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64),
		arrow.FixedWidthTypes.Duration_us, arrow.FixedWidthTypes.MonthInterval,
		extensions.NewUUIDType(),
	}
}

func TestValueAtOfTypesWithoutConstants(t *testing.T) {
	for _, typ := range withoutConstants() {
		b := array.NewBuilder(memory.DefaultAllocator, typ)
		b.AppendEmptyValue()
		b.AppendNull()
		a := b.NewArray()
		if got, ok := connector.ValueAt(a, 0); ok {
			t.Errorf("ValueAt(%s, 0) = %v, true, want false", a, got)
		}
		if got, ok := connector.ValueAt(a, 1); !got.IsNull() || !ok {
			t.Errorf("ValueAt(%s, 1) = %v, %v, want NULL, true", a, got, ok)
		}
		if err := connector.AppendValue(b, connector.IntOf(1)); !isInvalid(err) {
			t.Errorf("AppendValue(%s, 1) = %v, want kind invalid", typ, err)
		}
	}
	if got, ok := connector.ValueAt(array.NewNull(1), 0); !got.IsNull() || !ok {
		t.Errorf("ValueAt(null array, 0) = %v, %v, want NULL, true", got, ok)
	}
}

func TestValueAtOfCellsThatNoConstantEquals(t *testing.T) {
	mem := memory.DefaultAllocator
	instants := array.NewTimestampBuilder(mem, localNanos)
	instants.Append(1)
	seconds := array.NewTimestampBuilder(mem, &arrow.TimestampType{Unit: arrow.Second})
	seconds.Append(math.MaxInt64)
	times := array.NewTime64Builder(mem, &arrow.Time64Type{Unit: arrow.Nanosecond})
	times.Append(1001)
	days := array.NewDate64Builder(mem)
	days.Append(1)
	for name, b := range map[string]array.Builder{
		"half a microsecond": instants, "the year 292 billion": seconds, "time": times, "a millisecond": days,
	} {
		a := b.NewArray()
		if got, ok := connector.ValueAt(a, 0); ok {
			t.Errorf("%s: ValueAt(%s, 0) = %v, true, want false", name, a, got)
		}
	}
}

func TestAppendValueConvertsNumbersExactlyOrNotAtAll(t *testing.T) {
	tests := map[string]struct {
		typ arrow.DataType
		in  connector.Value
		// want is NULL where the value does not fit.
		want connector.Value
	}{
		"float into int":            {arrow.PrimitiveTypes.Int32, connector.FloatOf(3), connector.IntOf(3)},
		"fraction into int":         {arrow.PrimitiveTypes.Int32, connector.FloatOf(3.5), connector.Null()},
		"NaN into int":              {arrow.PrimitiveTypes.Int32, connector.FloatOf(math.NaN()), connector.Null()},
		"decimal into int":          {arrow.PrimitiveTypes.Int64, decimalOf("7.00"), connector.IntOf(7)},
		"256 into uint8":            {arrow.PrimitiveTypes.Uint8, connector.IntOf(256), connector.Null()},
		"-1 into uint64":            {arrow.PrimitiveTypes.Uint64, connector.IntOf(-1), connector.Null()},
		"128 into int8":             {arrow.PrimitiveTypes.Int8, connector.IntOf(128), connector.Null()},
		"2^64-1 into int8":          {arrow.PrimitiveTypes.Int8, decimalOf("18446744073709551615"), connector.Null()},
		"2^64 into uint64":          {arrow.PrimitiveTypes.Uint64, decimalOf("18446744073709551616"), connector.Null()},
		"int into float64":          {arrow.PrimitiveTypes.Float64, connector.IntOf(1 << 53), connector.FloatOf(1 << 53)},
		"2^53+1 into float64":       {arrow.PrimitiveTypes.Float64, connector.IntOf(1<<53 + 1), connector.Null()},
		"a tenth into float32":      {arrow.PrimitiveTypes.Float32, connector.FloatOf(0.1), connector.Null()},
		"half into float16":         {arrow.FixedWidthTypes.Float16, decimalOf("0.5"), connector.FloatOf(0.5)},
		"a million into float16":    {arrow.FixedWidthTypes.Float16, connector.IntOf(1000000), connector.Null()},
		"int into decimal":          {&arrow.Decimal128Type{Precision: 3, Scale: 1}, connector.IntOf(-12), decimalOf("-12.0")},
		"too large for decimal":     {&arrow.Decimal128Type{Precision: 3, Scale: 1}, connector.IntOf(100), connector.Null()},
		"too fine for decimal":      {&arrow.Decimal64Type{Precision: 3, Scale: 1}, decimalOf("0.05"), connector.Null()},
		"too coarse for decimal":    {&arrow.Decimal32Type{Precision: 3, Scale: -1}, connector.IntOf(11), connector.Null()},
		"infinity into decimal":     {&arrow.Decimal256Type{Precision: 3, Scale: 1}, connector.FloatOf(math.Inf(1)), connector.Null()},
		"text into int":             {arrow.PrimitiveTypes.Int32, connector.TextOf("3"), connector.Null()},
		"date into instant":         {instantMicros, connector.DateOf(3), connector.Null()},
		"local into instant":        {instantMicros, connector.LocalOf(3), connector.Null()},
		"microsecond into seconds":  {arrow.FixedWidthTypes.Timestamp_s, connector.TimestampOf(1), connector.Null()},
		"far year into nanoseconds": {localNanos, connector.LocalOf(math.MaxInt64), connector.Null()},
		"three bytes into two":      {&arrow.FixedSizeBinaryType{ByteWidth: 2}, blobOf("abc"), connector.Null()},
		"far day into date32":       {arrow.FixedWidthTypes.Date32, connector.DateOf(1 << 31), connector.Null()},
		"far day into date64":       {arrow.FixedWidthTypes.Date64, connector.DateOf(1 << 60), connector.Null()},
		"far time into time32":      {arrow.FixedWidthTypes.Time32s, connector.TimeOf(1 << 31 * 1_000_000), connector.Null()},
		"misfit into dictionary":    {&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.PrimitiveTypes.Int8}, connector.IntOf(200), connector.Null()},
		"misfit into run-end":       {arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int8), connector.IntOf(200), connector.Null()},
		"number into the null type": {arrow.Null, connector.IntOf(1), connector.Null()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := array.NewBuilder(memory.DefaultAllocator, test.typ)
			defer b.Release()
			err := connector.AppendValue(b, test.in)
			if test.want.IsNull() {
				if !isInvalid(err) || b.Len() != 0 {
					t.Errorf("AppendValue(%s, %v) = %v, %d rows; want kind invalid, none", test.typ, test.in, err, b.Len())
				}
				return
			}
			if err != nil {
				t.Fatalf("AppendValue(%s, %v) = %v", test.typ, test.in, err)
			}
			a := b.NewArray()
			defer a.Release()
			if got, _ := connector.ValueAt(a, 0); got != test.want {
				t.Errorf("AppendValue(%s, %v) kept %v, want %v", test.typ, test.in, got, test.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	all := connector.Filters{}
	for op := range all {
		all[op] = connector.Exact
	}
	table := connector.Table{Name: "Issues", Columns: []connector.Column{
		{Name: "Id", Type: arrow.PrimitiveTypes.Int64, Filters: all},
		{Name: "Title", Type: arrow.BinaryTypes.String, Filters: all},
		{Name: "Free", Type: arrow.BinaryTypes.String},
		{Name: "Labels", Type: arrow.ListOf(arrow.BinaryTypes.String), Filters: connector.Filters{connector.IsNull: connector.Exact, connector.Eq: connector.Exact}},
	}}
	one := func(column string, op connector.Operator, vs ...connector.Value) connector.Predicate {
		return connector.Predicate{Column: column, Op: op, Values: vs}
	}
	tests := map[string]struct {
		in   connector.Predicate
		want connector.Kind
		ok   bool
	}{
		"number":                 {in: one("id", connector.Eq, connector.IntOf(1)), ok: true},
		"another kind of number": {in: one("Id", connector.In, decimalOf("1.5"), connector.FloatOf(2)), ok: true},
		"none of many":           {in: one("Id", connector.In), ok: true},
		"null check":             {in: one("Id", connector.IsNull), ok: true},
		"null check of a list":   {in: one("Labels", connector.IsNull), ok: true},
		"ignored":                {in: one("Free", connector.Eq, connector.IntOf(1)), ok: true},
		"text in an int":         {in: one("Id", connector.Ge, connector.TextOf("1")), want: connector.Invalid},
		"NULL":                   {in: one("Id", connector.Eq, connector.Null()), want: connector.Invalid},
		"one of many":            {in: one("Id", connector.NotIn, connector.IntOf(1), connector.DateOf(1)), want: connector.Invalid},
		"prefix of a number":     {in: one("Id", connector.Prefix, connector.IntOf(1)), want: connector.Invalid},
		"a number within a text": {in: one("Title", connector.Contains, connector.IntOf(1)), want: connector.Invalid},
		"list":                   {in: one("Labels", connector.Eq, connector.TextOf("a")), want: connector.Invalid},
		"no constant":            {in: one("Id", connector.Eq), want: connector.Invalid},
		"two constants":          {in: one("Id", connector.Lt, connector.IntOf(1), connector.IntOf(2)), want: connector.Invalid},
		"a constant for IS NULL": {in: one("Id", connector.IsNotNull, connector.IntOf(1)), want: connector.Invalid},
		"unknown column":         {in: one("Ids", connector.IsNull), want: connector.NotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := table.Check(test.in)
			var e *connector.Error
			if (err == nil) != test.ok || err != nil && (!errors.As(err, &e) || e.Kind != test.want) {
				t.Errorf("Check(%s) = %v, want ok %v, kind %s", test.in, err, test.ok, test.want)
			}
		})
	}
}
