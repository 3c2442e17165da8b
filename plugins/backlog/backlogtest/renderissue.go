package backlogtest

// issue renders an issue; expand says whether with the counts of its children.
func (s *Space) issue(i *Issue, expand bool) object {
	p := s.Project(i.Project)
	key := p.Key + "-" + decimal(i.KeyID)
	out := object{
		{"id", i.ID},
		{"projectId", i.Project},
		{"issueKey", key},
		{"keyId", i.KeyID},
		{"issueType", s.typeOf(p, i)},
		{"summary", i.Summary},
		{"description", i.Description},
		{"resolution", s.term(resolutions, i.Resolution)},
		{"priority", s.term(priorities, i.Priority)},
		{"status", s.statusOf(p, i)},
		{"assignee", s.userByID(i.Assignee)},
		{"category", s.categoriesOf(p, i)},
		{"versions", s.versionsOf(p, i.Versions)},
		{"milestone", s.versionsOf(p, i.Milestones)},
		{"startDate", s.day(i.Start)},
		{"dueDate", s.day(i.Due)},
		{"estimatedHours", hours(i.Estimated)},
		{"actualHours", hours(i.Actual)},
		{"parentIssueId", orNull(i.Parent)},
		{"createdUser", s.userByID(i.Creator)},
		{"created", moment(i.Created)},
		{"updatedUser", s.userByID(i.Updater)},
		{"updated", moment(i.Updated)},
		{"customFields", s.valuesOf(p, i)},
		{"attachments", listOf(i.Attachments, s.attachment)},
		{"sharedFiles", s.sharedFilesOf(i)},
		{"externalFileLinks", list{}},
		{"stars", listOf(i.Stars, func(t Star) any { return s.issueStar(i, t) })},
	}
	if expand {
		f := s.families()[i.ID]
		out = append(out, member{"childIssueSummary", object{{"total", f.total}, {"closed", f.closed}}})
	}
	return out
}

func hours(h float64) any {
	if h == None {
		return nil
	}
	return h
}

func (s *Space) typeOf(p *Project, i *Issue) any {
	if t := p.issueType(i.Type); t != nil {
		return s.issueType(t)
	}
	return nil
}

func (s *Space) statusOf(p *Project, i *Issue) any {
	if t := p.status(i.Status); t != nil {
		return s.status(t)
	}
	return nil
}

func (s *Space) categoriesOf(p *Project, i *Issue) list {
	out := make(list, 0, len(i.Categories))
	for _, id := range i.Categories {
		if c := p.category(id); c != nil {
			out = append(out, s.category(c))
		}
	}
	return out
}

func (s *Space) versionsOf(p *Project, ids []int64) list {
	out := make(list, 0, len(ids))
	for _, id := range ids {
		if v := p.version(id); v != nil {
			out = append(out, s.version(v))
		}
	}
	return out
}

func (s *Space) sharedFilesOf(i *Issue) list { return s.files(i.SharedFiles) }

// file finds a shared file by id, or nil.
func (s *Space) file(id int64) *SharedFile {
	return find(s.Files, func(f *SharedFile) bool { return f.ID == id })
}

// valuesOf are the issue's values of all custom fields that its type has.
func (s *Space) valuesOf(p *Project, i *Issue) list {
	out := make(list, 0, len(p.Fields))
	for _, f := range p.Fields {
		if !f.applies(i.Type) {
			continue
		}
		entry := object{{"id", f.ID}, {"fieldTypeId", int(f.Type)}, {"name", f.Name}}
		v := i.Value(f.ID)
		if v == nil {
			v = &Value{}
			entry = append(entry, member{"value", f.null()})
		} else {
			entry = append(entry, member{"value", s.value(f, v)})
		}
		if f.Type == CheckBoxField || f.Type == RadioField {
			entry = append(entry, member{"otherValue", orNone(v.Text)})
		}
		out = append(out, entry)
	}
	return out
}

// null is what a field without a value holds.
func (f *Field) null() any {
	if f.Type.several() {
		return list{}
	}
	return nil
}

func (s *Space) value(f *Field, v *Value) any {
	switch {
	case f.Type == NumericField:
		return v.Number
	case f.Type == DateField:
		return s.day(Day(v.Number))
	case !f.Type.hasItems():
		return v.Text
	}
	items := list{}
	for _, id := range v.Items {
		if item := f.item(id); item != nil {
			items = append(items, itemJSON(item))
		}
	}
	switch {
	case f.Type.several():
		return items
	case len(items) == 0:
		return nil
	}
	return items[0]
}
