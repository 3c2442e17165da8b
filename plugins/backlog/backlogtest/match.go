package backlogtest

import (
	"slices"
	"strings"
)

// matches tells whether the issue is one of the query. What costs least is
// asked first.
func (q *issueQuery) matches(s *Space, i *Issue, families map[int64]family) bool {
	return q.projects.has(i.Project) && q.ids.has(i.ID) && q.statuses.has(i.Status) && q.types.has(i.Type) &&
		q.priorities.has(i.Priority) && q.parents.has(i.Parent) && q.creators.has(i.Creator) &&
		q.resolutions.has(i.Resolution) && q.hasAssignee(i) &&
		q.created.has(i.Created) && q.updated.has(i.Updated) &&
		q.start.hasDay(i.Start) && q.due.hasDay(i.Due) && (!q.noDue || i.Due == NoDay) &&
		q.categories.hasAny(i.Categories) && q.versions.hasAny(i.Versions) && q.milestones.hasAny(i.Milestones) &&
		(q.attachment == nil || *q.attachment == (len(i.Attachments) > 0)) &&
		(q.sharedFile == nil || *q.sharedFile == (len(i.SharedFiles) > 0)) &&
		(q.kin == 0 || kinIs(q.kin, families[i.ID])) &&
		q.hasValues(i) && q.hasWords(s, i)
}

// hasAssignee also knows -1, which asks for issues of nobody.
func (q *issueQuery) hasAssignee(i *Issue) bool {
	if i.Assignee == 0 {
		return q.assignees == nil || q.assignees[-1]
	}
	return q.assignees.has(i.Assignee)
}

func (q *issueQuery) hasValues(i *Issue) bool {
	for n := range q.fields {
		if !q.fields[n].matches(i) {
			return false
		}
	}
	return true
}

// matches tells whether the issue's value is asked for; null never is.
func (q *fieldQuery) matches(i *Issue) bool {
	v := i.Value(q.field.ID)
	if v == nil || !q.field.applies(i.Type) {
		return false
	}
	return q.min <= v.Number && v.Number <= q.max && q.items.hasAny(v.Items) &&
		(q.word == "" || strings.Contains(strings.ToLower(v.Text), q.word))
}

// hasWords tells whether each word is in the summary, the description or a
// comment.
func (q *issueQuery) hasWords(s *Space, i *Issue) bool {
	missing := slices.DeleteFunc(slices.Clone(q.words), func(word string) bool {
		return contains(i.Summary, word) || contains(i.Description, word)
	})
	if len(missing) == 0 {
		return true
	}
	if !s.maySay(i, missing[0]) {
		return false
	}
	for _, c := range s.Comments(i) {
		missing = slices.DeleteFunc(missing, func(word string) bool { return contains(c.Content, word) })
	}
	return len(missing) == 0
}

func contains(text, word string) bool { return strings.Contains(strings.ToLower(text), word) }

// family is where an issue stands among its kin.
type family struct {
	depth         int // 0: no parent, 1: child, 2: grandchild
	total, closed int // children
}

// families are the issues that have a parent or children.
func (s *Space) families() map[int64]family {
	if s.memory.families != nil {
		return s.memory.families
	}
	out := map[int64]family{}
	for _, i := range s.issues {
		parent := s.parentOf(i)
		if parent == nil {
			continue
		}
		above := out[parent.ID]
		above.total++
		if i.Status == StatusClosed {
			above.closed++
		}
		out[parent.ID] = above
		own := out[i.ID]
		own.depth = 1
		if parent.Parent != 0 {
			own.depth = 2
		}
		out[i.ID] = own
	}
	s.memory.families = out
	return out
}

// kinIs tells whether an issue is of the kind that parentChild names.
func kinIs(kind int, f family) bool {
	switch kind {
	case 1, 7: // not a child; top level only
		return f.depth == 0
	case 2, 9: // child or grandchild; without top level
		return f.depth > 0
	case 3: // standalone
		return f.depth == 0 && f.total == 0
	case 4: // has children
		return f.total > 0
	case 5: // grandchild only
		return f.depth == 2
	case 6: // child only
		return f.depth == 1
	case 8: // without grandchildren
		return f.depth < 2
	case 10: // leaves
		return f.total == 0
	}
	return true
}
