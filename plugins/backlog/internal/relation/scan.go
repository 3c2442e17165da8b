package relation

import (
	"strings"

	"github.com/tidwall/gjson"
)

// Reading a row is looking for a dozen members among three dozen. gjson decodes
// every value that it passes; the functions here only find where each ends.
// They take any text without a fault, and are right about valid JSON.

// members calls visit with each member of an object, in order, until it answers
// false. Raw is the value's text.
func members(object string, visit func(key, raw string) bool) {
	if object == "" || object[0] != '{' {
		return
	}
	for i := next(object, 1, '"'); i < len(object); i = next(object, i, '"') {
		end := skipString(object, i+1)
		key := object[i+1 : max(end-1, i+1)]
		if strings.IndexByte(key, '\\') >= 0 {
			key = gjson.Parse(object[i:end]).Str
		}
		i = next(object, end, ':') + 1
		i = skipBlank(object, i)
		end = skipValue(object, i)
		if !visit(key, object[min(i, end):end]) {
			return
		}
		i = end
	}
}

// elements calls visit with each element of an array, until it answers false.
func elements(array string, visit func(raw string) bool) {
	if array == "" || array[0] != '[' {
		return
	}
	for i := skipBlank(array, 1); i < len(array) && array[i] != ']'; {
		end := skipValue(array, i)
		if !visit(array[i:end]) {
			return
		}
		i = skipBlank(array, end)
		if i < len(array) && array[i] == ',' {
			i = skipBlank(array, i+1)
		}
	}
}

// next returns where c stands first at or behind i; the end where the object
// ends before.
func next(s string, i int, c byte) int {
	for ; i < len(s) && s[i] != '}'; i++ {
		if s[i] == c {
			return i
		}
	}
	return len(s)
}

func skipBlank(s string, i int) int {
	for i < len(s) && s[i] <= ' ' {
		i++
	}
	return i
}

// skipString returns where a string ends whose content begins at i.
func skipString(s string, i int) int {
	for from := i; from < len(s); {
		n := strings.IndexByte(s[from:], '"')
		if n < 0 {
			break
		}
		quote := from + n
		escapes := quote
		for escapes > i && s[escapes-1] == '\\' {
			escapes--
		}
		from = quote + 1
		if (quote-escapes)%2 == 0 {
			return from
		}
	}
	return len(s)
}

// skipValue returns where a value ends that begins at i. It goes on by at least
// one byte where there is one.
func skipValue(s string, i int) int {
	if i >= len(s) {
		return len(s)
	}
	switch s[i] {
	case '"':
		return skipString(s, i+1)
	case '{', '[':
		return skipNested(s, i)
	}
	for i++; i < len(s); i++ {
		switch c := s[i]; {
		case c <= ' ', c == ',', c == '}', c == ']':
			return i
		}
	}
	return len(s)
}

// skipNested returns where an object or array ends that begins at i.
func skipNested(s string, i int) int {
	for depth := 0; i < len(s); {
		switch s[i] {
		case '"':
			i = skipString(s, i+1)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		i++
		if depth == 0 {
			return i
		}
	}
	return len(s)
}
