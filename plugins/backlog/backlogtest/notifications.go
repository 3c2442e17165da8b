package backlogtest

import (
	"cmp"
	"slices"
)

func notificationRoutes() []route {
	return []route{
		{"GET", "/notifications", Read, 200, listNotifications},
		{"GET", "/notifications/count", Read, 200, countNotifications},
		{"POST", "/notifications/markAsRead", Update, 200, readNotifications},
		{"POST", "/notifications/{notification}/markAsRead", Update, 204, readNotification},
	}
}

// told are the notifications of the caller, ascending by id.
func (c *call) told() []*Notification {
	c.space.tell()
	var out []*Notification
	for _, n := range c.space.Notifications {
		if n.User == c.user.ID && c.sees(c.space.Project(n.Project)) {
			out = append(out, n)
		}
	}
	return out
}

// tell makes notifications of the notices of comments that were given since the
// space was seeded: they have the same ids.
func (s *Space) tell() {
	last := int64(0)
	if n := len(s.Notifications); n > 0 {
		last = s.Notifications[n-1].ID
	}
	var fresh []*Notification
	for id, comments := range s.written {
		i := s.Issue(id)
		for _, m := range comments {
			for _, notice := range m.Notices {
				if i != nil && notice.ID > last && notice.ID < firstCommentID {
					fresh = append(fresh, &Notification{
						ID: notice.ID, User: notice.User, Sender: m.Creator, Reason: notice.Reason,
						Project: i.Project, Issue: i.ID, Comment: m.ID, Created: m.Created,
					})
				}
			}
		}
	}
	slices.SortFunc(fresh, func(a, b *Notification) int { return cmp.Compare(a.ID, b.ID) })
	s.Notifications = append(s.Notifications, fresh...)
}

func listNotifications(c *call) (any, error) {
	page, sender := parseIDPage(c.params), c.params.id("senderId")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(c.told(), func(n *Notification) bool { return sender != 0 && n.Sender != sender })
	return listOf(pageByID(c.space, page, all, func(n *Notification) int64 { return n.ID }), c.space.notification), nil
}

func countNotifications(c *call) (any, error) {
	read, resource := tri(c.params, "alreadyRead"), tri(c.params, "resourceAlreadyRead")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	count := 0
	for _, n := range c.told() {
		if (read == nil || *read == n.Read) && (resource == nil || *resource == n.ResourceRead) {
			count++
		}
	}
	return object{{"count", count}}, nil
}

// readNotifications says that the caller has seen all; it answers how many were
// not seen before.
func readNotifications(c *call) (any, error) {
	count := 0
	for _, n := range c.told() {
		if !n.Read {
			n.Read = true
			count++
		}
	}
	return object{{"count", count}}, nil
}

func readNotification(c *call) (any, error) {
	id, _ := c.wordID("notification")
	n := find(c.told(), func(n *Notification) bool { return n.ID == id })
	if n == nil {
		return nil, missing("notification")
	}
	n.Read, n.ResourceRead = true, true
	return nil, nil
}

func (s *Space) notification(n *Notification) any {
	var issue, comment, pull, document any
	if i := s.Issue(n.Issue); i != nil {
		issue = s.issue(i, false)
		if m := find(s.Comments(i), func(m *Comment) bool { return m.ID == n.Comment }); m != nil {
			comment = s.comment(i, m)
		}
	}
	if p := s.pullRequest(n.PullRequest); p != nil {
		pull = s.pullRequestJSON(p)
	}
	if d := s.document(n.Document); d != nil {
		document = s.documentJSON(d)
	}
	return object{
		{"id", n.ID},
		{"alreadyRead", n.Read},
		{"reason", n.Reason},
		{"resourceAlreadyRead", n.ResourceRead},
		{"project", s.project(s.Project(n.Project))},
		{"issue", issue},
		{"comment", comment},
		{"pullRequest", pull},
		{"pullRequestComment", nil},
		{"document", document},
		{"documentComment", nil},
		{"documentCommentReply", nil},
		{"sender", s.userByID(n.Sender)},
		{"created", moment(n.Created)},
	}
}
