package backlogtest

// repositorySeeds are the repositories of the first projects, and how many pull
// requests each has.
var repositorySeeds = [][]struct {
	name     string
	requests int
}{
	{{"app", 125}, {"docs", 3}}, // the first has more than a page
	{{"mobile", 12}},
	{{"scripts", 0}},
}

func (s *seeder) seedRepositories(p *Project, n int) {
	for at, seed := range repositorySeeds[n%len(repositorySeeds)] {
		r := &Repository{
			ID: s.nextID(), Project: p.ID, Name: seed.name, Description: seed.name + " の開発", DisplayOrder: at,
			Creator: p.Admins[0], Created: s.Created + int64(n)*secondsOfDay,
		}
		s.happened(activityRepositoryCreated, p.ID, r.Creator, r.Created, func() object {
			return object{{"repository", repositoryContent(r)}}
		})
		for number := range int64(seed.requests) {
			r.PullRequests = append(r.PullRequests, s.pullRequestOf(p, r, number+1, int64(seed.requests)))
		}
		if seed.requests > 0 {
			r.Pushed = s.start - secondsOfDay
			s.happened(activityGitPushed, p.ID, r.Creator, r.Pushed, func() object { return pushContent(r, r.Pushed) })
		}
		s.Repositories = append(s.Repositories, r)
	}
}

// pullRequestOf makes a pull request of a repository that will have so many.
func (s *seeder) pullRequestOf(p *Project, r *Repository, number, of int64) *PullRequest {
	q := &PullRequest{
		ID: s.nextID(), Repository: r.ID, Number: number, Summary: some(s, subjects) + some(s, faults),
		Description: some(s, descriptions), Base: "main", Branch: "feature/" + decimal(number), Status: PullRequestOpen,
		Creator: some(s, p.Members), Created: r.Created + number*(s.start-secondsOfDay-r.Created)/(of+1),
	}
	if s.chance(70) {
		q.Assignee = some(s, p.Members)
	}
	if at := s.random.IntN(len(s.issues)); s.issues[at].Project == p.ID {
		q.Issue = s.issues[at].ID
	}
	q.Updater, q.Updated = q.Creator, q.Created
	s.happened(activityPullRequestAdded, p.ID, q.Creator, q.Created, func() object { return s.pullRequestContent(q, nil) })
	if number%5 == 1 {
		q.Attachments = []Attachment{s.attachmentOf(q.Creator, q.Created)}
		q.Stars = []Star{{ID: s.nextID(), Presenter: some(s, p.Members), Created: s.later(q.Created)}}
	}
	comments := s.random.IntN(5)
	if number == 1 && of > 100 {
		comments = 110 // more than a page
	}
	for range comments {
		s.discuss(p, q, activityPullRequestCommented, nil)
	}
	if number < of-5 {
		s.finish(p, q)
	}
	return q
}

// finish merges or closes a pull request.
func (s *seeder) finish(p *Project, q *PullRequest) {
	q.Status = PullRequestMerged
	kind, name := activityPullRequestMerged, "Merged"
	if s.chance(20) {
		q.Status, kind, name = PullRequestClosed, activityPullRequestUpdated, "Closed"
	}
	s.discuss(p, q, kind, []Change{{Field: "status", Old: "Open", New: name}})
	q.Closed = q.Updated
}

// discuss adds a comment, or a change, to a pull request.
func (s *seeder) discuss(p *Project, q *PullRequest, kind int, changes []Change) {
	at := min(q.Updated+1+s.random.Int64N(secondsOfDay/2), s.start-1)
	m := &Comment{ID: s.nextID(), Creator: some(s, p.Members), Created: at, Updated: at, Changes: changes}
	if len(changes) == 0 {
		m.Content = some(s, remarks)
	}
	if s.chance(20) {
		m.Stars = []Star{{ID: s.nextID(), Presenter: some(s, p.Members), Created: at}}
	}
	if s.chance(20) {
		m.Notices = []Notice{{ID: s.nextID(), User: some(s, p.Members), Reason: 11}}
	}
	q.Comments = append(q.Comments, m)
	q.Updated, q.Updater = at, m.Creator
	s.happened(kind, p.ID, m.Creator, at, func() object { return s.pullRequestContent(q, m) })
}

var (
	wikiNames = []string{
		"Home", "[議事録] 定例会議 2026-04", "[議事録][顧客] キックオフ", "Release checklist", "コーディング規約", "FAQ",
	}
	documentTags = []string{"設計", "議事録", "How-to"}
	teamNames    = []string{"開発チーム", "Design", "サポート"}
)
