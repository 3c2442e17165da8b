package doctor

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
)

// shownOptions tells with what options a source is opened: those that were
// written, then those that stand for absent ones. References are shown as they
// were written, and secrets as ***.
func shownOptions(s Source) string {
	info := s.Connector.Info()
	text := info.Name
	var defaults []string
	for _, o := range info.Options {
		i := slices.IndexFunc(s.Settings, func(setting connector.Setting) bool { return connector.SameKey(setting.Key, o.Name) })
		switch {
		case i < 0 && o.Default != "":
			defaults = append(defaults, o.Name+"="+o.Default)
		case i >= 0:
			text += ", " + o.Name + "=" + shownValue(s, o, s.Settings[i].Value)
		}
	}
	if len(defaults) > 0 {
		text += "; by default " + strings.Join(defaults, ", ")
	}
	return text
}

func shownValue(s Source, o connector.Option, written string) string {
	switch {
	case o.Secret:
		return "***"
	case o.Type == connector.Path && !strings.Contains(written, "${"):
		return s.Options.Path(o.Name)
	}
	return written
}

// hider takes secrets out of a text.
type hider func(text string) string

// secretsOf returns what hides the secrets of a source, also in the form that
// they have in addresses: a connector may quote them in its errors.
func secretsOf(s Source) hider {
	var pairs []string
	for _, o := range s.Connector.Info().Options {
		if !o.Secret || o.Type != connector.Text {
			continue
		}
		secret := s.Options.Secret(o.Name).Reveal()
		for _, form := range forms(secret) {
			pairs = append(pairs, form, "***")
		}
	}
	if len(pairs) == 0 {
		return func(text string) string { return text }
	}
	return strings.NewReplacer(pairs...).Replace
}

// forms returns how a secret may stand in a text: as it is, and escaped. Of a
// text of fewer than four bytes nobody could tell that it is the secret.
func forms(secret string) []string {
	if len(secret) < 4 {
		return nil
	}
	all := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(strconv.Quote(secret), `"`)}
	slices.SortStableFunc(all, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(all)
}
