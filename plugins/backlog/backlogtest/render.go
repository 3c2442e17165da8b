package backlogtest

// once renders a thing that many answers hold, and keeps it until the space
// changes.
func (s *Space) once(thing any, render func() object) raw {
	if text, ok := s.rendered[thing]; ok {
		return text
	}
	text := raw(appendJSON(nil, render()))
	s.rendered[thing] = text
	return text
}

// userByID is a person, or null for 0.
func (s *Space) userByID(id int64) any {
	u := s.User(id)
	if u == nil {
		return nil
	}
	return s.user(u)
}

func (s *Space) user(u *User) any {
	return s.once(u, func() object {
		out := object{
			{"id", u.ID},
			{"userId", u.Account},
			{"name", u.Name},
			{"roleType", u.Role},
			{"lang", u.Lang},
			{"mailAddress", u.Mail},
			{"nulabAccount", object{{"nulabId", "nulab-" + decimal(u.ID)}, {"name", u.Name}, {"uniqueId", u.Account}}},
			{"lastLoginTime", moment(u.LastLogin)},
		}
		if u.Left {
			for n := range out {
				switch out[n].name {
				case "userId", "lang", "mailAddress", "nulabAccount", "lastLoginTime":
					out[n].value = nil
				}
			}
		}
		return out
	})
}

func (s *Space) project(p *Project) any {
	rule := "backlog"
	if p.Markdown {
		rule = "markdown"
	}
	out := object{{"id", p.ID}, {"projectKey", p.Key}, {"name", p.Name}}
	for _, setting := range projectSettings {
		out = append(out, member{setting.name, p.Setting(setting.name)})
	}
	return append(out, member{"textFormattingRule", rule}, member{"archived", p.Archived},
		member{"displayOrder", p.DisplayOrder})
}

func (s *Space) status(t *Status) any {
	return s.once(t, func() object {
		return object{
			{"id", t.ID}, {"projectId", t.Project}, {"name", t.Name}, {"color", t.Color}, {"displayOrder", t.DisplayOrder},
		}
	})
}

func (s *Space) issueType(t *IssueType) any {
	return s.once(t, func() object {
		return object{
			{"id", t.ID},
			{"projectId", t.Project},
			{"name", t.Name},
			{"color", t.Color},
			{"displayOrder", t.DisplayOrder},
			{"templateSummary", orNone(t.Summary)},
			{"templateDescription", orNone(t.Description)},
		}
	})
}

// orNone is the text, or null where it is empty.
func orNone(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (s *Space) category(c *IssueCategory) any {
	return s.once(c, func() object {
		return object{{"id", c.ID}, {"projectId", c.Project}, {"name", c.Name}, {"displayOrder", c.DisplayOrder}}
	})
}

func (s *Space) version(v *Version) any {
	return s.once(v, func() object {
		return object{
			{"id", v.ID},
			{"projectId", v.Project},
			{"name", v.Name},
			{"description", v.Description},
			{"startDate", s.day(v.Start)},
			{"releaseDueDate", s.day(v.Due)},
			{"archived", v.Archived},
			{"displayOrder", v.DisplayOrder},
		}
	})
}

// day is how the server gives days: as a moment, or null.
func (s *Space) day(d Day) any {
	switch {
	case d == NoDay:
		return nil
	case s.options.OldDates:
		return moment(s.beginOf(d))
	}
	return moment(int64(d) * secondsOfDay)
}

func (s *Space) term(terms []term, id int64) any {
	for _, t := range terms {
		if t.id == id {
			return object{{"id", t.id}, {"name", s.named(t.ja, t.en)}}
		}
	}
	return nil
}

func (s *Space) field(f *Field) any {
	out := object{
		{"id", f.ID},
		{"projectId", f.Project},
		{"typeId", int(f.Type)},
		{"name", f.Name},
		{"description", f.Description},
		{"required", f.Required},
		{"useIssueType", len(f.IssueTypes) > 0},
		{"applicableIssueTypes", numbers(f.IssueTypes)},
		{"displayOrder", f.DisplayOrder},
		{"version", 0},
	}
	switch {
	case f.Type == NumericField:
		out = append(out, member{"min", nil}, member{"max", nil}, member{"initialValue", nil}, member{"unit", orNone(f.Unit)})
	case f.Type == DateField:
		out = append(out, member{"min", nil}, member{"max", nil},
			member{"initialDate", object{{"id", 1}, {"date", nil}, {"shift", nil}}})
	case f.Type.hasItems():
		out = append(out, member{"items", listOf(f.Items, itemJSON)}, member{"allowAddItem", f.AllowAdd})
		if f.Type == CheckBoxField || f.Type == RadioField {
			out = append(out, member{"allowInput", f.AllowInput})
		}
	}
	return out
}

func numbers(ids []int64) list { return listOf(ids, func(id int64) any { return id }) }

func itemJSON(i *Item) any {
	return object{{"id", i.ID}, {"name", i.Name}, {"displayOrder", i.DisplayOrder}}
}

func (s *Space) space() any {
	return object{
		{"spaceKey", s.Key},
		{"name", s.Name},
		{"ownerId", s.Users[0].ID},
		{"lang", s.options.Lang},
		{"timezone", s.Zone.String()},
		{"reportSendTime", "18:00:00"},
		{"textFormattingRule", "markdown"},
		{"created", moment(s.Created)},
		{"updated", moment(s.Created)},
	}
}

func (s *Space) attachment(a Attachment) any {
	return object{
		{"id", a.ID},
		{"name", a.Name},
		{"size", a.Size},
		{"createdUser", s.userByID(a.Creator)},
		{"created", moment(a.Created)},
	}
}

func (s *Space) sharedFile(f *SharedFile) any {
	kind := "file"
	if f.Folder {
		kind = "directory"
	}
	return object{
		{"id", f.ID},
		{"projectId", f.Project},
		{"type", kind},
		{"dir", f.Dir},
		{"name", f.Name},
		{"size", f.Size},
		{"createdUser", s.userByID(f.Creator)},
		{"created", moment(f.Created)},
		{"updatedUser", nil},
		{"updated", moment(f.Created)},
	}
}

// star is a star on something with a page and a title.
func (s *Space) star(t Star, url, title string) any {
	return object{
		{"id", t.ID},
		{"comment", orNone(t.Comment)},
		{"url", url},
		{"title", title},
		{"presenter", s.userByID(t.Presenter)},
		{"created", moment(t.Created)},
	}
}

// show is a value of a custom field as a change log has it.
func (f *Field) show(v Value) string {
	switch {
	case f.Type == NumericField:
		return string(appendJSON(nil, v.Number))
	case f.Type == DateField:
		return Day(v.Number).String()
	case f.Type.hasItems():
		text := ""
		for n, id := range v.Items {
			if n > 0 {
				text += ", "
			}
			if item := f.item(id); item != nil {
				text += item.Name
			}
		}
		return text
	}
	return v.Text
}

// pageURL is the address of a page of the space, for people.
func (s *Space) pageURL(path string) string { return "https://" + s.Key + ".backlog.example" + path }
