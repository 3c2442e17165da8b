package sqlengine

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// argumentType returns the SQL type of an argument of a procedure.
func argumentType(c *connector.Column) string {
	kind, _ := connector.ComparesWith(c.Type)
	if kind == connector.DecimalValue {
		if t, ok := c.Type.(arrow.DecimalType); ok {
			return fmt.Sprintf("DECIMAL(%d,%d)", t.GetPrecision(), t.GetScale())
		}
	}
	switch kind {
	case connector.BoolValue:
		return "BOOLEAN"
	case connector.IntValue:
		return "BIGINT"
	case connector.FloatValue, connector.DecimalValue:
		return "DOUBLE"
	case connector.BytesValue:
		return "BLOB"
	case connector.DateValue:
		return "DATE"
	case connector.TimeValue:
		return "TIME"
	case connector.TimestampValue:
		return "TIMESTAMPTZ"
	case connector.LocalValue:
		return "TIMESTAMP"
	}
	return "VARCHAR"
}

// argumentText returns an expression of an argument's value as a text that
// [argumentValue] reads; NULL where the argument cannot have that value. A whole
// number is not rounded: it may tell which thing to change.
func argumentText(c *connector.Column) string {
	name, sqlType := quote(c.Name), argumentType(c)
	value := "TRY_CAST(" + name + " AS " + sqlType + ")"
	switch sqlType {
	case "VARCHAR", "BLOB":
		return "system.main.hex(" + value + ")"
	case "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ":
		value = "system.main.epoch_us(" + value + ")"
	case "BIGINT":
		value = "CASE WHEN TRY_CAST(" + name + " AS DECIMAL(38,9)) = " + value + " THEN " + value + " END"
	}
	return "CAST(" + value + " AS VARCHAR)"
}

const dayMicros = 24 * 60 * 60 * 1_000_000

// argumentValue reads what [argumentText] gave.
func argumentValue(c *connector.Column, text string) (connector.Value, error) {
	switch sqlType := argumentType(c); sqlType {
	case "VARCHAR", "BLOB":
		b, err := hex.DecodeString(text)
		if sqlType == "BLOB" {
			return connector.BytesOf(b), err
		}
		return connector.TextOf(string(b)), err
	case "BOOLEAN":
		return connector.BoolOf(text == "true"), nil
	case "DOUBLE":
		f, err := strconv.ParseFloat(text, 64)
		return connector.FloatOf(f), err
	case "BIGINT", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ":
		n, err := strconv.ParseInt(text, 10, 64)
		switch sqlType {
		case "DATE":
			return connector.DateOf(n / dayMicros), err
		case "TIME":
			return connector.TimeOf(n), err
		case "TIMESTAMP":
			return connector.LocalOf(n), err
		case "TIMESTAMPTZ":
			return connector.TimestampOf(n), err
		}
		return connector.IntOf(n), err
	}
	return connector.DecimalOf(text)
}

// arguments reads the texts with which a procedure is called: of each argument
// its value, and what was written. Those that are NULL are left out.
func (p *procedure) arguments(texts []connector.Value) ([]connector.Argument, error) {
	if len(texts) != 2*len(p.described.Arguments) {
		return nil, connector.Errorf(connector.Internal, "%s: %d texts for %d arguments", p.name(), len(texts), len(p.described.Arguments))
	}
	var given []connector.Argument
	var missing []string
	for i := range p.described.Arguments {
		a := &p.described.Arguments[i]
		value, written := texts[2*i], texts[2*i+1]
		switch {
		case written.IsNull() && a.Nullable:
			continue
		case written.IsNull():
			missing = append(missing, connector.QuoteName(a.Name))
			continue
		case value.IsNull():
			b, err := hex.DecodeString(written.Text())
			if err != nil {
				return nil, fmt.Errorf("%s: argument %s: %w", p.name(), a.Name, err)
			}
			return nil, p.miscalled("%s: %s is %s, and %s is none", p.name(), connector.QuoteName(a.Name), argumentType(a), connector.TextOf(string(b)))
		}
		v, err := argumentValue(a, value.Text())
		if err != nil {
			return nil, fmt.Errorf("%s: argument %s: %w", p.name(), a.Name, err)
		}
		given = append(given, connector.Argument{Name: a.Name, Value: v})
	}
	if len(missing) > 0 {
		return nil, p.miscalled("%s needs %s", p.name(), strings.Join(missing, ", "))
	}
	return given, nil
}

// miscalled is an error about how the procedure is called.
func (p *procedure) miscalled(format string, args ...any) error {
	return &miscalled{p, connector.Errorf(connector.Invalid, format, args...).WithHint("It is called as %s.", p.form())}
}

// longestArgument is how many characters of an argument are shown.
const longestArgument = 60

// callText shows a call.
func callText(p *procedure, arguments []connector.Argument) string {
	parts := make([]string, len(arguments))
	for i, a := range arguments {
		value := []rune(a.Value.String())
		if len(value) > longestArgument {
			value = append(value[:longestArgument-1], '…')
		}
		parts[i] = connector.QuoteName(a.Name) + " := " + string(value)
	}
	return p.name() + "(" + strings.Join(parts, ", ") + ")"
}
