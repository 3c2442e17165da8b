package connector

import (
	"cmp"
	"slices"
	"strings"
)

// Settings returns the options as a person would write them, sorted by key, for
// [Info.Resolve] in another process. They hold the secrets: give them to that
// process only.
func (o Options) Settings() []Setting {
	settings := make([]Setting, 0, len(o.values))
	for _, v := range o.values {
		text := strings.ReplaceAll(v.text, "${", "$${")
		settings = append(settings, Setting{Key: v.declared.Name, Value: text})
	}
	slices.SortFunc(settings, func(a, b Setting) int { return cmp.Compare(a.Key, b.Key) })
	return settings
}
