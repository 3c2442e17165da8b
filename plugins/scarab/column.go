package scarab

import (
	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// column is one column of a table. Exactly one of the functions tells its value
// in a row, and with that its type; what they return is valid until the next
// call. All functions answer false for NULL.
type column struct {
	name string
	doc  string
	// required says that the value is never NULL.
	required bool
	// level tells how early the value is known.
	level level
	// needs are the fields that the value comes from.
	needs need
	// attribute is the attribute that the value is of, counted from 1.
	attribute int32
	// among are all values that there can be.
	among []string

	text    func(*row) ([]byte, bool)
	number  func(*row) (int64, bool)
	instant func(*row) (int64, bool) // microseconds since 1970 UTC
	flag    func(*row) (value, ok bool)
	list    func(*row) []value // none is NULL
}

// level tells how early a column's value is known, and so what a predicate on
// it saves.
type level uint8

const (
	rowLevel   level = iota // when the row is there
	issueLevel              // before an issue's activity sets are read
	fileLevel               // before a file is opened
)

var listType = arrow.ListOfNonNullable(arrow.BinaryTypes.String)

func (c *column) dataType() arrow.DataType {
	switch {
	case c.number != nil:
		return arrow.PrimitiveTypes.Int64
	case c.instant != nil:
		return arrow.FixedWidthTypes.Timestamp_us
	case c.flag != nil:
		return arrow.FixedWidthTypes.Boolean
	case c.list != nil:
		return listType
	}
	return arrow.BinaryTypes.String
}

// filters grades the operators: every value is compared as the contract says
// before its row is built, so all that have a meaning are exact.
func (c *column) filters() connector.Filters {
	var f connector.Filters
	for op := range f {
		switch op := connector.Operator(op); op {
		case connector.IsNull, connector.IsNotNull:
			f[op] = connector.Exact
		case connector.Prefix, connector.Contains:
			if c.text != nil {
				f[op] = connector.Exact
			}
		default:
			if c.list == nil {
				f[op] = connector.Exact
			}
		}
	}
	return f
}

func (c *column) describe() connector.Column {
	d := connector.Column{
		Name: c.name, Type: c.dataType(), Nullable: !c.required, Doc: c.doc, Filters: c.filters(),
	}
	for _, v := range c.among {
		d.Values = append(d.Values, connector.TextOf(v))
	}
	return d
}
