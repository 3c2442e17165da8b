package backlogtest

import (
	"slices"
)

func commentWriteRoutes() []route {
	return []route{
		{"POST", "/issues/{issue}/comments", Update, 201, postComment},
		{"PATCH", "/issues/{issue}/comments/{comment}", Update, 200, patchComment},
		{"DELETE", "/issues/{issue}/comments/{comment}", Update, 200, deleteComment},
		{"GET", "/issues/{issue}/comments/{comment}/notifications", Read, 200, commentNotices},
		{"POST", "/issues/{issue}/comments/{comment}/notifications", Update, 200, postNotices},
	}
}

func postComment(c *call) (any, error) {
	i, err := c.issueToWrite()
	if err != nil {
		return nil, err
	}
	content := c.params.text("content")
	if content == "" {
		c.params.problem("No comment content.")
	}
	changed := *i
	if err := c.attachTo(&changed); err != nil {
		return nil, err
	}
	m := &Comment{Content: content, Changes: c.space.changesFrom(c.space.Project(i.Project), i, &changed)}
	comments := c.space.own(i)
	i.Attachments = changed.Attachments
	c.say(i, comments, m)
	return c.space.comment(i, m), nil
}

// ownComment is the comment that the path names, if the caller wrote it, or is
// an administrator and may remove it.
func (c *call) ownComment(remove bool) (*Issue, *Comment, error) {
	i, m, err := c.commentOfPath()
	if err != nil {
		return nil, nil, err
	}
	if m.Creator != c.user.ID && (!remove || !c.user.admin()) {
		return nil, nil, refuse(UnauthorizedOperationError, "You do not have the authority for this operation.")
	}
	comments := c.space.own(i)
	return i, comments[slices.IndexFunc(comments, func(o *Comment) bool { return o.ID == m.ID })], nil
}

func patchComment(c *call) (any, error) {
	content := c.params.text("content")
	if content == "" {
		return nil, refuse(InvalidRequestError, "No comment content.")
	}
	i, m, err := c.ownComment(false)
	if err != nil {
		return nil, err
	}
	m.Content, m.Updated = content, c.space.Now()
	return c.space.comment(i, m), nil
}

func deleteComment(c *call) (any, error) {
	i, m, err := c.ownComment(true)
	if err != nil {
		return nil, err
	}
	gone := c.space.comment(i, m)
	c.space.written[i.ID] = slices.DeleteFunc(c.space.written[i.ID], func(o *Comment) bool { return o == m })
	return gone, nil
}

func commentNotices(c *call) (any, error) {
	_, m, err := c.commentOfPath()
	if err != nil {
		return nil, err
	}
	return listOf(m.Notices, c.space.notice), nil
}

func postNotices(c *call) (any, error) {
	i, m, err := c.ownComment(false)
	if err != nil {
		return nil, err
	}
	notices := c.notices(c.space.Project(i.Project))
	if err := c.params.err(); err != nil {
		return nil, err
	}
	m.Notices = append(m.Notices, notices...)
	return c.space.comment(i, m), nil
}
