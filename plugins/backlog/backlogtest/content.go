package backlogtest

// What activities tell of things that are no issues.

func wikiContent(w *WikiPage, v WikiVersion) object {
	return object{
		{"id", w.ID},
		{"name", v.Name},
		{"content", v.Content},
		{"diff", "+" + v.Content},
		{"version", v.Version},
		{"attachments", list{}},
		{"shared_files", list{}},
	}
}

func documentContent(d *Document) object { return object{{"id", d.ID}, {"title", d.Title}} }

func fileContent(f *SharedFile) object {
	return object{{"id", f.ID}, {"dir", f.Dir}, {"name", f.Name}, {"size", f.Size}}
}

func repositoryContent(r *Repository) object {
	return object{{"id", r.ID}, {"name", r.Name}, {"description", r.Description}}
}

// pushContent is a push of one commit.
func pushContent(r *Repository, at int64) object {
	return object{
		{"repository", repositoryContent(r)},
		{"change_type", "update"},
		{"revision_type", "commit"},
		{"ref", "refs/heads/main"},
		{"revision_count", 1},
		{"revisions", list{object{{"rev", commit(at)}, {"comment", "Fix the build"}}}},
	}
}

// pullRequestContent is a pull request, and what was said of it: nil for none.
func (s *Space) pullRequestContent(p *PullRequest, m *Comment) object {
	var comment, issue any
	changes := list{}
	if m != nil {
		comment = object{{"id", m.ID}, {"content", m.Content}}
		changes = listOf(m.Changes, func(c Change) any {
			return object{{"field", c.Field}, {"new_value", c.New}, {"old_value", c.Old}}
		})
	}
	if i := s.Issue(p.Issue); i != nil {
		issue = object{{"id", i.ID}, {"key_id", i.KeyID}, {"summary", i.Summary}, {"description", i.Description}}
	}
	return object{
		{"id", p.ID},
		{"number", p.Number},
		{"summary", p.Summary},
		{"description", p.Description},
		{"comment", comment},
		{"changes", changes},
		{"issue", issue},
		{"repository", repositoryContent(s.repository(p.Repository))},
	}
}

func (s *Space) memberContent(user int64) object {
	return object{
		{"users", list{s.userByID(user)}},
		{"group_project_activities", list{}},
		{"comment", ""},
	}
}

func versionContent(v *Version) object {
	return object{
		{"id", v.ID},
		{"name", v.Name},
		{"start_date", dayText(v.Start)},
		{"reference_date", dayText(v.Due)},
		{"description", v.Description},
	}
}
