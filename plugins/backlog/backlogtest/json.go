package backlogtest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// list is a JSON array.
type list []any

// raw is JSON that was rendered before.
type raw []byte

// moment is a point in time in seconds since 1970: "2024-05-01T12:34:56Z".
type moment int64

func (m moment) String() string { return time.Unix(int64(m), 0).UTC().Format(time.RFC3339) }

// appendJSON renders a value of one of the types of this file, or a plain one.
// Another type is a mistake of this package, and panics.
func appendJSON(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	case string:
		return appendText(b, v)
	case moment:
		b = append(b, '"')
		b = time.Unix(int64(v), 0).UTC().AppendFormat(b, time.RFC3339)
		return append(b, '"')
	case raw:
		return append(b, v...)
	case object:
		return appendObject(b, v)
	case list:
		return appendList(b, v)
	}
	panic(fmt.Sprintf("backlogtest: no JSON for a %T", value))
}

func appendObject(b []byte, o object) []byte {
	b = append(b, '{')
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, m.name...) // names are of this package, and plain
		b = append(b, '"', ':')
		b = appendJSON(b, m.value)
	}
	return append(b, '}')
}

func appendList(b []byte, values list) []byte {
	b = append(b, '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, v)
	}
	return append(b, ']')
}

// appendText quotes s. What is not UTF-8 becomes U+FFFD.
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	b = append(b, '"')
	plain := 0 // where what is copied as it is begins
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[plain:i]...)
		plain = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	b = append(b, s[plain:]...)
	return append(b, '"')
}

// listOf renders each of items.
func listOf[T any](items []T, render func(T) any) list {
	out := make(list, len(items))
	for i, item := range items {
		out[i] = render(item)
	}
	return out
}

// orNull is the id, or null for none.
func orNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
