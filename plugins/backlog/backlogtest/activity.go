package backlogtest

// The types of activities that this package makes itself.
const (
	activityIssueCreated   = 1
	activityIssueUpdated   = 2
	activityIssueCommented = 3
	activityIssueDeleted   = 4
)

// note remembers what happened to an issue.
func (s *Space) note(kind int, i *Issue, by int64) {
	content := object{{"id", i.ID}, {"key_id", i.KeyID}}
	if kind != activityIssueDeleted {
		content = append(content, member{"summary", i.Summary}, member{"description", i.Description})
	}
	s.remember(kind, i.Project, i.ID, by, content)
}

// remember adds an activity: issue is 0 where it is about something else.
func (s *Space) remember(kind int, project, issue, by int64, content object) {
	s.Activities = append(s.Activities, Activity{
		ID: s.nextActivityID(), Project: project, Type: kind, Issue: issue,
		Creator: by, Created: s.Now(), content: content,
	})
}

// nextActivityID is higher than every id of an activity.
func (s *Space) nextActivityID() int64 {
	last := int64(firstActivityID)
	if n := len(s.Activities); n > 0 {
		last = s.Activities[n-1].ID
	}
	return last + 1
}
