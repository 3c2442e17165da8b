package backlogtest

import (
	"cmp"
	"slices"
)

// The types of activities, beside those of issues.
const (
	activityWikiCreated          = 5
	activityWikiUpdated          = 6
	activityWikiDeleted          = 7
	activityFileAdded            = 8
	activityGitPushed            = 12
	activityRepositoryCreated    = 13
	activityUserAdded            = 15
	activityPullRequestAdded     = 18
	activityPullRequestUpdated   = 19
	activityPullRequestCommented = 20
	activityPullRequestMerged    = 21
	activityVersionCreated       = 22
	activityTeamAdded            = 25
	activityTeamRemoved          = 26
	activityDocumentCreated      = 36
	activityDocumentDeleted      = 37
)

// event is an activity of before the space was seeded. Its content is rendered
// when it is asked for, so that the history of a large space is small.
type event struct {
	id, project, by, at int64
	kind                int
	issue               *Issue
	comment             int64
	content             func() object // of what is not about issues
}

// beginning is what an issue was when the space was seeded, as far as its
// history needs it: the issue may change, and may go.
type beginning struct {
	issue   *Issue
	updated int64
}

// begin keeps what the history is made of.
func (s *Space) begin() {
	s.began = make([]beginning, len(s.issues))
	for n, i := range s.issues {
		s.began[n] = beginning{i, i.Updated}
	}
}

// history is what had happened when the space was seeded, ascending by time and
// id. The last id is that before the first of Space.Activities.
func (s *Space) history() []event {
	if s.pastSet {
		return s.past
	}
	s.pastSet = true
	s.past = slices.Grow(s.past, 3*len(s.began))
	for _, b := range s.began {
		i := b.issue
		s.past = append(s.past, event{project: i.Project, by: i.Creator, at: i.Created, kind: activityIssueCreated, issue: i})
		s.talked(b)
	}
	slices.SortStableFunc(s.past, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	for n := range s.past {
		s.past[n].id = firstActivityID - int64(len(s.past)-1-n)
	}
	return s.past
}

// talked adds the comments that the seed gave an issue.
func (s *Space) talked(b beginning) {
	i := b.issue
	known := map[int64]*Comment{}
	for _, m := range s.Comments(i) {
		known[m.ID] = m
	}
	for n := range int64(i.seededComments) {
		e := event{
			project: i.Project, by: i.Updater, kind: activityIssueCommented, issue: i, comment: i.firstComment + n*3,
			at: i.Created + (b.updated-i.Created)*(n+1)/int64(i.seededComments), // as in Space.Comments
		}
		if m := known[e.comment]; m != nil {
			e.by = m.Creator
			if len(m.Changes) > 0 {
				e.kind = activityIssueUpdated
			}
		}
		s.past = append(s.past, e)
	}
}

// happened adds something that is not about an issue to the history.
func (s *seeder) happened(kind int, project, by, at int64, content func() object) {
	s.past = append(s.past, event{project: project, by: by, at: at, kind: kind, content: content})
}

// told is the event as it is told to people.
func (s *Space) told(e event) Activity {
	a := Activity{ID: e.id, Project: e.project, Type: e.kind, Creator: e.by, Created: e.at}
	switch {
	case e.content != nil:
		a.content = e.content()
	case e.comment == 0:
		a.content = object{
			{"id", e.issue.ID},
			{"key_id", e.issue.KeyID},
			{"summary", e.issue.Summary},
			{"description", e.issue.Description},
		}
	default:
		m := find(s.Comments(e.issue), func(m *Comment) bool { return m.ID == e.comment })
		if m == nil {
			m = &Comment{ID: e.comment, Content: remark(e.comment)} // it was deleted
		}
		a.content = commentContent(e.issue, m)
	}
	return a
}

func activityRoutes() []route {
	return []route{
		{"GET", "/space/activities", Read, 200, func(c *call) (any, error) {
			return c.activities(func(int64, int64) bool { return true })
		}},
		{"GET", "/projects/{project}/activities", Read, 200, func(c *call) (any, error) {
			p, err := c.projectOfPath()
			if err != nil {
				return nil, err
			}
			return c.activities(func(project, _ int64) bool { return project == p.ID })
		}},
		{"GET", "/users/{user}/activities", Read, 200, func(c *call) (any, error) {
			u, err := c.userOfPath()
			if err != nil {
				return nil, err
			}
			return c.activities(func(_, by int64) bool { return by == u.ID })
		}},
		{"GET", "/activities/{activity}", Read, 200, getActivity},
	}
}

// activities answers with a page of what happened, of the projects and the
// people for which is holds.
func (c *call) activities(is func(project, by int64) bool) (any, error) {
	page, kinds := parseIDPage(c.params), set(c.params, "activityTypeId")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for _, p := range c.space.Projects {
		seen[p.ID] = c.sees(p)
	}
	ids := c.space.activityIDs(page, func(kind int, project, by int64) bool {
		return kinds.has(int64(kind)) && seen[project] && is(project, by)
	})
	return listOf(ids, func(id int64) any {
		a, _ := c.space.activityNumbered(id)
		return c.space.activityJSON(a)
	}), nil
}

// activityIDs are the ids of a page of the activities for which is holds.
func (s *Space) activityIDs(page idPage, is func(kind int, project, by int64) bool) []int64 {
	past, out := s.history(), make([]int64, 0, page.count)
	all := len(past) + len(s.Activities)
	for n := 0; n < all && len(out) < page.count; n++ {
		at := n
		if page.desc {
			at = all - 1 - n
		}
		var e event
		if at < len(past) {
			e = past[at]
		} else {
			a := &s.Activities[at-len(past)]
			e = event{id: a.ID, kind: a.Type, project: a.Project, by: a.Creator}
		}
		if page.has(s, e.id) && is(e.kind, e.project, e.by) {
			out = append(out, e.id)
		}
	}
	return out
}

// activityNumbered finds an activity by id.
func (s *Space) activityNumbered(id int64) (Activity, bool) {
	past := s.history()
	at, ok := slices.BinarySearchFunc(past, id, func(e event, id int64) int { return cmp.Compare(e.id, id) })
	if ok {
		return s.told(past[at]), true
	}
	at, ok = slices.BinarySearchFunc(s.Activities, id, func(a Activity, id int64) int { return cmp.Compare(a.ID, id) })
	if ok {
		return s.Activities[at], true
	}
	return Activity{}, false
}

func getActivity(c *call) (any, error) {
	id, _ := c.wordID("activity")
	a, ok := c.space.activityNumbered(id)
	if !ok || !c.sees(c.space.Project(a.Project)) {
		return nil, missing("activity")
	}
	return c.space.activityJSON(a), nil
}

func (s *Space) activityJSON(a Activity) any {
	return object{
		{"id", a.ID},
		{"project", s.project(s.Project(a.Project))},
		{"type", a.Type},
		{"content", a.content},
		{"notifications", list{}},
		{"createdUser", s.userByID(a.Creator)},
		{"created", moment(a.Created)},
	}
}
