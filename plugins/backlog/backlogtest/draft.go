package backlogtest

import (
	"slices"
	"strconv"
)

// draft is an issue that is being written: what a request says is put in, and
// what is wrong with it is collected in the request's parameters. A parameter
// that was not sent leaves the issue as it is, one without a value clears.
type draft struct {
	c       *call
	project *Project
	issue   *Issue
}

// fill puts in what creating and updating have in common.
func (d draft) fill() {
	i, p := d.issue, d.project
	d.text("summary", &i.Summary)
	d.text("description", &i.Description)
	d.id("issueTypeId", &i.Type, 0, func(id int64) bool { return p.issueType(id) != nil })
	d.id("priorityId", &i.Priority, 0, func(id int64) bool { return d.c.space.term(priorities, id) != nil })
	d.id("assigneeId", &i.Assignee, 0, func(id int64) bool { return id == 0 || slices.Contains(p.Members, id) })
	d.id("parentIssueId", &i.Parent, 0, d.mayBeParent)
	d.ids("categoryId", &i.Categories, func(id int64) bool { return p.category(id) != nil })
	d.ids("versionId", &i.Versions, func(id int64) bool { return p.version(id) != nil })
	d.ids("milestoneId", &i.Milestones, func(id int64) bool { return p.version(id) != nil })
	d.day("startDate", &i.Start)
	d.day("dueDate", &i.Due)
	d.hours("estimatedHours", &i.Estimated)
	d.hours("actualHours", &i.Actual)
	for _, f := range p.Fields {
		d.field(f)
	}
	if i.Summary == "" {
		d.c.params.problem("summary is required.")
	}
}

// state puts in what only updating knows.
func (d draft) state() {
	d.id("statusId", &d.issue.Status, 0, func(id int64) bool { return d.project.status(id) != nil })
	d.id("resolutionId", &d.issue.Resolution, None, func(id int64) bool {
		return id == None || d.c.space.term(resolutions, id) != nil
	})
}

func (d draft) text(name string, to *string) {
	if d.c.params.has(name) {
		*to = d.c.params.text(name)
	}
}

// id puts in an id that is valid; none is what an empty value stands for.
func (d draft) id(name string, to *int64, none int64, valid func(int64) bool) {
	if !d.c.params.has(name) {
		return
	}
	id := none
	if text := d.c.params.text(name); text != "" {
		var err error
		if id, err = strconv.ParseInt(text, 10, 64); err != nil {
			d.c.params.problem("%s is not a number: %q.", name, text)
			return
		}
	}
	if !valid(id) {
		d.c.params.problem("%s is not valid: %q.", name, d.c.params.text(name))
		return
	}
	*to = id
}

// ids puts in a list; a single empty value makes it empty.
func (d draft) ids(name string, to *[]int64, valid func(int64) bool) {
	texts := d.c.params.values[name+"[]"]
	if len(texts) == 0 {
		return
	}
	if len(texts) == 1 && texts[0] == "" {
		*to = nil
		return
	}
	ids := d.c.params.ints(name)
	for _, id := range ids {
		if !valid(id) {
			d.c.params.problem("%s[] is not valid: %d.", name, id)
		}
	}
	slices.Sort(ids)
	*to = slices.Compact(ids)
}

func (d draft) day(name string, to *Day) {
	if d.c.params.has(name) {
		*to = d.c.params.day(name)
	}
}

func (d draft) hours(name string, to *float64) {
	if d.c.params.has(name) {
		*to = d.c.params.number(name)
	}
}

// mayBeParent tells whether the issue may become a child of another: of the same
// project, not of itself or its own children, and not deeper than a grandchild.
func (d draft) mayBeParent(id int64) bool {
	if id == 0 || id == d.issue.ID {
		return id == 0
	}
	s := d.c.space
	parent := s.Issue(id)
	if parent == nil || parent.Project != d.project.ID || !d.project.Setting("subtaskingEnabled") {
		return false
	}
	generations := 1 + s.depthBelow(d.issue.ID)
	for up := parent; up != nil; up = s.parentOf(up) {
		generations++ // of a circle, the issue itself is counted twice
	}
	return generations <= 3
}

// depthBelow is how many generations an issue has below it.
func (s *Space) depthBelow(id int64) int {
	deepest := 0
	for _, i := range s.issues {
		if i.Parent == id {
			deepest = max(deepest, 1+s.depthBelow(i.ID))
		}
	}
	return deepest
}

// field puts in a value of a custom field: customField_{id}, repeated or with
// numbers in brackets. Empty brackets are ignored, as Backlog ignores them.
func (d draft) field(f *Field) {
	name := fieldPrefix + decimal(f.ID)
	texts := slices.Concat(d.c.params.values[name], d.c.params.numbered[name])
	other := d.c.params.text(name + "_otherValue")
	if len(texts) == 0 && other == "" {
		return
	}
	v := Value{Field: f.ID, Text: other}
	ok := true
	for _, text := range texts {
		ok = ok && (text == "" || v.put(f, text))
	}
	if !ok {
		d.c.params.problem("%s is not valid: %q.", name, texts)
		return
	}
	values := slices.DeleteFunc(slices.Clone(d.issue.Values), func(v Value) bool { return v.Field == f.ID })
	if other != "" || slices.ContainsFunc(texts, func(text string) bool { return text != "" }) {
		values = append(values, v)
	}
	d.issue.Values = values
}

// put sets or adds what a text says; it tells whether the field may hold it.
func (v *Value) put(f *Field, text string) (ok bool) {
	switch {
	case f.Type == NumericField:
		v.Number, ok = parseNumber(text)
		return ok
	case f.Type == DateField:
		v.Number, ok = parseDayNumber(text)
		return ok
	case !f.Type.hasItems():
		v.Text = text
		return true
	}
	id, ok := parseID(text)
	if !ok || f.item(id) == nil || len(v.Items) > 0 && !f.Type.several() {
		return false
	}
	v.Items = append(v.Items, id)
	return true
}
