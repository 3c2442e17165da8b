package rpc

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// redactor takes the secrets of a source out of what its child says.
type redactor struct{ replacer *strings.Replacer }

// redactorOf returns a redactor for the secret ones of the settings.
func redactorOf(info connector.Info, settings []connector.Setting) *redactor {
	var secrets []string
	for _, s := range settings {
		secret := slices.ContainsFunc(info.Options, func(o connector.Option) bool { return o.Name == s.Key && o.Secret })
		if text := strings.ReplaceAll(s.Value, "$${", "${"); secret && text != "" {
			secrets = append(secrets, forms(text)...)
		}
	}
	// The replacer takes the first that fits: the longest come first.
	slices.SortStableFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, s := range secrets {
		pairs = append(pairs, s, "***")
	}
	return &redactor{strings.NewReplacer(pairs...)}
}

// forms returns how a secret may be written: as it is, in a URL, in a header, in
// JSON.
func forms(secret string) []string {
	quoted, _ := json.Marshal(secret) // a string can always be
	return []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
	}
}

func (r *redactor) text(s string) string { return r.replacer.Replace(s) }

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
