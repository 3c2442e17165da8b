package rpc

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/trackql/trackql/connector"
)

// redactor takes the secrets of a source out of what its child says.
type redactor struct {
	forms []string // how the secrets may be written
}

// partBytes is the shortest part of a secret that is one by itself: a line of a
// key, its middle in base64.
const partBytes = 6

// redactorOf returns a redactor for the secret ones of the settings.
func redactorOf(info connector.Info, settings []connector.Setting) *redactor {
	r := &redactor{}
	for _, s := range settings {
		if !slices.ContainsFunc(info.Options, func(o connector.Option) bool { return o.Name == s.Key && o.Secret }) {
			continue
		}
		text := strings.ReplaceAll(s.Value, "$${", "${")
		r.forms = append(r.forms, forms(text)...)
		r.forms = append(r.forms, forms(strings.TrimSpace(text))...) // as those use it who read it from a file
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); len(line) >= partBytes {
				r.forms = append(r.forms, forms(line)...)
			}
		}
	}
	slices.Sort(r.forms)
	r.forms = slices.Compact(r.forms)
	return r
}

// percent is a byte as it is written in a URL.
var percent = regexp.MustCompile(`%[0-9A-F]{2}`)

// forms returns how a secret may be written: as it is, in a URL, in JSON, in Go,
// in a header.
func forms(secret string) []string {
	if secret == "" {
		return nil
	}
	query, path := url.QueryEscape(secret), url.PathEscape(secret)
	list := []string{
		secret, query, path, percent.ReplaceAllStringFunc(query, strings.ToLower), percent.ReplaceAllStringFunc(path, strings.ToLower),
		unquoted(jsonOf(secret, true)), unquoted(jsonOf(secret, false)), asciiJSON(unquoted(jsonOf(secret, false))),
		unquoted(strconv.Quote(secret)), unquoted(strconv.QuoteToASCII(secret)),
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		list = append(list, encoding.EncodeToString([]byte(secret)))
		list = append(list, middles(encoding.WithPadding(base64.NoPadding), secret)...)
	}
	return list
}

func unquoted(text string) string { return text[1 : len(text)-1] }

func jsonOf(text string, html bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(html)
	_ = e.Encode(text) // a string can always be
	return strings.TrimSuffix(b.String(), "\n")
}

// asciiJSON escapes what is not ASCII, as many languages do.
func asciiJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			b.WriteString(`\u` + strconv.FormatUint(0x10000|uint64(unit), 16)[1:])
		}
	}
	return b.String()
}

// middles returns how a secret looks amid a longer text in base64, such as
// NAME:PASSWORD: without the letters that its neighbours have a share in.
func middles(encoding *base64.Encoding, secret string) []string {
	if len(secret) < partBytes {
		return []string{encoding.EncodeToString([]byte(secret))}
	}
	var list []string
	for before, shared := range []int{0, 2, 3} {
		text := encoding.EncodeToString([]byte(strings.Repeat("x", before) + secret))
		if (before+len(secret))%3 != 0 {
			text = text[:len(text)-1]
		}
		list = append(list, text[shared:])
	}
	return list
}

// text takes the secrets out of s.
func (r *redactor) text(s string) string { return r.cut(s, len(s)) }

// cut takes the secrets out of the first n bytes of s, also one that ends behind
// them.
func (r *redactor) cut(s string, n int) string {
	type span struct{ from, to int }
	var secrets []span
	for _, form := range r.forms {
		for from := strings.Index(s, form); from >= 0 && from < n; {
			secrets = append(secrets, span{from, from + len(form)})
			next := strings.Index(s[from+1:], form)
			if next < 0 {
				break
			}
			from += 1 + next
		}
	}
	if len(secrets) == 0 {
		return s[:n]
	}
	slices.SortFunc(secrets, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var b strings.Builder
	at := 0
	for i, secret := range secrets {
		if i == 0 || secret.from > at { // else it touches the one before
			b.WriteString(s[at:secret.from] + "***")
		}
		at = max(at, secret.to)
	}
	if at < n {
		b.WriteString(s[at:n])
	}
	return b.String()
}

// error takes the secrets out of all that a person reads of an error.
func (r *redactor) error(e *connector.Error) *connector.Error {
	if e == nil {
		return nil
	}
	e.Op, e.Hint, e.Place.File = r.text(e.Op), r.text(e.Hint), r.text(e.Place.File)
	if e.Err != nil {
		e.Err = plainError(r.text(e.Err.Error()))
	}
	return e
}

// plainError is an error that is nothing but its text.
type plainError string

func (e plainError) Error() string { return string(e) }

// report takes the secrets out of the texts of a report.
func (r *redactor) report(report connector.Report) connector.Report {
	report.Progress.Waiting = r.text(report.Progress.Waiting)
	report.Verdict.Note = r.text(report.Verdict.Note)
	for i := range report.Warnings {
		w := &report.Warnings[i]
		w.Code, w.Text = r.text(w.Code), r.text(w.Text)
	}
	return report
}
