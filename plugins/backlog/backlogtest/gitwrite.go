package backlogtest

import (
	"slices"
)

func gitWriteRoutes() []route {
	const requests = repositoryPath + "/{repository}/pullRequests"
	return []route{
		{"POST", requests, Update, 200, postPullRequest},
		{"PATCH", requests + "/{number}", Update, 200, toPullRequest(patchPullRequest)},
		{"POST", requests + "/{number}/comments", Update, 200, toPullRequest(postReview)},
		{"PATCH", requests + "/{number}/comments/{comment}", Update, 200, toPullRequest(patchReview)},
		{"DELETE", requests + "/{number}/attachments/{attachment}", Update, 200, toPullRequest(func(c *call, p *PullRequest) (any, error) {
			return c.detach(&p.Attachments)
		})},
	}
}

// toPullRequest does something to the pull request that the path names, if the
// caller may.
func toPullRequest(answer func(*call, *PullRequest) (any, error)) func(*call) (any, error) {
	return ofPullRequest(func(c *call, p *PullRequest) (any, error) {
		if err := c.mayWrite(); err != nil {
			return nil, err
		}
		return answer(c, p)
	})
}

func postPullRequest(c *call) (any, error) {
	r, err := c.repositoryOfPath()
	if err != nil {
		return nil, err
	}
	if err := c.mayWrite(); err != nil {
		return nil, err
	}
	now := c.space.Now()
	p := &PullRequest{
		ID: c.space.nextID(), Repository: r.ID, Number: 1, Status: PullRequestOpen,
		Base: c.params.required("base"), Branch: c.params.required("branch"),
		Creator: c.user.ID, Created: now, Updater: c.user.ID, Updated: now,
	}
	if n := len(r.PullRequests); n > 0 {
		p.Number = r.PullRequests[n-1].Number + 1
	}
	c.params.required("summary")
	c.params.required("description")
	c.fillPullRequest(r, p)
	files := c.params.ints("attachmentId")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	if p.Attachments, err = c.adopt(files); err != nil {
		return nil, err
	}
	r.PullRequests = append(r.PullRequests, p)
	c.notePullRequest(activityPullRequestAdded, p, nil)
	return c.space.pullRequestJSON(p), nil
}

// fillPullRequest puts in what creating and updating have in common.
func (c *call) fillPullRequest(r *Repository, p *PullRequest) {
	if c.params.has("summary") {
		p.Summary = c.params.required("summary")
	}
	if c.params.has("description") {
		p.Description = c.params.text("description")
	}
	if c.params.has("issueId") {
		p.Issue = c.params.id("issueId")
		if i := c.space.Issue(p.Issue); p.Issue != 0 && (i == nil || i.Project != r.Project) {
			c.params.problem("issueId is not valid: %d.", p.Issue)
		}
	}
	if c.params.has("assigneeId") {
		p.Assignee = c.params.id("assigneeId")
		if p.Assignee != 0 && !slices.Contains(c.space.Project(r.Project).Members, p.Assignee) {
			c.params.problem("assigneeId is not valid: %d.", p.Assignee)
		}
	}
}

func patchPullRequest(c *call, p *PullRequest) (any, error) {
	changed := *p
	c.fillPullRequest(c.space.repository(p.Repository), &changed)
	if err := c.params.err(); err != nil {
		return nil, err
	}
	var changes []Change
	add := func(field, was, is string) {
		if was != is {
			changes = append(changes, Change{Field: field, Old: was, New: is})
		}
	}
	add("summary", p.Summary, changed.Summary)
	add("description", p.Description, changed.Description)
	add("issue", c.space.keyText(p.Issue), c.space.keyText(changed.Issue))
	add("assigner", c.space.nameOf(p.Assignee), c.space.nameOf(changed.Assignee))
	text := c.params.text("comment")
	if text == "" {
		text = c.params.text("comment[]") // as Nulab's client sends it
	}
	*p = changed
	c.review(p, &Comment{Content: text, Changes: changes}, activityPullRequestUpdated)
	return c.space.pullRequestJSON(p), nil
}

// review adds the caller's comment to a pull request.
func (c *call) review(p *PullRequest, m *Comment, kind int) {
	now := c.space.Now()
	m.ID, m.Creator, m.Created, m.Updated = c.space.nextID(), c.user.ID, now, now
	m.Notices = c.notices(c.space.Project(c.space.repository(p.Repository).Project))
	p.Comments = append(p.Comments, m)
	p.Updated, p.Updater = now, c.user.ID
	c.notePullRequest(kind, p, m)
}

// notePullRequest remembers what the caller did to a pull request.
func (c *call) notePullRequest(kind int, p *PullRequest, m *Comment) {
	c.space.remember(kind, c.space.repository(p.Repository).Project, 0, c.user.ID, c.space.pullRequestContent(p, m))
}

func postReview(c *call, p *PullRequest) (any, error) {
	content := c.params.required("content")
	files := c.params.ints("attachmentId")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	added, err := c.adopt(files)
	if err != nil {
		return nil, err
	}
	m := &Comment{Content: content}
	for _, a := range added {
		m.Changes = append(m.Changes, Change{Field: "attachment", New: a.Name})
	}
	p.Attachments = slices.Concat(p.Attachments, added)
	c.review(p, m, activityPullRequestCommented)
	return c.space.review(p, m), nil
}

func patchReview(c *call, p *PullRequest) (any, error) {
	content := c.params.required("content")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	id, _ := c.wordID("comment")
	m := find(p.Comments, func(m *Comment) bool { return m.ID == id })
	if m == nil {
		return nil, missing("comment")
	}
	if m.Creator != c.user.ID {
		return nil, refuse(UnauthorizedOperationError, "You do not have the authority for this operation.")
	}
	m.Content, m.Updated = content, c.space.Now()
	return c.space.review(p, m), nil
}
