package backlogtest

// aboutRoutes are what a space tells of itself.
func aboutRoutes() []route {
	return []route{
		{"GET", "/space/licence", Read, 200, func(c *call) (any, error) { return c.space.licence(), nil }},
		{"GET", "/space/diskUsage", Read, 200, asAdmin(func(c *call) (any, error) { return c.space.diskUsage(), nil })},
		{"GET", "/space/notification", Read, 200, func(c *call) (any, error) { return c.space.news(), nil }},
		{"PUT", "/space/notification", Update, 200, asAdmin(putNews)},
		{"GET", "/projects/{project}/diskUsage", Read, 200, toProject(func(c *call, p *Project) (any, error) {
			return append(object{{"projectId", p.ID}}, c.space.bytesOf(p).json()...), nil
		})},
	}
}

func (s *Space) licence() any {
	out := object{{"active", true}, {"licenceTypeId", 11}, {"startedOn", moment(s.Created)}, {"limitDate", nil}}
	for _, name := range []string{
		"attribute", "burndown", "fileSharing", "gantt", "git", "grandchildIssueEnabled", "nulabAccount",
		"parentChildIssue", "postIssueByMail", "subversion", "subversionExternal", "wikiAttachment",
	} {
		out = append(out, member{name, true})
	}
	for _, limit := range []struct {
		name string
		most int64
	}{
		{"attachmentLimit", 0},
		{"attachmentLimitPerFile", largestFile},
		{"attachmentNumLimit", 100},
		{"attributeLimit", 100},
		{"commentLimit", 0},
		{"componentLimit", 0},
		{"issueLimit", 0},
		{"projectLimit", 0},
		{"pullRequestAttachmentLimitPerFile", largestFile},
		{"pullRequestAttachmentNumLimit", 20},
		{"remoteAddressLimit", 100},
		{"storageLimit", storage},
		{"userLimit", 0},
		{"versionLimit", 0},
		{"wikiAttachmentLimitPerFile", largestFile},
		{"wikiAttachmentNumLimit", 100},
	} {
		out = append(out, member{limit.name, limit.most})
	}
	return append(out, member{"remoteAddress", false})
}

// storage is how many bytes the space may hold.
const storage = 100 << 30

// usage is how many bytes are used for what.
type usage struct{ issue, wiki, file, git int64 }

func (u usage) json() object {
	return object{
		{"issue", u.issue}, {"wiki", u.wiki}, {"file", u.file}, {"subversion", 0}, {"git", u.git}, {"gitLFS", 0},
	}
}

// bytesOf is what a project uses: the sizes of its files, and of its texts.
func (s *Space) bytesOf(p *Project) usage {
	var u usage
	for _, i := range s.issues {
		if i.Project == p.ID {
			u.issue += int64(len(i.Description)) + sizeOf(i.Attachments)
		}
	}
	for _, w := range s.Wikis {
		if w.Project == p.ID {
			u.wiki += int64(len(w.now().Content)) + sizeOf(w.Attachments)
		}
	}
	for _, f := range s.Files {
		if f.Project == p.ID {
			u.file += f.Size
		}
	}
	for _, r := range s.Repositories {
		if r.Project == p.ID {
			u.git += int64(len(r.PullRequests)) << 20
		}
	}
	return u
}

func sizeOf(attachments []Attachment) int64 {
	sum := int64(0)
	for _, a := range attachments {
		sum += a.Size
	}
	return sum
}

func (s *Space) diskUsage() any {
	var all usage
	details := list{}
	for _, p := range s.Projects {
		u := s.bytesOf(p)
		all = usage{all.issue + u.issue, all.wiki + u.wiki, all.file + u.file, all.git + u.git}
		details = append(details, append(object{{"projectId", p.ID}}, u.json()...))
	}
	return append(append(object{{"capacity", storage}}, all.json()...), member{"details", details})
}

func (s *Space) news() any {
	return object{{"content", s.News}, {"updated", orNever(s.NewsUpdated)}}
}

func putNews(c *call) (any, error) {
	c.space.News, c.space.NewsUpdated = c.params.text("content"), c.space.Now()
	return c.space.news(), nil
}
