package backlogtest

import (
	"math/rand/v2"
)

// Comments are the comments of an issue, oldest first. The seeded ones are made
// when they are asked for, always the same, so that a large space is small; the
// slice may be changed only through the space's methods.
func (s *Space) Comments(i *Issue) []*Comment {
	if written, ok := s.written[i.ID]; ok {
		return written
	}
	p := s.Project(i.Project)
	random := rand.New(rand.NewPCG(uint64(s.options.Seed), uint64(i.ID)))
	out := make([]*Comment, i.seededComments)
	steps := s.steps(p, i, random)
	for n := range out {
		at := i.Created + (i.Updated-i.Created)*int64(n+1)/int64(len(out))
		c := &Comment{
			ID: i.firstComment + int64(n)*3, Creator: p.Members[random.IntN(len(p.Members))], Created: at, Updated: at,
		}
		if n == len(out)-1 {
			c.Creator = i.Updater
		}
		if n < len(steps) {
			c.Changes = steps[n]
		}
		if len(c.Changes) == 0 || random.IntN(3) > 0 {
			c.Content = remark(c.ID)
		}
		s.seedReactions(p, c, random)
		out[n] = c
	}
	return out
}

// remark is what a seeded comment says, if it says anything.
func remark(comment int64) string { return remarks[scatter(comment)%uint64(len(remarks))] }

// maySay is false where no comment of the issue can hold the word. It costs
// little, which matters when a keyword is looked for in a large space.
func (s *Space) maySay(i *Issue, word string) bool {
	if _, ok := s.written[i.ID]; ok {
		return true
	}
	for n := range i.seededComments {
		if contains(remark(i.firstComment+int64(n)*3), word) {
			return true
		}
	}
	return false
}

// own makes the issue's comments its own, so that they can be changed.
func (s *Space) own(i *Issue) []*Comment {
	comments := s.Comments(i)
	s.written[i.ID] = comments
	return comments
}

// countComments is how many comments an issue has.
func (s *Space) countComments(i *Issue) int {
	if written, ok := s.written[i.ID]; ok {
		return len(written)
	}
	return i.seededComments
}

// steps are the change logs of an issue's comments: they lead from an open issue
// of nobody to what the issue is.
func (s *Space) steps(p *Project, i *Issue, random *rand.Rand) [][]Change {
	count := min(i.seededComments, 4)
	if count == 0 {
		return nil
	}
	out := make([][]Change, count)
	way := []int64{StatusOpen}
	if count > 2 && i.Status != StatusInProgress && i.Status != StatusOpen {
		way = append(way, StatusInProgress)
	}
	if i.Status != StatusOpen {
		way = append(way, i.Status)
	}
	for n := 1; n < len(way); n++ {
		out[n-1] = append(out[n-1], Change{
			Field: "status", Old: s.statusName(p, way[n-1]), New: s.statusName(p, way[n]),
		})
	}
	if i.Assignee != 0 && random.IntN(2) == 0 {
		out[0] = append(out[0], Change{Field: "assigner", New: s.User(i.Assignee).Name})
	}
	if i.Due != NoDay && count > 1 {
		out[1] = append(out[1], Change{Field: "limitDate", Old: (i.Due - 7).String(), New: i.Due.String()})
	}
	last := len(out) - 1
	if i.Resolution != None {
		out[last] = append(out[last], Change{Field: "resolution", New: s.termName(resolutions, i.Resolution)})
	}
	for _, a := range i.Attachments {
		out[last] = append(out[last], Change{Field: "attachment", New: a.Name, Attachment: a.ID})
	}
	if len(i.Values) > 0 && count > 2 {
		v := i.Values[0]
		f := p.field(v.Field)
		out[last] = append(out[last], Change{Field: f.Name, New: f.show(v), FieldID: f.ID, FieldType: f.Type})
	}
	return out
}

// seedReactions gives some comments stars and notices.
func (s *Space) seedReactions(p *Project, c *Comment, random *rand.Rand) {
	if random.IntN(10) == 0 {
		c.Stars = []Star{{ID: c.ID + 1, Presenter: p.Members[random.IntN(len(p.Members))], Created: c.Created}}
	}
	if random.IntN(4) == 0 {
		c.Notices = []Notice{{ID: c.ID + 2, User: p.Members[random.IntN(len(p.Members))], Reason: 2, Read: random.IntN(2) == 0}}
	}
}

func (s *Space) statusName(p *Project, id int64) string {
	if status := p.status(id); status != nil {
		return status.Name
	}
	return ""
}

// termName is the name of a term that is the same in every space.
func (s *Space) termName(terms []term, id int64) string {
	t := find(terms, func(t term) bool { return t.id == id })
	return s.named(t.ja, t.en)
}

// status, issueType, category, version and field find one of a project's terms
// by id, or nil.
func (p *Project) status(id int64) *Status {
	return find(p.Statuses, func(s *Status) bool { return s.ID == id })
}

func (p *Project) issueType(id int64) *IssueType {
	return find(p.Types, func(t *IssueType) bool { return t.ID == id })
}

func (p *Project) category(id int64) *IssueCategory {
	return find(p.Categories, func(c *IssueCategory) bool { return c.ID == id })
}

func (p *Project) version(id int64) *Version {
	return find(p.Versions, func(v *Version) bool { return v.ID == id })
}

func (p *Project) field(id int64) *Field {
	return find(p.Fields, func(f *Field) bool { return f.ID == id })
}

func (f *Field) item(id int64) *Item {
	return find(f.Items, func(i *Item) bool { return i.ID == id })
}
