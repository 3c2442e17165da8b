package backlogtest

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// ordered are issues as the query orders them. Null comes first in ascending
// order. Issues that are equal stand in an order of their own, which is always
// the same and not that of their ids.
func (q *issueQuery) ordered(s *Space, issues []*Issue) []*Issue {
	key := s.sortKey(q)
	keyed := make([]sortable, len(issues))
	for n, i := range issues {
		keyed[n] = sortable{key: key(i), tie: scatter(i.ID), issue: i}
	}
	slices.SortFunc(keyed, func(a, b sortable) int {
		order := cmp.Or(cmp.Compare(a.key.number, b.key.number), strings.Compare(a.key.text, b.key.text))
		if q.desc {
			order = -order
		}
		if order == 0 {
			order = cmp.Compare(a.tie, b.tie)
		}
		return order
	})
	for n := range keyed {
		issues[n] = keyed[n].issue
	}
	return issues
}

// sortable is an issue with what it is sorted by.
type sortable struct {
	key   sortKey
	tie   uint64
	issue *Issue
}

// sortKey is what a sort compares: the number, and then the text.
type sortKey struct {
	number float64
	text   string
}

// sortKey is what the query's sort compares. Terms are compared by the order in
// which they are shown.
func (s *Space) sortKey(q *issueQuery) func(*Issue) sortKey {
	if q.sortField != 0 {
		return func(i *Issue) sortKey { return fieldKey(i.Value(q.sortField)) }
	}
	switch q.sort {
	case "summary":
		return func(i *Issue) sortKey { return sortKey{text: i.Summary} }
	case "createdUser":
		return func(i *Issue) sortKey { return sortKey{text: s.nameOf(i.Creator)} }
	case "updatedUser":
		return func(i *Issue) sortKey { return sortKey{text: s.nameOf(i.Updater)} }
	case "assignee":
		return func(i *Issue) sortKey { return sortKey{text: s.nameOf(i.Assignee)} }
	}
	families := s.families()
	return func(i *Issue) sortKey { return sortKey{number: s.sortNumber(q.sort, i, families)} }
}

// fieldKey is what values of a custom field are sorted by.
func fieldKey(v *Value) sortKey {
	switch {
	case v == nil:
		return sortKey{number: math.Inf(-1)}
	case len(v.Items) > 0:
		return sortKey{number: float64(v.Items[0])}
	}
	return sortKey{v.Number, v.Text}
}

func (s *Space) sortNumber(key string, i *Issue, families map[int64]family) float64 {
	switch key {
	case "updated":
		return float64(i.Updated)
	case "startDate":
		return float64(i.Start)
	case "dueDate":
		return float64(i.Due)
	case "estimatedHours":
		return i.Estimated
	case "actualHours":
		return i.Actual
	case "attachment":
		return float64(len(i.Attachments))
	case "sharedFile":
		return float64(len(i.SharedFiles))
	case "childIssue":
		return float64(families[i.ID].total)
	case "issueType", "category", "version", "milestone", "status", "priority":
		return float64(s.shownAt(key, i))
	}
	return float64(i.Created)
}

// shownAt is where the first of the issue's terms stands in their list, from 1;
// 0 for none.
func (s *Space) shownAt(key string, i *Issue) int {
	p := s.Project(i.Project)
	switch key {
	case "issueType":
		return 1 + slices.IndexFunc(p.Types, func(t *IssueType) bool { return t.ID == i.Type })
	case "status":
		if t := p.status(i.Status); t != nil {
			return t.DisplayOrder
		}
	case "category":
		return placeOf(i.Categories, idsOf(p.Categories, func(c *IssueCategory) int64 { return c.ID }))
	case "version":
		return placeOf(i.Versions, idsOf(p.Versions, func(v *Version) int64 { return v.ID }))
	case "milestone":
		return placeOf(i.Milestones, idsOf(p.Versions, func(v *Version) int64 { return v.ID }))
	case "priority":
		return int(i.Priority)
	}
	return 0
}

func placeOf(ids, order []int64) int {
	if len(ids) == 0 {
		return 0
	}
	return 1 + slices.Index(order, ids[0])
}

// scatter maps ids one to one to numbers in another order.
func scatter(id int64) uint64 {
	n := uint64(id) * 0x9e3779b97f4a7c15
	return n ^ n>>29
}
