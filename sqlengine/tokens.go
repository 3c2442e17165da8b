package sqlengine

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is the kind of a token of SQL.
type tokenKind uint8

const (
	word      tokenKind = iota // a bare name or keyword
	quoted                     // a name in double quotes
	literal                    // a text constant, in any of its notations
	number                     // digits and what follows them
	parameter                  // ?, $1, $name
	symbol                     // one character of punctuation
	backtick                   // a name in backticks, which is not SQL
)

// token is a piece of a statement. White space and comments are none.
type token struct {
	kind       tokenKind
	start, end int // bytes of the text
}

// text returns the token as it stands in the statement.
func (t token) text(sql string) string { return sql[t.start:t.end] }

// is tells whether the token is the keyword or symbol s, in any case.
func (t token) is(sql, s string) bool {
	return (t.kind == word || t.kind == symbol) && strings.EqualFold(t.text(sql), s)
}

// name returns the name that a word or a quoted name stands for, else "".
func (t token) name(sql string) string {
	switch t.kind {
	case word:
		return t.text(sql)
	case quoted:
		return strings.ReplaceAll(strings.Trim(t.text(sql), `"`), `""`, `"`)
	}
	return ""
}

// tokenize cuts SQL into tokens, as DuckDB's lexer does. It never fails: what
// does not end, ends with the text, and DuckDB says what is wrong.
func tokenize(sql string) []token {
	var tokens []token
	for at := 0; at < len(sql); {
		kind, end, ok := next(sql, at)
		if ok {
			tokens = append(tokens, token{kind, at, end})
		}
		at = end
	}
	return tokens
}

// next finds the token that begins at a byte of the text, or, where it answers
// false, the end of the white space or comment there.
func next(sql string, at int) (kind tokenKind, end int, ok bool) {
	rest := sql[at:]
	c := rest[0]
	switch {
	case strings.HasPrefix(rest, "--"):
		return 0, at + until(rest, "\n"), false
	case strings.HasPrefix(rest, "/*"):
		return 0, at + blockComment(rest), false
	case c == '\'':
		return literal, at + quotedEnd(rest, '\''), true
	case c == '"':
		return quoted, at + quotedEnd(rest, '"'), true
	case c == '`':
		return backtick, at + quotedEnd(rest, '`'), true
	case (c == 'e' || c == 'E') && strings.HasPrefix(rest[1:], "'"):
		return literal, at + escapedEnd(rest), true
	case c == '$':
		return dollar(sql, at)
	case c == '?':
		return parameter, at + 1, true
	case '0' <= c && c <= '9':
		return number, at + numberEnd(rest), true
	}
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case unicode.IsSpace(r):
		return 0, at + size, false
	case r == '_' || r >= utf8.RuneSelf || unicode.IsLetter(r):
		return word, at + wordEnd(rest), true
	}
	return symbol, at + size, true
}

// until returns the length of text up to the end of mark, or all of it.
func until(text, mark string) int {
	if i := strings.Index(text, mark); i >= 0 {
		return i + len(mark)
	}
	return len(text)
}

// blockComment returns the length of a comment, which may hold others.
func blockComment(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "/*"):
			depth++
			i++
		case strings.HasPrefix(text[i:], "*/"):
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// quotedEnd returns the length of a text in quotes, where a doubled quote
// stands for one.
func quotedEnd(text string, quote byte) int {
	for i := 1; i < len(text); i++ {
		if text[i] != quote {
			continue
		}
		if i+1 < len(text) && text[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return len(text)
}

// escapedEnd returns the length of a text constant with backslash escapes.
func escapedEnd(text string) int {
	for i := 2; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\'':
			if i+1 < len(text) && text[i+1] == '\'' {
				i++
				continue
			}
			return i + 1
		}
	}
	return len(text)
}

// dollar finds $1, $name, or a text constant between $tag$ marks.
func dollar(sql string, at int) (kind tokenKind, end int, ok bool) {
	rest := sql[at+1:]
	name := wordEnd(rest)
	if name < len(rest) && rest[name] == '$' && (name == 0 || rest[0] > '9') {
		mark := sql[at : at+name+2]
		body := sql[at+len(mark):]
		return literal, at + len(mark) + until(body, mark), true
	}
	if name == 0 {
		return symbol, at + 1, true
	}
	return parameter, at + 1 + name, true
}

func wordEnd(text string) int {
	for i, r := range text {
		if r != '_' && r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) || unicode.IsSpace(r) {
			return i
		}
	}
	return len(text)
}

func numberEnd(text string) int {
	for i := 0; i < len(text); i++ {
		c := text[i]
		exponent := (c == '+' || c == '-') && (text[i-1] == 'e' || text[i-1] == 'E')
		if c != '.' && !exponent && wordEnd(text[i:i+1]) == 0 {
			return i
		}
	}
	return len(text)
}

// statement is one statement of a text.
type statement struct {
	// text is the statement without the semicolon, and start where it begins
	// in the whole.
	text   string
	start  int
	tokens []token // with positions in text
}

// split cuts a text at its semicolons. Statements without tokens are left out.
func split(sql string) []statement {
	var statements []statement
	tokens := tokenize(sql)
	for first := 0; first < len(tokens); {
		last := first
		for last < len(tokens) && !tokens[last].is(sql, ";") {
			last++
		}
		if last > first {
			statements = append(statements, newStatement(sql, tokens[first:last]))
		}
		first = last + 1
	}
	return statements
}

func newStatement(sql string, tokens []token) statement {
	start, end := tokens[0].start, tokens[len(tokens)-1].end
	s := statement{text: sql[start:end], start: start, tokens: make([]token, len(tokens))}
	for i, t := range tokens {
		s.tokens[i] = token{t.kind, t.start - start, t.end - start}
	}
	return s
}

// keyword returns the statement's n-th token in upper case, where it is a bare
// word.
func (s statement) keyword(n int) string {
	if n >= len(s.tokens) || s.tokens[n].kind != word {
		return ""
	}
	return strings.ToUpper(s.tokens[n].text(s.text))
}

// from returns the statement without its first n tokens.
func (s statement) from(n int) statement {
	if n >= len(s.tokens) {
		return statement{start: s.start + len(s.text)}
	}
	rest := newStatement(s.text, s.tokens[n:])
	rest.start += s.start
	return rest
}

// mentions tells whether a name of the statement, bare or quoted, is the given
// one, in any case.
func (s statement) mentions(name string) bool {
	for _, t := range s.tokens {
		if strings.EqualFold(t.name(s.text), name) {
			return true
		}
	}
	return false
}

// bare tells whether the statement mentions the name without a name and a dot
// before it.
func (s statement) bare(name string) bool {
	for i, t := range s.tokens {
		if strings.EqualFold(t.name(s.text), name) && (i == 0 || !s.tokens[i-1].is(s.text, ".")) {
			return true
		}
	}
	return false
}
