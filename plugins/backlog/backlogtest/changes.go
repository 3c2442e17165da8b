package backlogtest

import (
	"slices"
	"strings"
)

// changesFrom are the entries of the change log that lead from one state of an
// issue to another.
func (s *Space) changesFrom(p *Project, old, now *Issue) []Change {
	before, after := s.traits(p, old), s.traits(p, now)
	var out []Change
	for n, trait := range after {
		if was := before[n].New; was != trait.New {
			trait.Old = was
			out = append(out, trait)
		}
	}
	for _, a := range now.Attachments {
		if !slices.ContainsFunc(old.Attachments, func(b Attachment) bool { return a.ID == b.ID }) {
			out = append(out, Change{Field: "attachment", New: a.Name, Attachment: a.ID})
		}
	}
	return out
}

// traits are all that a change log tells of an issue, as changes from nothing,
// always in the same order.
func (s *Space) traits(p *Project, i *Issue) []Change {
	out := []Change{
		{Field: "summary", New: i.Summary},
		{Field: "description", New: i.Description},
		{Field: "component", New: named(i.Categories, p.Categories, func(c *IssueCategory) (int64, string) { return c.ID, c.Name })},
		{Field: "version", New: named(i.Versions, p.Versions, versionName)},
		{Field: "milestone", New: named(i.Milestones, p.Versions, versionName)},
		{Field: "status", New: s.statusName(p, i.Status)},
		{Field: "assigner", New: s.nameOf(i.Assignee)},
		{Field: "issueType", New: named([]int64{i.Type}, p.Types, func(t *IssueType) (int64, string) { return t.ID, t.Name })},
		{Field: "startDate", New: dayText(i.Start)},
		{Field: "limitDate", New: dayText(i.Due)},
		{Field: "priority", New: s.termName(priorities, i.Priority)},
		{Field: "resolution", New: s.termName(resolutions, i.Resolution)},
		{Field: "estimatedHours", New: hoursText(i.Estimated)},
		{Field: "actualHours", New: hoursText(i.Actual)},
		{Field: "parentIssue", New: s.keyText(i.Parent)},
	}
	for _, f := range p.Fields {
		change := Change{Field: f.Name, FieldID: f.ID, FieldType: f.Type}
		if v := i.Value(f.ID); v != nil {
			change.New = f.show(*v)
		}
		out = append(out, change)
	}
	return out
}

func versionName(v *Version) (int64, string) { return v.ID, v.Name }

// named are the names of those terms whose ids are given.
func named[T any](ids []int64, terms []T, name func(T) (int64, string)) string {
	var out []string
	for _, t := range terms {
		if id, text := name(t); slices.Contains(ids, id) {
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

func (s *Space) nameOf(user int64) string {
	if u := s.User(user); u != nil {
		return u.Name
	}
	return ""
}

func (s *Space) keyText(issue int64) string {
	if i := s.Issue(issue); i != nil {
		return s.KeyOf(i)
	}
	return ""
}

func dayText(d Day) string {
	if d == NoDay {
		return ""
	}
	return d.String()
}

func hoursText(h float64) string {
	if h == None {
		return ""
	}
	return string(appendJSON(nil, h))
}
