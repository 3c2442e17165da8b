package backlogtest

import (
	"math/rand/v2"
	"slices"
)

// seedContents makes what there is beside issues. It has a source of chance of
// its own, so that the issues of a seed stay what they are when more is added here.
func (s *seeder) seedContents() {
	s.random = rand.New(rand.NewPCG(uint64(s.options.Seed), 0xc0de))
	s.ProjectTeams = map[int64][]int64{}
	s.News, s.NewsUpdated = "10月3日(土) 22:00からメンテナンスを行います。", s.start-3*secondsOfDay
	for n, p := range s.Projects {
		s.seedWikis(p, n)
		s.seedDocuments(p, n)
		s.seedRepositories(p, n)
		s.seedWebhooks(p, n)
		s.seedProjectHistory(p)
	}
	s.seedTeams()
	s.seedWatchings()
	s.seedNotifications()
	s.seedViews()
	s.begin()
}

// when is a moment of the space's history, at least so many days before its end.
func (s *seeder) when(days int64) int64 {
	return s.Created + s.random.Int64N(history-days*secondsOfDay)
}

// later is a moment between another and the end.
func (s *seeder) later(than int64) int64 {
	return than + 1 + s.random.Int64N(max(1, min(s.start-2-than, 90*secondsOfDay)))
}

// seedProjectHistory remembers files, milestones and people.
func (s *seeder) seedProjectHistory(p *Project) {
	for _, f := range s.Files {
		if f.Project == p.ID && !f.Folder {
			s.happened(activityFileAdded, p.ID, f.Creator, f.Created, func() object { return fileContent(f) })
		}
	}
	for _, v := range p.Versions {
		s.happened(activityVersionCreated, p.ID, p.Admins[0], s.Created, func() object { return versionContent(v) })
	}
	for _, id := range p.Members[1:min(4, len(p.Members))] {
		s.happened(activityUserAdded, p.ID, p.Admins[0], s.Created, func() object { return s.memberContent(id) })
	}
}

func (s *seeder) seedWikis(p *Project, n int) {
	for at, name := range wikiNames[:len(wikiNames)-n%2] {
		w := &WikiPage{ID: s.nextID(), Project: p.ID, Creator: some(s, p.Members), Created: s.when(100)}
		w.Tags = s.tagsOf(p.ID, name)
		moment := w.Created
		versions := 1 + s.random.IntN(4)
		if at == 0 && n == 0 {
			versions = 130 // more than a page
		}
		for v := range versions {
			version := WikiVersion{int64(v + 1), name, some(s, descriptions[1:]), some(s, p.Members), moment}
			if v == 0 {
				version.Creator = w.Creator
			}
			w.Versions = append(w.Versions, version)
			kind := activityWikiUpdated
			if v == 0 {
				kind = activityWikiCreated
			}
			s.happened(kind, p.ID, version.Creator, moment, func() object { return wikiContent(w, version) })
			moment = min(s.later(moment), moment+secondsOfDay/2)
		}
		if at%3 == 0 {
			w.Attachments = []Attachment{s.attachmentOf(w.Creator, w.Created)}
			w.SharedFiles = s.fileIDs(p, 1)
			w.Stars = []Star{{ID: s.nextID(), Presenter: some(s, p.Members), Created: s.later(w.Created)}}
		}
		s.Wikis = append(s.Wikis, w)
	}
}

// fileIDs are the ids of the first shared files of a project, without folders.
func (s *seeder) fileIDs(p *Project, count int) []int64 {
	files := slices.DeleteFunc(slices.Clone(s.Files), func(f *SharedFile) bool { return f.Folder || f.Project != p.ID })
	return idsOf(files[:min(count, len(files))], func(f *SharedFile) int64 { return f.ID })
}

func (s *seeder) attachmentOf(creator, created int64) Attachment {
	return Attachment{
		ID: s.nextID(), Name: some(s, fileNames), Size: 100 + s.random.Int64N(90_000), Creator: creator, Created: created,
	}
}

func (s *seeder) seedDocuments(p *Project, n int) {
	count := 12
	if n == 0 {
		count = 125 // more than a page
	}
	first := len(s.Documents)
	for at := range count {
		created := s.Created + int64(at+1)*(history-secondsOfDay)/int64(count+1)
		d := &Document{
			ID: documentID(created, s.nextID()), Project: p.ID, Title: some(s, subjects) + some(s, faults),
			Plain: some(s, descriptions), Creator: some(s, p.Members), Created: created,
			Updater: some(s, p.Members), Updated: s.later(created),
		}
		if at%4 == 0 {
			d.Emoji = []string{"🎉", "📝", "🍣"}[at/4%3]
			d.Tags = append(d.Tags, s.documentTag(p.ID, documentTags[at/4%3]))
			d.Attachments = []Attachment{s.attachmentOf(d.Creator, d.Created)}
		}
		switch {
		case at == 3:
			d.Trashed = true
		case at%5 > 1 && at > 5:
			d.Parent = s.Documents[first+at-at%5].ID
		}
		s.Documents = append(s.Documents, d)
		s.seedDocumentComments(p, d, at)
		s.happened(activityDocumentCreated, p.ID, d.Creator, d.Created, func() object { return documentContent(d) })
	}
}

func (s *seeder) seedDocumentComments(p *Project, d *Document, at int) {
	for range at % 3 {
		m := s.documentRemark(p, d.Created)
		for range at % 4 {
			m.Replies = append(m.Replies, s.documentRemark(p, m.Created))
		}
		d.Comments = append(d.Comments, m)
	}
}

func (s *seeder) documentRemark(p *Project, after int64) *DocumentComment {
	created := s.later(after)
	return &DocumentComment{
		ID: documentID(created, s.nextID()), Plain: some(s, remarks), Creator: some(s, p.Members), Created: created,
	}
}

func (s *seeder) seedWebhooks(p *Project, n int) {
	for at := range 2 {
		created := s.when(30)
		h := &Webhook{
			ID: s.nextID(), Project: p.ID, Name: "chat " + decimal(int64(at+1)), Description: some(s, descriptions),
			URL: "https://hooks.example/" + decimal(int64(n*10+at)), All: at == 0,
			Creator: p.Admins[0], Created: created, Updater: p.Admins[0], Updated: s.later(created),
		}
		if !h.All {
			h.Types = []int64{1, 2, 3, 4}
		}
		s.Webhooks = append(s.Webhooks, h)
	}
}

func (s *seeder) seedTeams() {
	for at, name := range teamNames {
		created := s.Created + int64(at)*secondsOfDay
		t := &Team{
			ID: s.nextID(), Name: name, Creator: s.Users[0].ID, Created: created, Updater: s.Users[0].ID, Updated: created,
		}
		for n, u := range s.Users {
			if !u.Left && n%len(teamNames) == at && n < 40 {
				t.Members = append(t.Members, u.ID)
			}
		}
		s.Teams = append(s.Teams, t)
		for n, p := range s.Projects {
			if (at+n)%2 == 0 {
				s.ProjectTeams[p.ID] = append(s.ProjectTeams[p.ID], t.ID)
			}
		}
	}
}

// busy are the people who have watchings, notifications and views.
func (s *seeder) busy() []*User { return s.Users[:4] }

// seedWatchings makes the first person watch more than a page.
func (s *seeder) seedWatchings() {
	for n, u := range s.busy() {
		step := 1 + n*7
		for at := 0; at < len(s.issues) && at/step < 130-n*40; at += step {
			i := s.issues[at]
			created := s.later(i.Created)
			w := &Watching{ID: s.nextID(), User: u.ID, Issue: i.ID, Read: at%3 == 0, Created: created, Updated: created}
			if at%4 == 0 {
				w.Note = some(s, remarks)
			}
			s.Watchings = append(s.Watchings, w)
		}
	}
}

// seedNotifications tells busy people of the latest comments and of documents.
func (s *seeder) seedNotifications() {
	type news struct {
		issue   *Issue
		comment *Comment
	}
	var all []news
	for at := len(s.issues) - 1; at >= 0 && len(all) < 60; at-- {
		if comments := s.Comments(s.issues[at]); len(comments) > 0 {
			all = append(all, news{s.issues[at], comments[len(comments)-1]})
		}
	}
	slices.SortFunc(all, func(a, b news) int { return int(a.comment.Created - b.comment.Created) })
	for at, about := range all {
		for n, u := range s.busy() {
			if (at+n)%2 == 0 && u.ID != about.comment.Creator {
				s.Notifications = append(s.Notifications, &Notification{
					ID: s.nextID(), User: u.ID, Sender: about.comment.Creator, Reason: 2, Read: at < 40, ResourceRead: at < 30,
					Project: about.issue.Project, Issue: about.issue.ID, Comment: about.comment.ID, Created: about.comment.Created,
				})
			}
		}
	}
	s.seedOtherNotifications()
}

// seedOtherNotifications are of a pull request and of a document.
func (s *seeder) seedOtherNotifications() {
	for _, u := range s.busy() {
		for _, p := range s.Repositories[0].PullRequests[:1] {
			s.Notifications = append(s.Notifications, &Notification{
				ID: s.nextID(), User: u.ID, Sender: p.Creator, Reason: 12, Project: s.Repositories[0].Project,
				PullRequest: p.ID, Created: s.start - 2,
			})
		}
		d := s.Documents[0]
		s.Notifications = append(s.Notifications, &Notification{
			ID: s.nextID(), User: u.ID, Sender: d.Creator, Reason: 9, Project: d.Project, Document: d.ID, Created: s.start - 1,
		})
	}
}

func (s *seeder) seedViews() {
	for n, u := range s.busy() {
		moment := s.start - 30*secondsOfDay
		for at := n; at < min(len(s.issues), 25); at++ {
			s.views = append(s.views, view{u.ID, viewedIssue, s.issues[at].ID, moment})
			moment += secondsOfDay / 2
		}
		for _, p := range s.Projects {
			s.views = append(s.views, view{u.ID, viewedProject, p.ID, moment})
			moment += 60
		}
		for _, w := range s.Wikis[n:5] {
			s.views = append(s.views, view{u.ID, viewedWiki, w.ID, moment})
			moment += 60
		}
	}
}
