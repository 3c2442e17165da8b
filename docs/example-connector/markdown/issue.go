package markdown

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trackql/trackql/connector"
)

// issue is what a file says. A Value is NULL where it says nothing.
type issue struct {
	file
	title, status, assignee connector.Value
	created, updated, due   connector.Value
	labels, blockedBy       []string
	body                    connector.Value
	comments                []comment
}

// comment is a section below the heading of the comments.
type comment struct {
	author, created, text connector.Value
}

// commentsHeading is the line below which the comments are.
const commentsHeading = "## Comments"

// commentMark begins the line of a comment's author and time.
const commentMark = "### "

// warnFunc takes what was forgiven, and where.
type warnFunc func(code string, place connector.Place, text string)

// parser takes one file apart.
type parser struct {
	issue
	zone *time.Location
	warn warnFunc
}

// parse returns the issue in a file's text.
func parse(f file, text string, zone *time.Location, warn warnFunc) (*issue, error) {
	p := &parser{issue: issue{file: f}, zone: zone, warn: warn}
	text = strings.TrimPrefix(text, "\uFEFF")
	if err := p.checkText(text); err != nil {
		return nil, err
	}
	front, rest, line := split(text)
	switch {
	case line == 0:
		return nil, p.fault(1, "Begin the file with a line ---, then KEY: VALUE lines, then a line ---.",
			"the file has no front matter")
	case front == text:
		return nil, p.fault(1, "Close it with a line --- of its own.", "the front matter has no end")
	}
	if err := p.frontMatter(front); err != nil {
		return nil, err
	}
	p.content(section{line: line, text: rest})
	return &p.issue, nil
}

// fault makes an error about a line of the file.
func (p *parser) fault(line int, hint, format string, args ...any) error {
	return connector.Errorf(connector.Corrupt, format, args...).At(p.place(line)).WithHint("%s", hint)
}

func (p *parser) place(line int) connector.Place {
	return connector.Place{File: p.path, Line: line}
}

// checkText finds the first line that is no UTF-8.
func (p *parser) checkText(text string) error {
	n := 0
	for line := range strings.Lines(text) {
		if n++; !utf8.ValidString(line) {
			return p.fault(n, "Save the file as UTF-8.", "the line is no UTF-8: %q", line)
		}
	}
	return nil
}

// split cuts a text behind its front matter, which includes its first line of
// dashes, so that lines count right. It returns the number of the line at which
// the rest begins, 0 where there is no front matter; where that has no end, it
// is the whole text.
func split(text string) (front, rest string, line int) {
	at := 0
	for content := range strings.Lines(text) {
		line++
		at += len(content)
		switch dashes := strings.TrimRight(content, " \r\n") == "---"; {
		case line == 1 && !dashes:
			return "", text, 0
		case line > 1 && dashes:
			return text[:at-len(content)], text[at:], line + 1
		}
	}
	return text, "", line
}
