package backlogtest

import (
	"slices"
)

func issueWriteRoutes() []route {
	return []route{
		{"POST", "/issues", Update, 201, postIssue},
		{"PATCH", "/issues/{issue}", Update, 200, patchIssue},
		{"DELETE", "/issues/{issue}", Update, 200, deleteIssue},
	}
}

// The roles that may only look.
const (
	roleViewer      = 4
	roleGuestViewer = 6
)

// mayWrite refuses who may only look.
func (c *call) mayWrite() error {
	if c.user.Role == roleViewer || c.user.Role == roleGuestViewer {
		return refuse(UnauthorizedOperationError, "You do not have the authority for this operation.")
	}
	return nil
}

// issueToWrite is the issue that the path names, if the caller may change it.
func (c *call) issueToWrite() (*Issue, error) {
	i, err := c.issueOfPath()
	if err != nil {
		return nil, err
	}
	return i, c.mayWrite()
}

func postIssue(c *call) (any, error) {
	for _, name := range []string{"projectId", "summary", "issueTypeId", "priorityId"} {
		c.params.required(name)
	}
	project := c.params.id("projectId")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	p, err := c.projectNamed(decimal(project))
	if err != nil {
		return nil, err
	}
	if err := c.mayWrite(); err != nil {
		return nil, err
	}
	now := c.space.Now()
	i := &Issue{
		ID: c.space.nextIssueID(), Project: p.ID, Status: StatusOpen, Resolution: None,
		Start: NoDay, Due: NoDay, Estimated: None, Actual: None,
		Creator: c.user.ID, Updater: c.user.ID, Created: now, Updated: now,
	}
	draft{c, p, i}.fill()
	if err := c.attachTo(i); err != nil {
		return nil, err
	}
	p.LastKey++
	i.KeyID = p.LastKey
	c.space.insert(i)
	c.space.note(activityIssueCreated, i, c.user.ID)
	return c.space.issue(i, false), nil
}

// attachTo gives the issue the uploads of attachmentId[], unless something is
// wrong with any parameter.
func (c *call) attachTo(i *Issue) error {
	ids := c.params.ints("attachmentId")
	if err := c.params.err(); err != nil {
		return err
	}
	files, err := c.adopt(ids)
	i.Attachments = slices.Concat(i.Attachments, files)
	return err
}

func patchIssue(c *call) (any, error) {
	i, err := c.issueToWrite()
	if err != nil {
		return nil, err
	}
	p := c.space.Project(i.Project)
	changed := *i
	d := draft{c, p, &changed}
	d.fill()
	d.state()
	if err := c.attachTo(&changed); err != nil {
		return nil, err
	}
	changes := c.space.changesFrom(p, i, &changed)
	text := c.params.text("comment")
	if len(changes) == 0 && text == "" {
		return nil, refuse(InvalidRequestError, "Please change the status or post a comment.")
	}
	comments := c.space.own(i)
	*i = changed
	c.say(i, comments, &Comment{Content: text, Changes: changes})
	return c.space.issue(i, false), nil
}

// say adds a comment to an issue, and tells the activities and the people of
// notifiedUserId[] of it.
func (c *call) say(i *Issue, comments []*Comment, m *Comment) {
	now := c.space.Now()
	m.ID, m.Creator, m.Created, m.Updated = c.space.nextCommentID(), c.user.ID, now, now
	m.Notices = c.notices(c.space.Project(i.Project))
	i.Updated, i.Updater = now, c.user.ID
	c.space.written[i.ID] = append(comments, m)
	c.space.noteComment(i, m)
}

// notices are for the people of notifiedUserId[] who are in the project.
func (c *call) notices(p *Project) []Notice {
	var out []Notice
	for _, id := range c.params.ints("notifiedUserId") {
		if slices.Contains(p.Members, id) {
			out = append(out, Notice{ID: c.space.nextID(), User: id, Reason: 2})
		}
	}
	return out
}

// nextCommentID is higher than every id of a comment.
func (s *Space) nextCommentID() int64 {
	s.lastComment++
	return s.lastComment
}

func deleteIssue(c *call) (any, error) {
	i, err := c.issueToWrite()
	if err != nil {
		return nil, err
	}
	gone := c.space.issue(i, false)
	at, _ := c.space.place(i.ID)
	c.space.remove(at, c.user.ID)
	return gone, nil
}
