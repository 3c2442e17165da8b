package cache

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/trackql/trackql/connector"
)

// predicate is a predicate as the manifest has it.
type predicate struct{ connector.Predicate }

// predicateJSON is the notation of a predicate.
type predicateJSON struct {
	Column string
	Op     int
	Values []value `json:",omitempty"`
}

func (p predicate) MarshalJSON() ([]byte, error) {
	notation := predicateJSON{Column: p.Column, Op: int(p.Op)}
	for _, v := range p.Values {
		notation.Values = append(notation.Values, value{v})
	}
	return json.Marshal(notation)
}

func (p *predicate) UnmarshalJSON(data []byte) error {
	var notation predicateJSON
	if err := json.Unmarshal(data, &notation); err != nil {
		return err
	}
	if notation.Op < 0 || notation.Op > int(connector.Contains) {
		return fmt.Errorf("operator %d is none", notation.Op)
	}
	p.Predicate = connector.Predicate{Column: notation.Column, Op: connector.Operator(notation.Op)}
	for _, v := range notation.Values {
		if v.IsNull() {
			return fmt.Errorf("NULL is no constant of %s", p.Op)
		}
		p.Values = append(p.Values, v.Value)
	}
	return nil
}

// value is a constant as the manifest has it.
type value struct{ connector.Value }

// valueJSON is the notation of a constant: text and bytes in base64, because
// JSON has no text that is no UTF-8.
type valueJSON struct {
	Kind int
	Text string
}

func (v value) MarshalJSON() ([]byte, error) {
	notation := valueJSON{Kind: int(v.Kind())}
	switch v.Kind() {
	case connector.NullValue:
	case connector.BoolValue:
		notation.Text = strconv.FormatBool(v.Bool())
	case connector.FloatValue:
		notation.Text = strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case connector.DecimalValue:
		notation.Text = v.Text()
	case connector.TextValue, connector.BytesValue:
		notation.Text = base64.StdEncoding.EncodeToString([]byte(v.Text()))
	default:
		notation.Text = strconv.FormatInt(v.Int(), 10)
	}
	return json.Marshal(notation)
}

func (v *value) UnmarshalJSON(data []byte) error {
	var notation valueJSON
	if err := json.Unmarshal(data, &notation); err != nil {
		return err
	}
	var err error
	v.Value, err = notation.value()
	return err
}

func (n valueJSON) value() (connector.Value, error) {
	switch connector.ValueKind(n.Kind) {
	case connector.NullValue:
		return connector.Null(), nil
	case connector.BoolValue:
		b, err := strconv.ParseBool(n.Text)
		return connector.BoolOf(b), err
	case connector.FloatValue:
		f, err := strconv.ParseFloat(n.Text, 64)
		return connector.FloatOf(f), err
	case connector.DecimalValue:
		return connector.DecimalOf(n.Text)
	case connector.TextValue, connector.BytesValue:
		text, err := base64.StdEncoding.DecodeString(n.Text)
		if connector.ValueKind(n.Kind) == connector.BytesValue {
			return connector.BytesOf(text), err
		}
		return connector.TextOf(string(text)), err
	}
	number, err := strconv.ParseInt(n.Text, 10, 64)
	if err != nil {
		return connector.Null(), err
	}
	return wholeValue(connector.ValueKind(n.Kind), number)
}

// wholeValue makes a value of a kind that holds an integer.
func wholeValue(kind connector.ValueKind, number int64) (connector.Value, error) {
	switch kind {
	case connector.IntValue:
		return connector.IntOf(number), nil
	case connector.DateValue:
		return connector.DateOf(number), nil
	case connector.TimeValue:
		return connector.TimeOf(number), nil
	case connector.TimestampValue:
		return connector.TimestampOf(number), nil
	case connector.LocalValue:
		return connector.LocalOf(number), nil
	}
	return connector.Null(), fmt.Errorf("a constant of kind %d", uint8(kind))
}
