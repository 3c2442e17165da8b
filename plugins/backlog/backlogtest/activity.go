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

// noteComment remembers a comment, or the change that it stands for.
func (s *Space) noteComment(i *Issue, m *Comment) {
	kind := activityIssueCommented
	if len(m.Changes) > 0 {
		kind = activityIssueUpdated
	}
	s.remember(kind, i.Project, i.ID, m.Creator, commentContent(i, m))
}

// commentContent is what an activity tells of a comment.
func commentContent(i *Issue, m *Comment) object {
	return object{
		{"id", i.ID},
		{"key_id", i.KeyID},
		{"summary", i.Summary},
		{"description", i.Description},
		{"comment", object{{"id", m.ID}, {"content", m.Content}}},
		{"changes", listOf(m.Changes, func(c Change) any {
			kind := "standard"
			if c.FieldID != 0 {
				kind = "custom"
			}
			return object{
				{"field", c.Field}, {"field_text", c.Field}, {"new_value", c.New}, {"old_value", c.Old}, {"type", kind},
			}
		})},
		{"attachments", list{}},
		{"shared_files", list{}},
		{"external_file_links", list{}},
	}
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
