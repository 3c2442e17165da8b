package connector_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
)

// ascending are values of which each is less than the next.
var ascending = map[string][]connector.Value{
	"booleans": {connector.BoolOf(false), connector.BoolOf(true)},
	"numbers of all kinds": {
		connector.FloatOf(math.Inf(-1)), decimalOf("-1"), connector.FloatOf(-0.5), connector.IntOf(0),
		connector.FloatOf(math.SmallestNonzeroFloat64), decimalOf("0.1"), connector.FloatOf(0.1), connector.IntOf(1),
		decimalOf("1.0000000000000000000001"), connector.IntOf(1 << 53), connector.IntOf(1<<53 + 1),
		connector.FloatOf(1<<53 + 2), connector.IntOf(math.MaxInt64), decimalOf("9223372036854775807.5"),
		connector.FloatOf(1 << 63), decimalOf("99999999999999999999999999999999999999999"),
		connector.FloatOf(math.MaxFloat64), connector.FloatOf(math.Inf(1)), connector.FloatOf(math.NaN()),
	},
	"text by its bytes": texts("", "\x00", " ", "A", "Z", "a", "a ", "ab", "b", "\u00e9", "\u3042", "\uff41", "\U0001f600"),
	"bytes":             blobs("", "\x00", "a", "\xff", "\xff\x00"),
	"days":              {connector.DateOf(-1), connector.DateOf(0), connector.DateOf(1)},
	"times":             {connector.TimeOf(0), connector.TimeOf(1)},
	"instants":          {connector.TimestampOf(math.MinInt64), connector.TimestampOf(-1), connector.TimestampOf(math.MaxInt64)},
	"local times":       {connector.LocalOf(-1), connector.LocalOf(0)},
}

func TestCompareOrdersEveryPair(t *testing.T) {
	for name, vs := range ascending {
		t.Run(name, func(t *testing.T) {
			for i, v := range vs {
				for j, w := range vs {
					want := sign(i - j)
					if got, ok := v.Compare(w); got != want || !ok {
						t.Errorf("(%v).Compare(%v) = %d, %v, want %d, true", v, w, got, ok, want)
					}
				}
			}
		})
	}
}

func sign(n int) int { return min(1, max(-1, n)) }

func TestCompareAcrossKinds(t *testing.T) {
	for name, vs := range ascending {
		for other, ws := range ascending {
			if name == other {
				continue
			}
			if got, ok := vs[0].Compare(ws[0]); ok {
				t.Errorf("(%v).Compare(%v) = %d, true; %s and %s cannot be compared", vs[0], ws[0], got, name, other)
			}
		}
		for _, pair := range [][2]connector.Value{{vs[0], connector.Null()}, {connector.Null(), vs[0]}} {
			if got, ok := pair[0].Compare(pair[1]); ok {
				t.Errorf("(%v).Compare(%v) = %d, true, want false", pair[0], pair[1], got)
			}
		}
	}
	if _, ok := connector.Null().Compare(connector.Null()); ok {
		t.Error("NULL compares with NULL")
	}
}

func TestCompareEqualNumbers(t *testing.T) {
	equal := [][]connector.Value{
		{connector.IntOf(0), connector.FloatOf(0), connector.FloatOf(math.Copysign(0, -1)), decimalOf("0"), decimalOf("-0.00")},
		{connector.IntOf(10), connector.FloatOf(10), decimalOf("10"), decimalOf("10.000"), decimalOf("010"), decimalOf("+10.")},
		{connector.FloatOf(0.5), decimalOf("0.5"), decimalOf(".5")},
		{connector.IntOf(math.MinInt64), connector.FloatOf(math.MinInt64), decimalOf("-9223372036854775808")},
		{connector.FloatOf(math.NaN()), connector.FloatOf(math.Float64frombits(0xfff8000000000001))},
	}
	for _, vs := range equal {
		for _, v := range vs {
			for _, w := range vs {
				if got, ok := v.Compare(w); got != 0 || !ok {
					t.Errorf("(%v).Compare(%v) = %d, %v, want 0, true", v, w, got, ok)
				}
			}
		}
	}
}

func TestValueString(t *testing.T) {
	tests := map[string]struct {
		in   connector.Value
		want string
	}{
		"null":              {connector.Null(), "NULL"},
		"zero value":        {connector.Value{}, "NULL"},
		"true":              {connector.BoolOf(true), "true"},
		"false":             {connector.BoolOf(false), "false"},
		"int":               {connector.IntOf(math.MinInt64), "-9223372036854775808"},
		"float":             {connector.FloatOf(5), "5e0"},
		"large float":       {connector.FloatOf(1e300), "1e+300"},
		"negative zero":     {connector.FloatOf(math.Copysign(0, -1)), "-0e0"},
		"NaN":               {connector.FloatOf(math.NaN()), "'NaN'::DOUBLE"},
		"infinity":          {connector.FloatOf(math.Inf(1)), "'Infinity'::DOUBLE"},
		"negative infinity": {connector.FloatOf(math.Inf(-1)), "'-Infinity'::DOUBLE"},
		"decimal":           {decimalOf("-12.50"), "-12.50"},
		"text":              {connector.TextOf("it's"), "'it''s'"},
		"empty text":        {connector.TextOf(""), "''"},
		"backslash":         {connector.TextOf(`a\n`), `'a\n'`},
		"bytes":             {blobOf("\x00a'\xff"), `'\x00\x61\x27\xFF'::BLOB`},
		"no bytes":          {blobOf(""), `''::BLOB`},
		"day":               {connector.DateOf(20089), "DATE '2025-01-01'"},
		"day before 1970":   {connector.DateOf(-1), "DATE '1969-12-31'"},
		"far day":           {connector.DateOf(2932897), "DATE '10000-01-01'"},
		"midnight":          {connector.TimeOf(0), "TIME '00:00:00'"},
		"time":              {connector.TimeOf(3_661_000_010), "TIME '01:01:01.00001'"},
		"end of the day":    {connector.TimeOf(86_400_000_000), "TIME '24:00:00'"},
		"instant":           {connector.TimestampOf(-1), "TIMESTAMPTZ '1969-12-31 23:59:59.999999+00'"},
		"local time":        {connector.LocalOf(1_500_000), "TIMESTAMP '1970-01-01 00:00:01.5'"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.in.String(); got != test.want {
				t.Errorf("String() = %s, want %s", got, test.want)
			}
		})
	}
}

func TestValueContents(t *testing.T) {
	if v := connector.BoolOf(true); !v.Bool() || v.Kind() != connector.BoolValue {
		t.Errorf("BoolOf(true) holds %v, kind %s", v.Bool(), v.Kind())
	}
	for kind, v := range map[connector.ValueKind]connector.Value{
		connector.IntValue: connector.IntOf(7), connector.DateValue: connector.DateOf(7), connector.TimeValue: connector.TimeOf(7),
		connector.TimestampValue: connector.TimestampOf(7), connector.LocalValue: connector.LocalOf(7),
	} {
		if v.Int() != 7 || v.Kind() != kind || v.IsNull() {
			t.Errorf("%v holds %d, kind %s, want 7, %s", v, v.Int(), v.Kind(), kind)
		}
	}
	for kind, v := range map[connector.ValueKind]connector.Value{
		connector.TextValue: connector.TextOf("1.5"), connector.BytesValue: blobOf("1.5"), connector.DecimalValue: decimalOf("1.5"),
	} {
		if v.Text() != "1.5" || v.Kind() != kind {
			t.Errorf("%v holds %q, kind %s, want 1.5, %s", v, v.Text(), v.Kind(), kind)
		}
	}
	if v := connector.FloatOf(math.NaN()); v != connector.FloatOf(-math.NaN()) || !math.IsNaN(v.Float()) {
		t.Errorf("NaN holds %v, or is not one value", v.Float())
	}
	bytes := []byte("abc")
	v := connector.BytesOf(bytes)
	if bytes[0] = 'x'; v.Text() != "abc" {
		t.Errorf("BytesOf shares the caller's memory: %q", v.Text())
	}
}

func TestDecimalOfRefuses(t *testing.T) {
	for _, in := range []string{
		"", " 1", "1 ", "1e5", "1E5", "0x1", "0b1", "0o7", "1/2", "1_000", "1p3", "Inf", "NaN", "1,5", "--1", "1.2.3", ".", "-", "１",
	} {
		if v, err := connector.DecimalOf(in); !isInvalid(err) {
			t.Errorf("DecimalOf(%q) = %v, %v, want kind invalid", in, v, err)
		}
	}
}

// FuzzDecimalOf holds what is taken for a decimal against big.Rat, and against
// itself.
func FuzzDecimalOf(f *testing.F) {
	for _, seed := range []string{"0", "-12.50", "+.5", "5.", "1e5", "0x10", "1/3", "99999999999999999999999.000001", "Inf", "１"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, digits string) {
		v, err := connector.DecimalOf(digits)
		if err != nil {
			if !isInvalid(err) {
				t.Fatalf("DecimalOf(%q) = %v, want kind invalid", digits, err)
			}
			return
		}
		if rest := strings.Trim(digits, "+-.0123456789"); rest != "" {
			t.Fatalf("DecimalOf(%q) takes %q for digits", digits, rest)
		}
		r, _ := new(big.Rat).SetString(digits)
		if order, ok := v.Compare(connector.IntOf(0)); !ok || order != r.Sign() {
			t.Fatalf("(%s).Compare(0) = %d, %v, want %d", v, order, ok, r.Sign())
		}
		if order, ok := v.Compare(decimalOf(v.String())); !ok || order != 0 {
			t.Fatalf("%s does not equal what it prints", v)
		}
	})
}
