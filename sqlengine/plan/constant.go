package plan

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
)

const (
	microsPerSecond = 1_000_000
	microsPerDay    = 24 * 60 * 60 * microsPerSecond
)

// literal is a constant of the plan in the terms of the contract.
type literal struct {
	value connector.Value
	// more says that the constant lies between value and the next one: a
	// nanosecond timestamp with a fraction of a microsecond.
	more bool
}

// literal converts the constant. It answers false for types that have no
// counterpart in the contract, and for infinite dates.
func (c *constant) literal() (literal, bool) {
	if c == nil {
		return literal{}, false
	}
	if c.Null {
		return literal{value: connector.Null()}, true
	}
	switch c.Type.ID {
	case "TIMESTAMP_NS":
		n, ok := c.integer()
		micros := floorDiv(n, 1000)
		return literal{connector.LocalOf(micros), micros*1000 != n}, ok && finite(n)
	case "FLOAT", "DOUBLE":
		f, ok := c.float()
		return literal{value: connector.FloatOf(f)}, ok
	case "DECIMAL", "HUGEINT", "UHUGEINT", "UBIGINT":
		return c.large()
	}
	v, ok := c.plain()
	return literal{value: v}, ok
}

func (c *constant) plain() (connector.Value, bool) {
	switch c.Type.ID {
	case "BOOLEAN":
		var b bool
		err := json.Unmarshal(c.Value, &b)
		return connector.BoolOf(b), err == nil
	case "VARCHAR":
		text, ok := c.text()
		return connector.TextOf(text), ok
	case "BLOB":
		text, ok := c.text()
		b, valid := unescapeBlob(text)
		return connector.BytesOf(b), ok && valid
	}
	n, ok := c.integer()
	if !ok {
		return connector.Null(), false
	}
	switch c.Type.ID {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER":
		return connector.IntOf(n), true
	case "DATE":
		return connector.DateOf(n), n > -math.MaxInt32 && n < math.MaxInt32
	case "TIME":
		return connector.TimeOf(n), true
	case "TIMESTAMP WITH TIME ZONE":
		return connector.TimestampOf(n), finite(n)
	case "TIMESTAMP":
		return connector.LocalOf(n), finite(n)
	case "TIMESTAMP_S":
		return scaled(n, microsPerSecond)
	case "TIMESTAMP_MS":
		return scaled(n, 1000)
	}
	return connector.Null(), false
}

// why says why the constant has no counterpart in the contract.
func (c *constant) why() string {
	switch c.Type.ID {
	case "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE":
		return whyInfinite
	}
	return whyConstant + c.Type.ID
}

// finite tells whether a timestamp is none of DuckDB's infinities.
func finite(n int64) bool { return n > -math.MaxInt64 && n < math.MaxInt64 }

func scaled(n, factor int64) (connector.Value, bool) {
	fits := n <= math.MaxInt64/factor && n >= math.MinInt64/factor
	return connector.LocalOf(n * factor), fits
}

func (c *constant) integer() (int64, bool) {
	n, err := strconv.ParseInt(string(c.Value), 10, 64)
	return n, err == nil
}

func (c *constant) text() (string, bool) {
	var text string
	err := json.Unmarshal(c.Value, &text)
	return text, err == nil
}

// float reads a number, or one of the words that quoteNumbers quotes.
func (c *constant) float() (float64, bool) {
	f, err := strconv.ParseFloat(strings.Trim(string(c.Value), `"`), 64)
	return f, err == nil
}

// large reads numbers that may be wider than 64 bits.
func (c *constant) large() (literal, bool) {
	n, ok := c.bigInteger()
	if !ok {
		return literal{}, false
	}
	scale := 0
	if c.Type.ID == "DECIMAL" {
		if c.Type.Info == nil || c.Type.Info.Scale > 38 {
			return literal{}, false
		}
		scale = int(c.Type.Info.Scale)
	}
	if scale == 0 && n.IsInt64() {
		return literal{value: connector.IntOf(n.Int64())}, true
	}
	v, err := connector.DecimalOf(pointed(n, scale))
	return literal{value: v}, err == nil
}

// bigInteger reads a number, or the two 64-bit halves of one.
func (c *constant) bigInteger() (*big.Int, bool) {
	if n, ok := new(big.Int).SetString(string(c.Value), 10); ok {
		return n, true
	}
	var halves struct {
		Upper json.Number `json:"upper"`
		Lower json.Number `json:"lower"`
	}
	if json.Unmarshal(c.Value, &halves) != nil {
		return nil, false
	}
	upper, upperOK := new(big.Int).SetString(halfText(halves.Upper), 10)
	lower, lowerOK := new(big.Int).SetString(halfText(halves.Lower), 10)
	if !upperOK || !lowerOK {
		return nil, false
	}
	return upper.Lsh(upper, 64).Add(upper, lower), true
}

func halfText(n json.Number) string {
	if n == "" {
		return "0"
	}
	return n.String()
}

// pointed writes n with a decimal point before its last scale digits.
func pointed(n *big.Int, scale int) string {
	digits := new(big.Int).Abs(n).String()
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	if scale > 0 {
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if n.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

// unescapeBlob reads DuckDB's text of a BLOB: printable ASCII, and \xNN.
func unescapeBlob(text string) ([]byte, bool) {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out = append(out, text[i])
			continue
		}
		if i+4 > len(text) || text[i+1] != 'x' {
			return nil, false
		}
		n, err := strconv.ParseUint(text[i+2:i+4], 16, 8)
		if err != nil {
			return nil, false
		}
		out = append(out, byte(n))
		i += 3
	}
	return out, true
}

func floorDiv(n, d int64) int64 {
	q := n / d
	if n%d < 0 {
		q--
	}
	return q
}
