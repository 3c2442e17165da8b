package javadate

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Format is a compiled pattern. It is immutable, so one may be shared by any
// number of goroutines; compile a pattern once and keep it.
type Format struct {
	pattern string
	tokens  []token
}

// token is a run of one pattern letter, or literal text.
type token struct {
	letter  byte   // 0 for literal text
	count   int    // how often the letter is repeated
	bounded bool   // the number takes count characters only: another one follows
	literal string // the text, where letter is 0
}

// letters are the pattern letters that Java knows.
const letters = "GyMdkHmsSEDFwWahKzZYuXL"

// Compile reads a pattern of java.text.SimpleDateFormat. The error tells what
// Java would refuse: a letter without a meaning, a quote that does not end, an
// X repeated more than three times.
func Compile(pattern string) (*Format, error) {
	c := compiler{rest: pattern}
	for c.rest != "" {
		if err := c.next(); err != nil {
			return nil, fmt.Errorf("date pattern %q: %w", pattern, err)
		}
	}
	for i := range c.tokens[:max(0, len(c.tokens)-1)] {
		c.tokens[i].bounded = c.tokens[i+1].numeric()
	}
	return &Format{pattern: pattern, tokens: c.tokens}, nil
}

// String returns the pattern.
func (f *Format) String() string { return f.pattern }

// numeric tells whether the token before this one must stop at its count.
func (t token) numeric() bool {
	switch t.letter {
	case 'M', 'L':
		return t.count <= 2
	case 'y', 'Y', 'd', 'H', 'k', 'K', 'h', 'm', 's', 'S', 'D', 'F', 'w', 'W', 'u':
		return true
	}
	return false
}

// compiler takes tokens off the front of a pattern.
type compiler struct {
	rest   string
	tokens []token
}

func (c *compiler) next() error {
	switch first := c.rest[0]; {
	case first == '\'':
		return c.quoted()
	case !isLetter(first):
		_, size := utf8.DecodeRuneInString(c.rest)
		c.add(c.rest[:size])
		c.rest = c.rest[size:]
		return nil
	case strings.IndexByte(letters, first) < 0:
		return fmt.Errorf("illegal pattern character %q", first)
	}
	return c.letters()
}

// letters takes a run of one letter.
func (c *compiler) letters() error {
	letter := c.rest[0]
	n := 1
	for n < len(c.rest) && c.rest[n] == letter {
		n++
	}
	if letter == 'X' && n > 3 {
		return fmt.Errorf("illegal time zone %q: X stands at most three times", c.rest[:n])
	}
	c.tokens = append(c.tokens, token{letter: letter, count: n})
	c.rest = c.rest[n:]
	return nil
}

// quoted takes text in single quotes. Two of them are one, inside and outside.
func (c *compiler) quoted() error {
	if strings.HasPrefix(c.rest, "''") {
		c.add("'")
		c.rest = c.rest[2:]
		return nil
	}
	rest := c.rest[1:]
	for {
		end := strings.IndexByte(rest, '\'')
		if end < 0 {
			return fmt.Errorf("unterminated quote")
		}
		c.add(rest[:end])
		if !strings.HasPrefix(rest[end:], "''") {
			c.rest = rest[end+1:]
			return nil
		}
		c.add("'")
		rest = rest[end+2:]
	}
}

// add appends literal text, to the literal before it where there is one.
func (c *compiler) add(literal string) {
	if n := len(c.tokens); n > 0 && c.tokens[n-1].letter == 0 {
		c.tokens[n-1].literal += literal
		return
	}
	if literal != "" {
		c.tokens = append(c.tokens, token{literal: literal})
	}
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }
