package backlogtest

import (
	"cmp"
	"math"
	"slices"
)

const repositoryPath = "/projects/{project}/git/repositories"

func gitRoutes() []route {
	const requests = repositoryPath + "/{repository}/pullRequests"
	return []route{
		{"GET", repositoryPath, Read, 200, listRepositories},
		{"GET", repositoryPath + "/{repository}", Read, 200, getRepository},
		{"GET", requests, Read, 200, listPullRequests},
		{"GET", requests + "/count", Read, 200, countPullRequests},
		{"GET", requests + "/{number}", Read, 200, ofPullRequest(func(c *call, p *PullRequest) (any, error) {
			return c.space.pullRequestJSON(p), nil
		})},
		{"GET", requests + "/{number}/attachments", Read, 200, ofPullRequest(func(c *call, p *PullRequest) (any, error) {
			return listOf(p.Attachments, c.space.attachment), nil
		})},
		{"GET", requests + "/{number}/attachments/{attachment}", Read, 200, ofPullRequest(func(c *call, p *PullRequest) (any, error) {
			return c.download(p.Attachments)
		})},
		{"GET", requests + "/{number}/comments", Read, 200, ofPullRequest(listReviews)},
		{"GET", requests + "/{number}/comments/count", Read, 200, ofPullRequest(func(_ *call, p *PullRequest) (any, error) {
			return object{{"count", len(p.Comments)}}, nil
		})},
	}
}

// gitProject is the project that the path names, if it uses Git.
func (c *call) gitProject() (*Project, error) {
	p, err := c.projectOfPath()
	if err == nil && !p.Setting("useGit") {
		err = missing("git")
	}
	return p, err
}

func listRepositories(c *call) (any, error) {
	p, err := c.gitProject()
	if err != nil {
		return nil, err
	}
	out := list{}
	for _, r := range c.space.Repositories {
		if r.Project == p.ID {
			out = append(out, c.space.repositoryJSON(r))
		}
	}
	return out, nil
}

// repositoryOfPath is the repository that the path names, by id or name.
func (c *call) repositoryOfPath() (*Repository, error) {
	p, err := c.gitProject()
	if err != nil {
		return nil, err
	}
	word := c.word("repository")
	id, _ := parseID(word)
	r := find(c.space.Repositories, func(r *Repository) bool {
		return r.Project == p.ID && (r.ID == id || r.Name == word)
	})
	if r == nil {
		return nil, missing("repository")
	}
	return r, nil
}

func getRepository(c *call) (any, error) {
	r, err := c.repositoryOfPath()
	if err != nil {
		return nil, err
	}
	return c.space.repositoryJSON(r), nil
}

func (s *Space) repositoryJSON(r *Repository) any {
	path := "/git/" + s.Project(r.Project).Key + "/" + r.Name + ".git"
	return object{
		{"id", r.ID},
		{"projectId", r.Project},
		{"name", r.Name},
		{"description", r.Description},
		{"hookUrl", nil},
		{"httpUrl", s.pageURL(path)},
		{"sshUrl", s.Key + "@" + s.Key + ".git.backlog.example:" + path[len("/git"):]},
		{"displayOrder", r.DisplayOrder},
		{"pushedAt", orNever(r.Pushed)},
		{"createdUser", s.userByID(r.Creator)},
		{"created", moment(r.Created)},
		{"updatedUser", s.userByID(r.Creator)},
		{"updated", moment(max(r.Created, r.Pushed))},
	}
}

// orNever is a moment, or null for 0.
func orNever(seconds int64) any {
	if seconds == 0 {
		return nil
	}
	return moment(seconds)
}

// pullRequestsFound are the pull requests that a list or a count asks for,
// ascending by number.
func (c *call) pullRequestsFound() ([]*PullRequest, error) {
	r, err := c.repositoryOfPath()
	if err != nil {
		return nil, err
	}
	statuses, assignees := set(c.params, "statusId"), set(c.params, "assigneeId")
	issues, creators := set(c.params, "issueId"), set(c.params, "createdUserId")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	var out []*PullRequest
	for _, p := range r.PullRequests {
		if statuses.has(p.Status) && assignees.has(p.Assignee) && issues.has(p.Issue) && creators.has(p.Creator) {
			out = append(out, p)
		}
	}
	return out, nil
}

// listPullRequests gives the latest first.
func listPullRequests(c *call) (any, error) {
	offset := c.params.between("offset", 0, math.MaxInt32, 0)
	count := c.params.between("count", 1, 100, 20)
	found, err := c.pullRequestsFound()
	if err != nil {
		return nil, err
	}
	return listOf(pageOf(found, true, offset, count), c.space.pullRequestJSON), nil
}

func countPullRequests(c *call) (any, error) {
	found, err := c.pullRequestsFound()
	if err != nil {
		return nil, err
	}
	return object{{"count", len(found)}}, nil
}

// ofPullRequest answers with something of the pull request that the path names.
func ofPullRequest(answer func(*call, *PullRequest) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		r, err := c.repositoryOfPath()
		if err != nil {
			return nil, err
		}
		number, _ := c.wordID("number")
		at, ok := slices.BinarySearchFunc(r.PullRequests, number, func(p *PullRequest, n int64) int { return cmp.Compare(p.Number, n) })
		if !ok {
			return nil, missing("pull request")
		}
		return answer(c, r.PullRequests[at])
	}
}

// pullRequestStatuses are the same in every language.
var pullRequestStatuses = []term{
	{PullRequestOpen, "Open", "Open"}, {PullRequestClosed, "Closed", "Closed"}, {PullRequestMerged, "Merged", "Merged"},
}

func (s *Space) pullRequestJSON(p *PullRequest) any {
	var issue any
	if i := s.Issue(p.Issue); i != nil {
		issue = s.issue(i, false)
	}
	var merge, baseCommit, branchCommit any
	var merged int64
	if p.Status != PullRequestOpen {
		baseCommit, branchCommit = commit(p.ID), commit(p.ID+1)
	}
	if p.Status == PullRequestMerged {
		merge, merged = commit(p.ID+2), p.Closed
	}
	return object{
		{"id", p.ID},
		{"projectId", s.repository(p.Repository).Project},
		{"repositoryId", p.Repository},
		{"number", p.Number},
		{"summary", p.Summary},
		{"description", p.Description},
		{"base", p.Base},
		{"branch", p.Branch},
		{"status", s.term(pullRequestStatuses, p.Status)},
		{"assignee", s.userByID(p.Assignee)},
		{"issue", issue},
		{"baseCommit", baseCommit},
		{"branchCommit", branchCommit},
		{"mergeCommit", merge},
		{"closeAt", orNever(p.Closed)},
		{"mergeAt", orNever(merged)},
		{"createdUser", s.userByID(p.Creator)},
		{"created", moment(p.Created)},
		{"updatedUser", s.userByID(p.Updater)},
		{"updated", moment(p.Updated)},
		{"attachments", listOf(p.Attachments, s.attachment)},
		{"stars", listOf(p.Stars, func(t Star) any { return s.pullRequestStar(p, t) })},
	}
}

// commit is the name of a commit that there might be.
func commit(n int64) string {
	text := ""
	for range 5 {
		n = int64(scatter(n) >> 1)
		text += string("0123456789abcdef"[n&15]) + decimal(n%10_000_000)
	}
	return (text + "00000000000000000000000000000000000000000")[:40]
}

func (s *Space) pullRequestStar(p *PullRequest, t Star) any {
	page, title := s.pullRequestPage(p)
	return s.star(t, page, title)
}

// pullRequestPage is the address and the title of a pull request's page.
func (s *Space) pullRequestPage(p *PullRequest) (address, title string) {
	r := s.repository(p.Repository)
	key := s.Project(r.Project).Key
	number := decimal(p.Number)
	return s.pageURL("/git/" + key + "/" + r.Name + "/pullRequests/" + number),
		"[" + key + "/" + r.Name + "#" + number + "] " + p.Summary + " | Backlog"
}

func listReviews(c *call, p *PullRequest) (any, error) {
	page := parseIDPage(c.params)
	if err := c.params.err(); err != nil {
		return nil, err
	}
	comments := pageByID(c.space, page, p.Comments, func(m *Comment) int64 { return m.ID })
	return listOf(comments, func(m *Comment) any { return c.space.review(p, m) }), nil
}

// review renders a comment on a pull request.
func (s *Space) review(p *PullRequest, m *Comment) any {
	address, title := s.pullRequestPage(p)
	return object{
		{"id", m.ID},
		{"content", orNone(m.Content)},
		{"changeLog", listOf(m.Changes, func(c Change) any {
			return object{{"field", c.Field}, {"newValue", orNone(c.New)}, {"originalValue", orNone(c.Old)}}
		})},
		{"createdUser", s.userByID(m.Creator)},
		{"created", moment(m.Created)},
		{"updated", moment(m.Updated)},
		{"stars", listOf(m.Stars, func(t Star) any { return s.star(t, address+"#comment-"+decimal(m.ID), title) })},
		{"notifications", listOf(m.Notices, s.notice)},
	}
}
