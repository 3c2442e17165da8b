package backlogtest

import (
	"slices"
)

// seedIssues makes the issues in the order of their creation.
func (s *seeder) seedIssues() {
	created := s.creations()
	s.issues = make([]*Issue, 0, len(created))
	last := make(map[int64][]*Issue) // the latest issues of each project: parents to be
	for n, at := range created {
		p := s.Projects[s.projectOf(n)]
		p.LastKey++
		i := &Issue{ID: s.issueID(n), Project: p.ID, KeyID: p.LastKey, Created: at}
		s.seedIssue(p, i, n)
		s.seedParent(i, last)
		if n%23 == 22 {
			s.Relate(i.ID, s.issues[n/2].ID)
		}
		s.issues = append(s.issues, i)
		s.byKey[issueKey{p.ID, i.KeyID}] = i
	}
}

// creations are the seconds in which issues were made, ascending but for a few
// that were carried over from elsewhere later, with their old dates.
func (s *seeder) creations() []int64 {
	created := make([]int64, s.options.Issues)
	for n := range created {
		created[n] = s.start - 1 - s.random.Int64N(history)
	}
	slices.Sort(created)
	for n := 10; n < len(created); n += 37 {
		created[n] = created[n-1] // made in the same second
	}
	for n := 50; n < len(created); n += 50 {
		created[n] = created[n/2]
	}
	return created
}

// issueID is the id of the n-th issue. The first two are as old as Backlog.
func (s *seeder) issueID(n int) int64 {
	if n < 2 {
		return int64(n + 1)
	}
	return firstIssueID + int64(n)*5 + s.random.Int64N(5)
}

// projectOf is the place of the n-th issue's project: the first projects have
// more issues.
func (s *seeder) projectOf(n int) int {
	count := len(s.Projects)
	if n < count {
		return n
	}
	return min(s.random.IntN(count), s.random.IntN(count))
}

func (s *seeder) seedIssue(p *Project, i *Issue, n int) {
	i.Type = some(s, p.Types).ID
	i.Summary = some(s, subjects) + some(s, faults)
	if n%9 == 0 {
		i.Summary += " #" + decimal(int64(n))
	}
	i.Description = some(s, descriptions)
	i.Priority = []int64{2, 3, 3, 3, 4}[s.random.IntN(5)]
	i.Creator = some(s, p.Members)
	if s.chance(6) {
		i.Creator = s.Users[personLeft].ID
	}
	if s.chance(80) {
		i.Assignee = some(s, p.Members)
	} else if s.chance(40) {
		i.Assignee = s.Users[personLeft].ID
	}
	s.seedState(p, i)
	s.seedTimes(p, i, n)
	i.Categories = s.pick(idsOf(p.Categories, func(c *IssueCategory) int64 { return c.ID }), 60)
	versions := idsOf(p.Versions, func(v *Version) int64 { return v.ID })
	i.Versions = s.pick(versions, 30)
	i.Milestones = s.pick(versions, 55)
	s.seedValues(p, i)
	s.seedExtras(p, i)
}

// seedState gives a status and a resolution: old issues are mostly closed.
func (s *seeder) seedState(p *Project, i *Issue) {
	i.Status, i.Resolution = StatusOpen, None
	age := int((s.start - i.Created) * 100 / history)
	switch {
	case s.chance(age/2 + 30):
		i.Status = StatusClosed
	case s.chance(70):
		i.Status = some(s, p.Statuses).ID
	}
	if i.Status >= StatusResolved && i.Status <= StatusClosed && s.chance(80) {
		i.Resolution = int64(min(s.random.IntN(5), s.random.IntN(5)))
	}
}

// seedTimes gives updates, comments, days and hours.
func (s *seeder) seedTimes(p *Project, i *Issue, n int) {
	i.Updated, i.Updater = i.Created, i.Creator
	i.seededComments = max(0, s.random.IntN(8)-2)
	if i.Status != StatusOpen {
		i.seededComments = max(1, i.seededComments)
	}
	if n == 6 {
		i.seededComments = 230 // more than two pages
	}
	if i.seededComments > 0 {
		longest := min(s.start-1-i.Created, 60*secondsOfDay)
		i.Updated += min(int64(i.seededComments), longest) + s.random.Int64N(max(1, longest-int64(i.seededComments)))
		i.Updated = min(i.Updated, s.start-1)
		if many := s.start - 30*secondsOfDay; n%17 == 7 && i.Created < many-1000 {
			i.Updated = many // one of many that were changed at once
		}
		i.Updater = some(s, p.Members)
	}
	i.firstComment = s.comment
	s.comment += int64(i.seededComments)*3 + 1
	i.Start, i.Due, i.Estimated, i.Actual = NoDay, NoDay, None, None
	if s.chance(50) {
		i.Start = s.dayOf(i.Created) + Day(s.random.IntN(10))
	}
	if s.chance(60) {
		i.Due = s.dayOf(i.Created) + Day(s.random.IntN(60))
	}
	if s.chance(40) {
		i.Estimated = float64(s.random.IntN(160)) / 4
	}
	if i.Status == StatusClosed && s.chance(50) {
		i.Actual = float64(s.random.IntN(200)) / 4
	}
}

// pick is none, one or two of ids: none in the rest of the hundred.
func (s *seeder) pick(ids []int64, percent int) []int64 {
	if !s.chance(percent) {
		return nil
	}
	one := s.random.IntN(len(ids))
	if !s.chance(25) || len(ids) == 1 {
		return []int64{ids[one]}
	}
	other := (one + 1 + s.random.IntN(len(ids)-1)) % len(ids)
	return []int64{ids[min(one, other)], ids[max(one, other)]}
}

// idsOf are the ids of items.
func idsOf[T any](items []T, id func(T) int64) []int64 {
	out := make([]int64, len(items))
	for n, item := range items {
		out[n] = id(item)
	}
	return out
}

func (s *seeder) seedValues(p *Project, i *Issue) {
	for _, f := range p.Fields {
		if !f.applies(i.Type) || s.chance(45) {
			continue
		}
		i.Values = append(i.Values, s.value(f, i))
	}
}

func (s *seeder) value(f *Field, i *Issue) Value {
	v := Value{Field: f.ID}
	switch {
	case f.Type == TextField:
		v.Text = some(s, faults)
	case f.Type == TextAreaField:
		v.Text = some(s, descriptions[1:])
	case f.Type == NumericField && f.Unit != "":
		v.Number = float64(s.random.IntN(500)) * 1000
	case f.Type == NumericField:
		v.Number = float64(s.random.IntN(27)) / 2
	case f.Type == DateField:
		v.Number = float64(s.dayOf(i.Created) + Day(s.random.IntN(90)))
	case f.Type.several():
		v.Items = s.pick(idsOf(f.Items, itemID), 100)
	default:
		v.Items = []int64{some(s, f.Items).ID}
	}
	if f.AllowInput && s.chance(10) {
		v.Text = "その他: " + some(s, subjects)
	}
	return v
}

func itemID(i *Item) int64 { return i.ID }

// seedExtras gives files and stars.
func (s *seeder) seedExtras(p *Project, i *Issue) {
	for s.chance(12) {
		i.Attachments = append(i.Attachments, Attachment{
			ID: s.nextID(), Name: some(s, fileNames), Size: 100 + s.random.Int64N(90_000),
			Creator: i.Creator, Created: i.Created,
		})
	}
	if s.chance(6) {
		files := slices.DeleteFunc(slices.Clone(s.Files), func(f *SharedFile) bool { return f.Folder || f.Project != p.ID })
		i.SharedFiles = s.pick(idsOf(files, func(f *SharedFile) int64 { return f.ID }), 100)
	}
	for s.chance(8) {
		i.Stars = append(i.Stars, Star{ID: s.nextID(), Presenter: some(s, p.Members), Created: i.Updated})
	}
}

// seedParent makes some issues children, and some of these grandchildren.
func (s *seeder) seedParent(i *Issue, last map[int64][]*Issue) {
	recent := last[i.Project]
	if len(recent) > 0 && s.chance(20) {
		parent := some(s, recent)
		above := s.parentOf(parent)
		if above == nil || s.parentOf(above) == nil {
			i.Parent = parent.ID
		}
	}
	recent = append(recent, i)
	last[i.Project] = recent[max(0, len(recent)-12):]
}

// parentOf is the issue's parent, or nil.
func (s *Space) parentOf(i *Issue) *Issue {
	if i.Parent == 0 {
		return nil
	}
	return s.Issue(i.Parent)
}
