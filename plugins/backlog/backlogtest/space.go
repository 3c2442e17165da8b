package backlogtest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Space is what the emulator holds. A test may change it in Server.Edit and in
// Server.Between, there only: through its methods, which keep time stamps and
// activities as Backlog would, or by setting fields.
type Space struct {
	Key, Name string
	Zone      *time.Location
	Created   int64
	Users     []*User
	// Projects are in the order of their ids.
	Projects []*Project
	// Files are the shared files of all projects.
	Files []*SharedFile
	// Activities are what happened since the space was seeded.
	Activities []Activity
	Contents

	options Options
	now     func() time.Time
	issues  []*Issue // ascending by id
	byKey   map[issueKey]*Issue
	written map[int64][]*Comment // comments of issues, where they are not the seed's any more
	related []relation
	uploads map[int64]*upload
	lastID  int64 // the highest id given to most things
	// lastComment is the highest id of a comment.
	lastComment int64
	memory      memory
	rendered    map[any]raw
}

// issueKey is an issue's key: "WEB-12" is {WEB's id, 12}.
type issueKey struct{ project, number int64 }

// touch forgets what was derived from the space.
func (s *Space) touch() {
	s.memory = memory{}
	clear(s.rendered)
}

// nextID is an id that nothing else has, except perhaps an issue.
func (s *Space) nextID() int64 {
	s.lastID += 3
	return s.lastID
}

// Now is the present, in seconds since 1970.
func (s *Space) Now() int64 { return s.now().Unix() }

// Project finds a project by id, or nil.
func (s *Space) Project(id int64) *Project {
	return find(s.Projects, func(p *Project) bool { return p.ID == id })
}

// ProjectByKey finds a project by key, or nil.
func (s *Space) ProjectByKey(key string) *Project {
	return find(s.Projects, func(p *Project) bool { return p.Key == key })
}

// User finds a person by id, also one who has left, or nil.
func (s *Space) User(id int64) *User {
	at, ok := slices.BinarySearchFunc(s.Users, id, func(u *User, id int64) int { return cmp.Compare(u.ID, id) })
	if !ok {
		return nil
	}
	return s.Users[at]
}

// Issues are all issues, ascending by id. The slice may not be changed.
func (s *Space) Issues() []*Issue { return s.issues }

// Issue finds an issue by id, or nil.
func (s *Space) Issue(id int64) *Issue {
	at, ok := s.place(id)
	if !ok {
		return nil
	}
	return s.issues[at]
}

func (s *Space) place(id int64) (int, bool) {
	return slices.BinarySearchFunc(s.issues, id, func(i *Issue, id int64) int { return cmp.Compare(i.ID, id) })
}

// IssueByKey finds an issue by a key like "WEB-12", or nil.
func (s *Space) IssueByKey(key string) *Issue {
	name, digits, ok := strings.Cut(key, "-")
	number, isNumber := parseID(digits)
	project := s.ProjectByKey(name)
	if !ok || !isNumber || project == nil {
		return nil
	}
	return s.byKey[issueKey{project.ID, number}]
}

// KeyOf is the key of an issue: "WEB-12".
func (s *Space) KeyOf(i *Issue) string { return s.Project(i.Project).Key + "-" + decimal(i.KeyID) }

// AddIssue makes an issue in a project as an administrator would, created now;
// change may set what else it shall be, before anybody sees it. It returns nil
// where there is no such project.
func (s *Space) AddIssue(project int64, change func(*Issue)) *Issue {
	p := s.Project(project)
	if p == nil {
		return nil
	}
	now := s.Now()
	p.LastKey++
	i := &Issue{
		ID: s.nextIssueID(), Project: p.ID, KeyID: p.LastKey,
		Type: p.Types[0].ID, Status: StatusOpen, Priority: 3, Resolution: None,
		Summary: "issue " + decimal(p.LastKey), Start: NoDay, Due: NoDay, Estimated: None, Actual: None,
		Creator: s.Users[0].ID, Updater: s.Users[0].ID, Created: now, Updated: now,
	}
	if change != nil {
		change(i)
	}
	s.insert(i)
	s.note(activityIssueCreated, i, i.Creator)
	return i
}

// nextIssueID is higher than every id of an issue.
func (s *Space) nextIssueID() int64 {
	last := int64(firstIssueID)
	if n := len(s.issues); n > 0 {
		last = max(last, s.issues[n-1].ID)
	}
	return last + 1
}

func (s *Space) insert(i *Issue) {
	at, _ := s.place(i.ID)
	s.issues = slices.Insert(s.issues, at, i)
	s.byKey[issueKey{i.Project, i.KeyID}] = i
	s.touch()
}

// UpdateIssue changes an issue as an administrator would: it was updated now. It
// tells whether there is such an issue.
func (s *Space) UpdateIssue(id int64, change func(*Issue)) bool {
	i := s.Issue(id)
	if i == nil {
		return false
	}
	s.own(i)
	change(i)
	i.Updated, i.Updater = s.Now(), s.Users[0].ID
	s.note(activityIssueUpdated, i, i.Updater)
	s.touch()
	return true
}

// DeleteIssue removes an issue as an administrator would. Its children lose
// their parent. It tells whether there was such an issue.
func (s *Space) DeleteIssue(id int64) bool {
	at, ok := s.place(id)
	if !ok {
		return false
	}
	s.remove(at, s.Users[0].ID)
	return true
}

func (s *Space) remove(at int, by int64) {
	gone := s.issues[at]
	s.note(activityIssueDeleted, gone, by)
	s.issues = slices.Delete(s.issues, at, at+1)
	delete(s.byKey, issueKey{gone.Project, gone.KeyID})
	delete(s.written, gone.ID)
	for _, i := range s.issues {
		if i.Parent == gone.ID {
			i.Parent = 0
		}
	}
	s.related = slices.DeleteFunc(s.related, func(r relation) bool { return r.one == gone.ID || r.other == gone.ID })
	s.touch()
}

// find is the first of items for which is holds, or the zero value.
func find[T any](items []T, is func(T) bool) T {
	if at := slices.IndexFunc(items, is); at >= 0 {
		return items[at]
	}
	var none T
	return none
}
