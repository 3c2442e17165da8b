package backlogtest

import (
	"slices"
)

func issueFileRoutes() []route {
	return []route{
		{"GET", "/issues/{issue}/attachments", Read, 200, ofIssue(func(c *call, i *Issue) any {
			return listOf(i.Attachments, c.space.attachment)
		})},
		{"GET", "/issues/{issue}/attachments/{attachment}", Read, 200, downloadAttachment},
		{"DELETE", "/issues/{issue}/attachments/{attachment}", Update, 200, deleteAttachment},
		{"GET", "/issues/{issue}/sharedFiles", Read, 200, ofIssue(func(c *call, i *Issue) any {
			return c.space.sharedFilesOf(i)
		})},
		{"POST", "/issues/{issue}/sharedFiles", Update, 200, linkFiles},
		{"DELETE", "/issues/{issue}/sharedFiles/{file}", Update, 200, unlinkFile},
		{"GET", "/issues/{issue}/participants", Read, 200, ofIssue(participants)},
	}
}

// ofIssue answers with something of the issue that the path names.
func ofIssue(render func(*call, *Issue) any) func(*call) (any, error) {
	return func(c *call) (any, error) {
		i, err := c.issueOfPath()
		if err != nil {
			return nil, err
		}
		return render(c, i), nil
	}
}

// participants are who made the issue, works on it, or wrote about it.
func participants(c *call, i *Issue) any {
	ids := []int64{i.Creator}
	if i.Assignee != 0 {
		ids = append(ids, i.Assignee)
	}
	for _, m := range c.space.Comments(i) {
		ids = append(ids, m.Creator)
	}
	slices.Sort(ids)
	return c.people(slices.Compact(ids))
}

// attachmentOfPath is the attachment that the path names, its place, and its
// issue.
func (c *call) attachmentOfPath() (*Issue, int, error) {
	i, err := c.issueOfPath()
	if err != nil {
		return nil, 0, err
	}
	id, _ := c.wordID("attachment")
	at := slices.IndexFunc(i.Attachments, func(a Attachment) bool { return a.ID == id })
	if at < 0 {
		return nil, 0, missing("attachment")
	}
	return i, at, nil
}

func downloadAttachment(c *call) (any, error) {
	i, at, err := c.attachmentOfPath()
	if err != nil {
		return nil, err
	}
	return i.Attachments[at].file(), nil
}

func deleteAttachment(c *call) (any, error) {
	i, at, err := c.attachmentOfPath()
	if err != nil {
		return nil, err
	}
	if err := c.mayWrite(); err != nil {
		return nil, err
	}
	gone := i.Attachments[at]
	c.space.own(i)
	i.Attachments = slices.Delete(slices.Clone(i.Attachments), at, at+1)
	c.stamp(i)
	return c.space.attachment(gone), nil
}

// stamp says that the caller has changed the issue just now.
func (c *call) stamp(i *Issue) {
	i.Updated, i.Updater = c.space.Now(), c.user.ID
	c.space.note(activityIssueUpdated, i, c.user.ID)
}

func linkFiles(c *call) (any, error) {
	i, err := c.issueToWrite()
	if err != nil {
		return nil, err
	}
	ids := c.params.ints("fileId")
	if len(ids) == 0 {
		c.params.problem("fileId[] is required.")
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if f := c.space.file(id); f == nil || f.Project != i.Project || f.Folder {
			return nil, missing("shared file")
		}
	}
	c.space.own(i)
	for _, id := range ids {
		if !slices.Contains(i.SharedFiles, id) {
			i.SharedFiles = append(i.SharedFiles, id)
		}
	}
	c.stamp(i)
	return c.space.sharedFilesOf(i), nil
}

func unlinkFile(c *call) (any, error) {
	i, err := c.issueToWrite()
	if err != nil {
		return nil, err
	}
	id, _ := c.wordID("file")
	at := slices.Index(i.SharedFiles, id)
	if at < 0 {
		return nil, missing("shared file")
	}
	c.space.own(i)
	i.SharedFiles = slices.Delete(slices.Clone(i.SharedFiles), at, at+1)
	c.stamp(i)
	return c.space.sharedFile(c.space.file(id)), nil
}
