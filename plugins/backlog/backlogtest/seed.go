package backlogtest

import (
	"math/rand/v2"
	"time"
)

// Where the ids of the seeded space begin. Ids of different things do not
// overlap, and some are above 2^31.
const (
	firstUserID     = 5_001
	firstProjectID  = 1_000_101
	firstTermID     = 40_001
	firstFieldID    = 70_001
	firstItemID     = 1
	firstIssueID    = 1_073_741_000
	firstActivityID = 2_000_000_000
	firstCommentID  = 3_000_000_000
	firstOtherID    = 600_000
)

// years is how long before Options.Start the space's history begins.
const history = 730 * secondsOfDay

// seeder makes a space.
type seeder struct {
	*Space
	random  *rand.Rand
	start   int64 // nothing happened later
	comment int64 // the id that the next comment gets
	term    int64
}

// seed makes the space of the options, without a clock.
func seed(options Options, zone *time.Location) *Space {
	s := &seeder{
		Space: &Space{
			Key: "emulated", Name: "エミュレーター", Zone: zone, options: options,
			byKey: make(map[issueKey]*Issue, options.Issues), written: map[int64][]*Comment{},
			uploads: map[int64]*upload{}, rendered: map[any]raw{}, lastID: firstOtherID,
		},
		random:  rand.New(rand.NewPCG(uint64(options.Seed), 0x5ca4ab)),
		start:   options.Start.Unix(),
		comment: firstCommentID,
		term:    firstTermID,
	}
	s.Created = s.start - history
	s.seedUsers()
	s.seedProjects()
	s.seedFiles()
	s.seedIssues()
	s.seedContents()
	s.lastComment = s.comment
	return s.Space
}

// chance is true in so many of a hundred cases.
func (s *seeder) chance(percent int) bool { return s.random.IntN(100) < percent }

// some picks one of items.
func some[T any](s *seeder, items []T) T { return items[s.random.IntN(len(items))] }

func (s *seeder) seedUsers() {
	roles := []int{1, 2, 2, 2, 2, 2, 2, 3, 2, 4}
	for n := range s.options.Users {
		u := &User{ID: firstUserID + int64(n)*7, Role: roles[n%len(roles)], LastLogin: s.start - int64(n)*3600}
		if n > 0 && u.Role == 1 {
			u.Role = 2
		}
		if n < len(people) {
			u.Account, u.Name, u.Lang = people[n].account, people[n].name, people[n].lang
		} else {
			k := n - len(people)
			u.Account = "user" + decimal(int64(n))
			u.Name = familyNames[k%10] + " " + givenNames[k/10%10]
			if k >= 100 {
				u.Name += " " + decimal(int64(k/100+1))
			}
			u.Lang = "ja"
		}
		u.Mail = u.Account + "@example.com"
		u.Left = n == personLeft
		s.Users = append(s.Users, u)
	}
}

func (s *seeder) seedProjects() {
	for n := range s.options.Projects {
		p := &Project{ID: firstProjectID + int64(n)*11, DisplayOrder: n, Archived: n == 3, Markdown: n%2 == 1}
		if n < len(knownProjects) {
			p.Key, p.Name = knownProjects[n].key, knownProjects[n].name
		} else {
			p.Key = "PRJ" + decimal(int64(n))
			p.Name = "プロジェクト " + decimal(int64(n))
		}
		s.seedMembers(p, n)
		s.seedTerms(p, n)
		s.seedFields(p, n)
		s.Projects = append(s.Projects, p)
	}
}

// seedMembers puts everybody in each project, but the ordinary caller in all
// but the last.
func (s *seeder) seedMembers(p *Project, n int) {
	for at, u := range s.Users {
		outside := at == 1 && n > 0 && n == s.options.Projects-1
		if !u.Left && !outside {
			p.Members = append(p.Members, u.ID)
		}
	}
	p.Admins = []int64{s.Users[0].ID}
	if n == 0 {
		p.Admins = append(p.Admins, s.Users[2].ID)
	}
}

// nextTerm is the id of the next of a project's terms.
func (s *seeder) nextTerm() int64 {
	s.term += 3
	return s.term
}

func (s *seeder) seedTerms(p *Project, n int) {
	p.Statuses = s.fixedStatuses(p.ID)
	for i, name := range customStatuses[n%len(customStatuses)] {
		p.Statuses = append(p.Statuses, &Status{s.nextTerm(), p.ID, name, statusColors[i], 1500 + i*100})
	}
	for i, name := range typeNames[n%len(typeNames)] {
		t := &IssueType{ID: s.nextTerm(), Project: p.ID, Name: name, Color: typeColors[i], DisplayOrder: i}
		if i == 1 {
			t.Summary, t.Description = "【障害】", "発生日時:\n再現手順:\n"
		}
		p.Types = append(p.Types, t)
	}
	for i, name := range seededCategories[n%len(seededCategories)] {
		p.Categories = append(p.Categories, &IssueCategory{s.nextTerm(), p.ID, name, i})
	}
	for i, name := range seededVersions[:len(seededVersions)-n%2] {
		v := &Version{ID: s.nextTerm(), Project: p.ID, Name: name, Start: NoDay, Due: NoDay, Archived: i == 0, DisplayOrder: i}
		if i < 4 {
			v.Start = s.dayOf(s.Created) + Day(i*180)
			v.Due = v.Start + 180
			v.Description = name + " の作業"
		}
		p.Versions = append(p.Versions, v)
	}
}

// fixedStatuses are the statuses that every project has.
func (s *Space) fixedStatuses(project int64) []*Status {
	out := make([]*Status, len(fixedStatuses))
	for i, f := range fixedStatuses {
		out[i] = &Status{int64(i + 1), project, s.named(f.ja, f.en), f.color, (i + 1) * 1000}
	}
	return out
}

// named is the name in the space's language.
func (s *Space) named(ja, en string) string {
	if s.options.Lang == "en" {
		return en
	}
	return ja
}

func (s *seeder) seedFields(p *Project, n int) {
	fields := projectFields[n%len(projectFields)]
	for i, f := range fields {
		d := &Field{
			ID: firstFieldID + int64(f.order+n/len(projectFields)*100), Project: p.ID, Type: f.kind, Name: f.name,
			DisplayOrder: i, Unit: f.unit, AllowInput: f.kind == CheckBoxField || f.kind == RadioField,
		}
		if f.bugsOnly {
			d.IssueTypes = []int64{p.Types[1].ID}
		}
		for k, name := range f.items {
			d.Items = append(d.Items, &Item{firstItemID + int64(k), name, k})
		}
		p.Fields = append(p.Fields, d)
	}
}

func (s *seeder) seedFiles() {
	id := int64(450_001)
	for _, p := range s.Projects {
		for i, f := range []SharedFile{
			{Dir: "/", Name: "画像", Folder: true},
			{Dir: "/画像/", Name: "ロゴ.png", Size: 2735},
			{Dir: "/画像/", Name: "banner 01.png", Size: 90210},
			{Dir: "/", Name: "readme.txt", Size: 42},
		} {
			f.ID, f.Project = id, p.ID
			f.Creator, f.Created = p.Members[i%len(p.Members)], s.Created+int64(i)*secondsOfDay
			s.Files = append(s.Files, &f)
			id += 2
		}
	}
}

// dayOf is the day of a moment in the space's zone.
func (s *Space) dayOf(seconds int64) Day {
	t := time.Unix(seconds, 0).In(s.Zone)
	return Day(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay)
}

// beginOf is the moment in which a day begins in the space's zone.
func (s *Space) beginOf(day Day) int64 {
	t := time.Unix(int64(day)*secondsOfDay, 0).UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, s.Zone).Unix()
}
