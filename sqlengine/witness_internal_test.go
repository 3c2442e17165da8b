package sqlengine

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

func TestWitnesses(t *testing.T) {
	decimal, err := connector.DecimalOf("5.50")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]struct {
		of       arrow.DataType
		constant connector.Value
	}{
		"number":    {arrow.PrimitiveTypes.Int64, connector.IntOf(5)},
		"byte":      {arrow.PrimitiveTypes.Uint8, connector.IntOf(5)},
		"fraction":  {arrow.PrimitiveTypes.Int64, connector.FloatOf(5.5)},
		"float":     {arrow.PrimitiveTypes.Float64, connector.FloatOf(1e300)},
		"single":    {arrow.PrimitiveTypes.Float32, connector.FloatOf(0.1)},
		"decimal":   {&arrow.Decimal128Type{Precision: 9, Scale: 2}, decimal},
		"whole":     {arrow.PrimitiveTypes.Int32, decimal},
		"text":      {arrow.BinaryTypes.String, connector.TextOf("完了")},
		"bytes":     {arrow.BinaryTypes.Binary, connector.BytesOf([]byte{7})},
		"day":       {arrow.FixedWidthTypes.Date32, connector.DateOf(5)},
		"time":      {arrow.FixedWidthTypes.Time64us, connector.TimeOf(5)},
		"timestamp": {arrow.FixedWidthTypes.Timestamp_us, connector.TimestampOf(5)},
		"local":     {&arrow.TimestampType{Unit: arrow.Microsecond}, connector.LocalOf(5)},
	}
	for name, test := range types {
		for _, op := range []connector.Operator{connector.Lt, connector.Gt, connector.Ne, connector.NotIn} {
			where := []connector.Predicate{{Column: "c", Op: op, Values: []connector.Value{test.constant}}}
			column := connector.Column{Name: "c", Type: test.of}
			v, ok := witness(&column, where)
			if !ok || v.IsNull() || !where[0].Match(v) || !holds(test.of, v) {
				t.Errorf("witness of %s for %v = %v, %t", name, where, v, ok)
			}
		}
	}
}

func TestWitnessesOfSeveral(t *testing.T) {
	p := func(op connector.Operator, values ...int64) connector.Predicate {
		q := connector.Predicate{Column: "n", Op: op}
		for _, v := range values {
			q.Values = append(q.Values, connector.IntOf(v))
		}
		return q
	}
	table := connector.Table{Columns: []connector.Column{{Name: "n", Type: arrow.PrimitiveTypes.Uint8, Nullable: true}}}
	tests := map[string]struct {
		where []connector.Predicate
		want  bool
	}{
		"in":            {[]connector.Predicate{p(connector.In, 3, 4), p(connector.Ge, 4)}, true},
		"null":          {[]connector.Predicate{p(connector.IsNull)}, true},
		"not null":      {[]connector.Predicate{p(connector.IsNotNull)}, true},
		"between":       {[]connector.Predicate{p(connector.Ge, 1), p(connector.Lt, 2)}, true},
		"contradiction": {[]connector.Predicate{p(connector.Eq, 1), p(connector.Eq, 2)}, false},
		"out of range":  {[]connector.Predicate{p(connector.Gt, 255)}, false},
		"none":          {nil, true},
		"other column":  {[]connector.Predicate{{Column: "m", Op: connector.IsNull}}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			values, ok := witnesses(&table, test.where)
			if ok != test.want {
				t.Fatalf("witnesses(%v) = %v, %t, want %t", test.where, values, ok, test.want)
			}
			for _, q := range test.where {
				if ok && !q.Match(values[q.Column]) {
					t.Errorf("%v is not satisfied by %v", q, values[q.Column])
				}
			}
		})
	}
}
