package backlogtest

import (
	"cmp"
	"slices"
)

func starRoutes() []route {
	return []route{
		{"GET", "/users/{user}/stars", Read, 200, listStars},
		{"GET", "/users/{user}/stars/count", Read, 200, countStars},
		{"POST", "/stars", Update, 204, postStar},
		{"DELETE", "/stars/{star}", Update, 204, deleteStar},
	}
}

// starred is a star with the person whose work got it, and where it is kept.
type starred struct {
	Star
	receiver int64
	project  int64
	in       *[]Star
	issue    *Issue // of a star on an issue or its comment
	render   func() any
}

// stars are all stars of the space, ascending by id.
func (s *Space) stars() []starred {
	if s.memory.stars != nil {
		return s.memory.stars
	}
	var out []starred
	add := func(in *[]Star, receiver, project int64, issue *Issue, render func(Star) any) {
		for _, t := range *in {
			out = append(out, starred{t, receiver, project, in, issue, func() any { return render(t) }})
		}
	}
	for _, i := range s.issues {
		add(&i.Stars, i.Creator, i.Project, nil, func(t Star) any { return s.issueStar(i, t) })
		for _, m := range s.Comments(i) {
			add(&m.Stars, m.Creator, i.Project, i, func(t Star) any { return s.commentStar(i, m, t) })
		}
	}
	for _, w := range s.Wikis {
		add(&w.Stars, w.Creator, w.Project, nil, func(t Star) any { return s.wikiStar(w, t) })
	}
	for _, r := range s.Repositories {
		for _, p := range r.PullRequests {
			add(&p.Stars, p.Creator, r.Project, nil, func(t Star) any { return s.pullRequestStar(p, t) })
			for _, m := range p.Comments {
				add(&m.Stars, m.Creator, r.Project, nil, func(t Star) any { return s.pullRequestStar(p, t) })
			}
		}
	}
	slices.SortFunc(out, func(a, b starred) int { return cmp.Compare(a.ID, b.ID) })
	s.memory.stars = out
	return out
}

func (s *Space) issueStar(i *Issue, t Star) any {
	key := s.KeyOf(i)
	return s.star(t, s.pageURL("/view/"+key), "["+key+"] "+i.Summary+" | 課題の表示 - Backlog")
}

func (s *Space) commentStar(i *Issue, m *Comment, t Star) any {
	key := s.KeyOf(i)
	return s.star(t, s.pageURL("/view/"+key+"#comment-"+decimal(m.ID)), "["+key+"] "+i.Summary)
}

// starsFor are the stars that the person got whom the path names, where the
// caller may see it.
func (c *call) starsFor() ([]starred, error) {
	u, err := c.userOfPath()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(c.space.stars()), func(t starred) bool {
		return t.receiver != u.ID || !c.sees(c.space.Project(t.project))
	}), nil
}

func listStars(c *call) (any, error) {
	page := parseIDPage(c.params)
	if err := c.params.err(); err != nil {
		return nil, err
	}
	stars, err := c.starsFor()
	if err != nil {
		return nil, err
	}
	return listOf(pageByID(c.space, page, stars, func(t starred) int64 { return t.ID }), func(t starred) any { return t.render() }), nil
}

// countStars counts those of the days since and until, and of between.
func countStars(c *call) (any, error) {
	days := span{least: int64(c.params.day("since")), most: int64(c.params.day("until"))}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	stars, err := c.starsFor()
	if err != nil {
		return nil, err
	}
	count := 0
	for _, t := range stars {
		day := int64(c.space.dayOf(t.Created))
		if (days.least == int64(NoDay) || day >= days.least) && (days.most == int64(NoDay) || day <= days.most) {
			count++
		}
	}
	return object{{"count", count}}, nil
}

// postStar gives a star to the one thing that the request names.
func postStar(c *call) (any, error) {
	var in *[]Star
	var project int64
	named := 0
	for name, look := range map[string]func(int64) (*[]Star, int64){
		"issueId": c.space.starsOfIssue, "commentId": c.space.starsOfComment, "wikiId": c.space.starsOfWiki,
		"pullRequestId": c.space.starsOfPullRequest, "pullRequestCommentId": c.space.starsOfReview,
	} {
		if id := c.params.id(name); id != 0 {
			named++
			in, project = look(id)
		}
	}
	if named != 1 {
		c.params.problem("One of issueId, commentId, wikiId, pullRequestId, pullRequestCommentId is required.")
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	if in == nil || !c.sees(c.space.Project(project)) {
		return nil, missing("resource")
	}
	*in = append(slices.Clip(*in), Star{ID: c.space.nextID(), Presenter: c.user.ID, Created: c.space.Now()})
	return nil, nil
}

// starsOfIssue and the others are where the stars of a thing are kept, and its
// project; nil where there is no such thing.
func (s *Space) starsOfIssue(id int64) (*[]Star, int64) {
	if i := s.Issue(id); i != nil {
		return &i.Stars, i.Project
	}
	return nil, 0
}

func (s *Space) starsOfComment(id int64) (*[]Star, int64) {
	for _, i := range s.issues {
		if slices.ContainsFunc(s.Comments(i), func(m *Comment) bool { return m.ID == id }) {
			m := find(s.own(i), func(m *Comment) bool { return m.ID == id })
			return &m.Stars, i.Project
		}
	}
	return nil, 0
}

func (s *Space) starsOfWiki(id int64) (*[]Star, int64) {
	if w := s.wiki(id); w != nil {
		return &w.Stars, w.Project
	}
	return nil, 0
}

func (s *Space) starsOfPullRequest(id int64) (*[]Star, int64) {
	if p := s.pullRequest(id); p != nil {
		return &p.Stars, s.repository(p.Repository).Project
	}
	return nil, 0
}

func (s *Space) starsOfReview(id int64) (*[]Star, int64) {
	for _, r := range s.Repositories {
		for _, p := range r.PullRequests {
			if m := find(p.Comments, func(m *Comment) bool { return m.ID == id }); m != nil {
				return &m.Stars, r.Project
			}
		}
	}
	return nil, 0
}

// deleteStar takes back a star of the caller's own.
func deleteStar(c *call) (any, error) {
	id, _ := c.wordID("star")
	t := find(c.space.stars(), func(t starred) bool { return t.ID == id })
	if t.ID == 0 || t.Presenter != c.user.ID {
		return nil, missing("star")
	}
	in := t.in
	if t.issue != nil { // seeded comments are made anew each time, unless they are the issue's own
		of := find(c.space.own(t.issue), func(m *Comment) bool { return slices.Contains(m.Stars, t.Star) })
		in = &of.Stars
	}
	*in = slices.DeleteFunc(slices.Clone(*in), func(t Star) bool { return t.ID == id })
	return nil, nil
}
