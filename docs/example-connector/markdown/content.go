package markdown

import (
	"strings"

	"github.com/trackql/trackql/connector"
)

// section is a part of a text under a heading.
type section struct {
	heading string // empty for what stands before the first one
	line    int    // of the heading, or of the text where there is none
	text    string
}

// cut cuts the section's text at the lines that begin with mark, and are it
// where whole is true. The first part is what stands before them.
func (s section) cut(mark string, whole bool) []section {
	line := s.line
	if s.heading != "" {
		line++
	}
	parts := []section{{line: line}}
	from, at := 0, 0
	for content := range strings.Lines(s.text) {
		text := strings.TrimRight(content, " \r\n")
		if strings.HasPrefix(text, mark) && (!whole || text == mark) {
			parts[len(parts)-1].text = s.text[from:at]
			parts = append(parts, section{heading: text, line: line})
			from = at + len(content)
		}
		at += len(content)
		line++
	}
	parts[len(parts)-1].text = s.text[from:]
	return parts
}

// content reads what is below the front matter: the body, then comments.
func (p *parser) content(all section) {
	parts := all.cut(commentsHeading, true)
	p.body = optional(parts[0].text)
	for _, part := range parts[1:] {
		comments := part.cut(commentMark, false)
		if stray := comments[0]; strings.TrimSpace(stray.text) != "" {
			p.warn("text-between", p.place(stray.line), "text before the first comment was left out")
		}
		for _, one := range comments[1:] {
			p.comments = append(p.comments, p.comment(one))
		}
	}
}

// comment reads a heading such as "### mika, 2026-03-01 11:00" with its text.
func (p *parser) comment(s section) comment {
	heading := strings.TrimPrefix(s.heading, commentMark)
	c := comment{author: optional(heading), text: optional(s.text)}
	comma := strings.LastIndex(heading, ",")
	if comma < 0 {
		p.warn("no-time", p.place(s.line), "the comment names no time: "+heading)
		return c
	}
	created, err := p.instant(strings.TrimSpace(heading[comma+1:]))
	if err != nil {
		p.warn("no-time", p.place(s.line), "the comment names no time: "+heading)
		return c
	}
	c.author, c.created = optional(heading[:comma]), created
	return c
}

// optional returns text without blanks around it, NULL where nothing is left.
func optional(text string) connector.Value {
	if text = strings.TrimSpace(text); text == "" {
		return connector.Null()
	}
	return connector.TextOf(text)
}
