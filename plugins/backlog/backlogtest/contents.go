package backlogtest

import (
	"slices"
)

// Contents are what a space holds beside people, projects and issues.
type Contents struct {
	Wikis     []*WikiPage
	Documents []*Document
	// Repositories are in the order of their ids.
	Repositories []*Repository
	Teams        []*Team
	// ProjectTeams are the ids of the teams of each project.
	ProjectTeams map[int64][]int64
	Webhooks     []*Webhook
	Watchings    []*Watching
	// Notifications ascend by id, and so by time.
	Notifications []*Notification
	// News is what administrators tell everybody on the space's first page.
	News        string
	NewsUpdated int64

	views   []view
	began   []beginning
	past    []event
	pastSet bool // past was made
}

// Tag is a word by which pages are found.
type Tag struct {
	ID   int64
	Name string
}

// WikiPage is a page of a project's wiki.
type WikiPage struct {
	ID, Project      int64
	Tags             []Tag
	Attachments      []Attachment
	SharedFiles      []int64
	Stars            []Star
	Creator, Created int64
	// Versions are what the page was and is, the first first; there is at least one.
	Versions []WikiVersion
}

// now is the latest version.
func (w *WikiPage) now() *WikiVersion { return &w.Versions[len(w.Versions)-1] }

// WikiVersion is a wiki page as somebody saved it.
type WikiVersion struct {
	Version          int64
	Name, Content    string
	Creator, Created int64
}

// Document is a document of a project.
type Document struct {
	ID               string // 32 hexadecimal digits
	Project          int64
	Title, Plain     string
	Emoji            string
	Parent           string // empty: at the top
	Trashed          bool
	Attachments      []Attachment
	Tags             []Tag
	Comments         []*DocumentComment
	Creator, Created int64
	Updater, Updated int64
}

// DocumentComment is a comment on a document, or a reply to one.
type DocumentComment struct {
	ID, Plain        string
	Creator, Created int64
	Replies          []*DocumentComment
}

// Repository is a Git repository of a project.
type Repository struct {
	ID, Project       int64
	Name, Description string
	DisplayOrder      int
	Pushed            int64 // 0: never
	Creator, Created  int64
	// PullRequests ascend by Number.
	PullRequests []*PullRequest
}

// The statuses of pull requests.
const (
	PullRequestOpen int64 = iota + 1
	PullRequestClosed
	PullRequestMerged
)

// PullRequest is a pull request of a repository.
type PullRequest struct {
	ID, Repository, Number int64
	Summary, Description   string
	Base, Branch           string
	Status                 int64
	Assignee, Issue        int64 // 0: none
	Closed                 int64 // when it was closed or merged; 0: it was not
	Creator, Created       int64
	Updater, Updated       int64
	Attachments            []Attachment
	Stars                  []Star
	// Comments ascend by id.
	Comments []*Comment
}

// Team is a group of people.
type Team struct {
	ID               int64
	Name             string
	Members          []int64
	Creator, Created int64
	Updater, Updated int64
}

// Webhook is an address of a project that would be told what happens there.
type Webhook struct {
	ID, Project       int64
	Name, Description string
	URL               string
	All               bool
	Types             []int64
	Creator, Created  int64
	Updater, Updated  int64
}

// Watching says that a person wants to know what happens to an issue.
type Watching struct {
	ID, User, Issue  int64
	Note             string
	Read             bool
	Created, Updated int64
}

// Notification tells a person of something that another one did to an issue, a
// pull request, or a document.
type Notification struct {
	ID, User, Sender   int64
	Reason             int
	Read, ResourceRead bool
	Project            int64
	Issue, Comment     int64 // 0: none
	PullRequest        int64
	Document           string
	Created            int64
}

// view says that a person has looked at something.
type view struct {
	user  int64
	kind  viewKind
	thing int64
	at    int64
}

// wiki, repository, team and document find a thing by id, or nil.
func (s *Space) wiki(id int64) *WikiPage {
	return find(s.Wikis, func(w *WikiPage) bool { return w.ID == id })
}

func (s *Space) repository(id int64) *Repository {
	return find(s.Repositories, func(r *Repository) bool { return r.ID == id })
}

func (s *Space) team(id int64) *Team {
	return find(s.Teams, func(t *Team) bool { return t.ID == id })
}

func (s *Space) document(id string) *Document {
	return find(s.Documents, func(d *Document) bool { return d.ID == id && !d.Trashed })
}

// pullRequest finds a pull request by id, or nil.
func (s *Space) pullRequest(id int64) *PullRequest {
	for _, r := range s.Repositories {
		if found := find(r.PullRequests, func(p *PullRequest) bool { return p.ID == id }); found != nil {
			return found
		}
	}
	return nil
}

// drop removes what a project holds beside its issues and files. Its history is
// made before, because seeded comments need their project.
func (s *Space) drop(p *Project) {
	s.history()
	s.Wikis = slices.DeleteFunc(s.Wikis, func(w *WikiPage) bool { return w.Project == p.ID })
	s.Documents = slices.DeleteFunc(s.Documents, func(d *Document) bool { return d.Project == p.ID })
	s.Repositories = slices.DeleteFunc(s.Repositories, func(r *Repository) bool { return r.Project == p.ID })
	s.Webhooks = slices.DeleteFunc(s.Webhooks, func(h *Webhook) bool { return h.Project == p.ID })
	delete(s.ProjectTeams, p.ID)
}
