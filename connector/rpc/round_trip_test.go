package rpc

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// crossings are the types of the contract that travel, each there and back.
var crossings = map[string]func(*testing.T, *traveller){
	"Aggregate": crosses(aggregateToWire, aggregateFromWire),
	"Argument":  crosses(argumentToWire, argumentFromWire),
	"Call":      crosses(callToWire, callFromWire),
	"Changes":   crosses(changesToWire, always(changesFromWire)),
	"Count":     crosses(countToWire, countFromWire),
	"Error":     crosses(func(e connector.Error) *wire.Error { return errorToWire(&e) }, always(func(w *wire.Error) connector.Error { return *errorFromWire(w) })),
	"Estimate":  crosses(estimateToWire, always(estimateFromWire)),
	"Info":      crosses(infoToWire, always(infoFromWire)),
	"Mark":      crosses(markToWire, always(markFromWire)),
	"Metadata":  crosses(trackerToWire, trackerFromWire),
	"Outcome":   crosses(outcomeToWire, outcomeFromWire),
	"Procedure": func(t *testing.T, tr *traveller) { travels(t, tr, procedureToWire, procedureFromWire) },
	"Quota":     crosses(quotaToWire, always(quotaFromWire)),
	"Report":    crosses(reportToWire, always(reportFromWire)),
	"Scan":      crosses(scanToWire, scanFromWire),
	"Spending":  crosses(spendingToWire, always(spendingFromWire)),
	"Setting": func(t *testing.T, tr *traveller) {
		want := filled[connector.Setting](t, tr.structs)
		want.Place = connector.Place{} // what is resolved has none
		arrives(t, tr, want, settingToWire(want), always(settingFromWire))
	},
	"Table": func(t *testing.T, tr *traveller) { travels(t, tr, tableToWire, tableFromWire) },
}

// stays are the exported structs of the contract that do not travel.
var stays = map[string]string{
	"Changes":      "its readers travel as rows, its token in ChangesResponse",
	"Config":       "its parts travel in OpenRequest",
	"Options":      "as settings",
	"Secret":       "as settings",
	"SourceSpec":   "it is resolved before",
	"WriteRequest": "its readers travel as rows, the rest in WriteRequest",
}

// streamed are the messages that the other tests of this package send.
var streamed = map[string]bool{
	"ChangedRowsRequest": true, "ChangesResponse": true, "CloseRequest": true, "CloseResponse": true,
	"CountResponse": true, "DescribeRequest": true, "DescribeResponse": true, "MarkResponse": true, "MetadataRequest": true, "OpenRequest": true,
	"OpenResponse": true, "ProceduresRequest": true, "ProceduresResponse": true, "QuotasRequest": true, "QuotasResponse": true,
	"Rows": true, "ScanCall": true, "WidenRequest": true, "SpentRequest": true, "SplitRequest": true, "SplitResponse": true, "TablesRequest": true, "TablesResponse": true,
	"WriteAnswer": true, "WriteCall": true, "WriteRequest": true,
}

// TestRoundTrip sends every type of the contract with every field set, and
// compares what arrives. It fails for a field that is not carried, on either
// side: a field of the contract, filled by reflection, is missing in what
// arrives; a field of the protocol was set by nobody.
func TestRoundTrip(t *testing.T) {
	tr := &traveller{structs: map[string]bool{}, set: map[protoreflect.FullName]bool{}}
	for name, cross := range crossings {
		t.Run(name, func(t *testing.T) { cross(t, tr) })
	}
	for _, name := range exportedStructs(t) {
		if !tr.structs[name] && stays[name] == "" {
			t.Errorf("connector.%s is not carried, and nothing says why", name)
		}
	}
	messages := wire.File_connector_proto.Messages()
	for i := range messages.Len() {
		m := messages.Get(i)
		for j := range m.Fields().Len() {
			if f := m.Fields().Get(j); !streamed[string(m.Name())] && !tr.set[f.FullName()] {
				t.Errorf("nobody sets %s of the protocol", f.FullName())
			}
		}
	}
}

// traveller notes which structs were filled, and which fields of messages set.
type traveller struct {
	structs map[string]bool
	set     map[protoreflect.FullName]bool
}

func always[A, B any](f func(A) B) func(A) (B, error) {
	return func(a A) (B, error) { return f(a), nil }
}

func crosses[T any, M proto.Message](to func(T) M, from func(M) (T, error)) func(*testing.T, *traveller) {
	return func(t *testing.T, tr *traveller) {
		travels(t, tr, func(v T) (M, error) { return to(v), nil }, from)
	}
}

// travels sends a filled value.
func travels[T any, M proto.Message](t *testing.T, tr *traveller, to func(T) (M, error), from func(M) (T, error)) {
	t.Helper()
	want := filled[T](t, tr.structs)
	sent, err := to(want)
	if err != nil {
		t.Fatal(err)
	}
	arrives(t, tr, want, sent, from)
}

// arrives sends a message as bytes, and compares what it becomes.
func arrives[T any, M proto.Message](t *testing.T, tr *traveller, want T, sent M, from func(M) (T, error)) {
	t.Helper()
	tr.note(sent.ProtoReflect())
	encoded, err := proto.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	arrived := sent.ProtoReflect().New().Interface().(M)
	if err := proto.Unmarshal(encoded, arrived); err != nil {
		t.Fatal(err)
	}
	got, err := from(arrived)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, same); diff != "" {
		t.Errorf("round trip (-want +got):\n%s", diff)
	}
}

// note notes the fields that are set in a message and those in it.
func (tr *traveller) note(m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		tr.set[f.FullName()] = true
		switch {
		case f.IsMap() || f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				tr.note(v.List().Get(i).Message())
			}
		default:
			tr.note(v.Message())
		}
		return true
	})
}

// same compares what has no exported fields.
var same = cmp.Options{
	cmp.Comparer(func(a, b connector.Value) bool { return a == b }),
	cmp.Comparer(func(a, b arrow.DataType) bool { return arrow.TypeEqual(a, b, arrow.CheckMetadata()) }),
	cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() == reflect.TypeFor[error]() },
		cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) })),
}

// exportedStructs returns the names of the contract's structs.
func exportedStructs(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() {
				if _, ok := spec.Type.(*ast.StructType); ok {
					names = append(names, spec.Name.Name)
				}
			}
			return true
		})
	}
	if len(names) < 30 {
		t.Errorf("found only %v", names)
	}
	return names
}

// filled returns a T of which every exported field is set, in all depths: lists
// of what there are kinds of hold one of each.
func filled[T any](t *testing.T, structs map[string]bool) T {
	t.Helper()
	var v T
	f := filler{t: t, structs: structs, used: map[reflect.Type]int{}}
	f.fill(reflect.ValueOf(&v).Elem())
	return v
}

type filler struct {
	t       *testing.T
	structs map[string]bool
	used    map[reflect.Type]int // of kinds
	count   int
}

// kinds are values of types that cannot be filled field by field.
var kinds = map[reflect.Type][]any{
	reflect.TypeFor[connector.Value]():        anys(everyValue()),
	reflect.TypeFor[arrow.DataType]():         anys(everyType()),
	reflect.TypeFor[connector.Access]():       {connector.Insertable, connector.Updatable, connector.Insertable | connector.Updatable},
	reflect.TypeFor[connector.Actions]():      {connector.Insert | connector.Update | connector.Upsert | connector.Delete},
	reflect.TypeFor[time.Time]():              {time.Date(2026, 1, 31, 9, 0, 0, 123456789, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 1, time.UTC)},
	reflect.TypeFor[*connector.Error]():       {(&connector.Error{Kind: connector.Conflict, Op: "write", Place: connector.Place{File: "a.xml", Line: 1, Column: 2}, Err: errors.New("was changed"), RetryAfter: time.Minute}).WithHint("Read it again.")},
	reflect.TypeFor[error]():                  {errors.New("課題: the reason")},
	reflect.TypeFor[time.Duration]():          {1500 * time.Millisecond},
	reflect.TypeFor[connector.Kind]():         numbered[connector.Kind](),
	reflect.TypeFor[connector.Grade]():        numbered[connector.Grade](),
	reflect.TypeFor[connector.Operator]():     numbered[connector.Operator](),
	reflect.TypeFor[connector.OptionType]():   numbered[connector.OptionType](),
	reflect.TypeFor[connector.Completeness](): numbered[connector.Completeness](),
	reflect.TypeFor[connector.Result]():       numbered[connector.Result](),
	reflect.TypeFor[connector.ValueKind]():    numbered[connector.ValueKind](),
}

// numbered returns the constants of an enumeration, as far as they have names,
// the zero last.
func numbered[T interface {
	~uint8
	fmt.Stringer
}]() []any {
	var all []any
	for n := T(1); !strings.Contains(n.String(), "("); n++ {
		all = append(all, n)
	}
	return append(all, T(0))
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

func (f *filler) fill(v reflect.Value) {
	f.count++
	f.structs[v.Type().Name()] = true
	if of := kinds[v.Type()]; of != nil {
		v.Set(reflect.ValueOf(of[f.used[v.Type()]%len(of)]))
		f.used[v.Type()]++
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), length(v.Type().Elem()), length(v.Type().Elem())))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("文字 %d's \"text\"", f.count))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(-int64(f.count) << 20)
	default:
		f.t.Fatalf("no value for the type %s: teach the test one", v.Type())
	}
}

// length is how long a list must be to hold one of each kind.
func length(element reflect.Type) int {
	n := max(2, len(kinds[element]))
	if element.Kind() == reflect.Struct && kinds[element] == nil {
		for i := range element.NumField() {
			n = max(n, len(kinds[element.Field(i).Type]))
		}
	}
	return n
}

func everyValue() []connector.Value {
	decimal, err := connector.DecimalOf("-12345678901234567890.500")
	if err != nil {
		panic(err)
	}
	return []connector.Value{
		connector.BoolOf(true), connector.BoolOf(false), connector.IntOf(math.MinInt64), connector.IntOf(math.MaxInt64),
		connector.FloatOf(0.1), connector.FloatOf(math.Inf(-1)), connector.FloatOf(math.NaN()), decimal,
		connector.TextOf("課題 \x00 \xff"), connector.TextOf(""), connector.BytesOf([]byte{0, 255}), connector.BytesOf(nil),
		connector.DateOf(-719162), connector.TimeOf(86_400_000_000), connector.TimestampOf(-1), connector.LocalOf(math.MaxInt64),
		connector.Null(),
	}
}

func everyType() []arrow.DataType {
	text, number := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	types := []arrow.DataType{
		arrow.Null, arrow.FixedWidthTypes.Boolean, arrow.FixedWidthTypes.Float16,
		text, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.StringView,
		arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeBinary, arrow.BinaryTypes.BinaryView, &arrow.FixedSizeBinaryType{ByteWidth: 16},
		&arrow.Decimal32Type{Precision: 9, Scale: 2}, &arrow.Decimal64Type{Precision: 18, Scale: -2},
		&arrow.Decimal128Type{Precision: 38, Scale: 38}, &arrow.Decimal256Type{Precision: 76, Scale: 0},
		arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64, arrow.FixedWidthTypes.Time32s, arrow.FixedWidthTypes.Time64ns,
		&arrow.TimestampType{Unit: arrow.Second}, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Asia/Tokyo"},
		arrow.FixedWidthTypes.Duration_ms, arrow.FixedWidthTypes.MonthInterval, arrow.FixedWidthTypes.DayTimeInterval,
		arrow.FixedWidthTypes.MonthDayNanoInterval,
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint16, ValueType: text, Ordered: true},
		arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, text),
		arrow.ListOfNonNullable(number), arrow.LargeListOf(arrow.ListOf(text)), arrow.ListViewOf(number), arrow.FixedSizeListOf(3, number),
		arrow.MapOf(text, arrow.ListOf(&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: text})),
		arrow.StructOf(
			arrow.Field{Name: "名前", Type: arrow.StructOf(arrow.Field{Name: "x", Type: &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "+09:00"}}), Nullable: true},
			arrow.Field{Name: "", Type: number},
		),
		arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: number}, {Name: "b", Type: text}}, []arrow.UnionTypeCode{3, 5}),
	}
	return append(types, arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Uint64, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64)
}
