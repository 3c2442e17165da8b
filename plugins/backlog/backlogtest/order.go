package backlogtest

import (
	"cmp"
	"slices"
	"strings"
)

// ordered are issues as the query orders them. Null comes first in ascending
// order. Issues that are equal stand in an order of their own, which is always
// the same and not that of their ids.
func (q *issueQuery) ordered(s *Space, issues []*Issue) []*Issue {
	compare := s.comparison(q)
	slices.SortFunc(issues, func(a, b *Issue) int {
		order := compare(a, b)
		if q.desc {
			order = -order
		}
		if order == 0 {
			order = cmp.Compare(scatter(a.ID), scatter(b.ID))
		}
		return order
	})
	return issues
}

// scatter maps ids one to one to numbers in another order.
func scatter(id int64) uint64 { return uint64(id) * 0x9e3779b97f4a7c15 }

// by compares issues by a number.
func by[T cmp.Ordered](number func(*Issue) T) func(a, b *Issue) int {
	return func(a, b *Issue) int { return cmp.Compare(number(a), number(b)) }
}

// comparison is what the sort key compares. Terms are compared by the order in
// which they are shown.
func (s *Space) comparison(q *issueQuery) func(a, b *Issue) int {
	if q.sortField != 0 {
		return s.byField(q.sortField)
	}
	switch q.sort {
	case "summary":
		return func(a, b *Issue) int { return strings.Compare(a.Summary, b.Summary) }
	case "attachment":
		return by(func(i *Issue) int { return len(i.Attachments) })
	case "sharedFile":
		return by(func(i *Issue) int { return len(i.SharedFiles) })
	case "updated":
		return by(func(i *Issue) int64 { return i.Updated })
	case "startDate":
		return by(func(i *Issue) Day { return i.Start })
	case "dueDate":
		return by(func(i *Issue) Day { return i.Due })
	case "estimatedHours":
		return by(func(i *Issue) float64 { return i.Estimated })
	case "actualHours":
		return by(func(i *Issue) float64 { return i.Actual })
	case "createdUser", "updatedUser", "assignee":
		return s.byPerson(q.sort)
	case "issueType", "category", "version", "milestone", "status", "priority":
		return by(func(i *Issue) int { return s.shownAt(q.sort, i) })
	case "childIssue":
		families := s.families()
		return by(func(i *Issue) int { return families[i.ID].total })
	}
	return by(func(i *Issue) int64 { return i.Created })
}

func (s *Space) byPerson(key string) func(a, b *Issue) int {
	return by(func(i *Issue) string {
		id := map[string]int64{"createdUser": i.Creator, "updatedUser": i.Updater, "assignee": i.Assignee}[key]
		if u := s.User(id); u != nil {
			return u.Name
		}
		return ""
	})
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

// byField compares values of a custom field.
func (s *Space) byField(id int64) func(a, b *Issue) int {
	return func(a, b *Issue) int {
		v, w := a.Value(id), b.Value(id)
		if v == nil || w == nil {
			return cmp.Compare(boolInt(v != nil), boolInt(w != nil))
		}
		return cmp.Or(cmp.Compare(v.Number, w.Number), slices.Compare(v.Items, w.Items), strings.Compare(v.Text, w.Text))
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
