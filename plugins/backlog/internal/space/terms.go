package space

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// Term is one word of a vocabulary.
type Term struct {
	ID   int64
	Name string
	// Key is that of a project; other terms have none.
	Key string
	// Project is whose term it is, 0 where it is the whole space's. A term of
	// several projects, as a person, is there once for each.
	Project int64
}

// Value returns what a column that holds a facet of the term has.
func (t Term) Value(by relation.Facet) connector.Value {
	switch {
	case by == relation.ID:
		return connector.IntOf(t.ID)
	case by == relation.Name:
		return connector.TextOf(t.Name)
	case t.Key == "":
		return connector.Null()
	}
	return connector.TextOf(t.Key)
}

// vocabularies are the paths of vocabularies that each project has its own of,
// below the project; and of those that the space has.
var (
	ofProject = map[relation.Vocabulary]string{
		relation.Statuses:   "statuses",
		relation.IssueTypes: "issueTypes",
		relation.Categories: "categories",
		relation.Versions:   "versions",
		relation.People:     "users",
	}
	ofSpace = map[relation.Vocabulary]string{
		relation.Priorities:  "/priorities",
		relation.Resolutions: "/resolutions",
	}
)

// pullRequestStatuses are what the API documents; there is no request for them.
var pullRequestStatuses = []Term{{ID: 1, Name: "Open"}, {ID: 2, Name: "Closed"}, {ID: 3, Name: "Merged"}}

// What is asked for elsewhere in this package, too: the path of the people of
// the space, and that of custom fields below a project.
const (
	usersPath    = "/users"
	customFields = "customFields"
)

// projectOf returns which vocabulary, or other thing, of a project a path is.
func projectOf(path string) (what string, ok bool) {
	rest, ok := strings.CutPrefix(path, projectsPath+"/")
	if !ok {
		return "", false
	}
	_, what, ok = strings.Cut(rest, "/")
	return what, ok
}

// Terms returns the terms of a vocabulary: project by project, in the server's
// order. Projects, Priorities and Resolutions are the whole space's, whatever
// projects are given, and PullRequestStatuses are the same everywhere; of the
// others there are those of the given projects. People are the members of
// projects: [Space.Everybody] are those of the space.
func (s *Space) Terms(ctx context.Context, trip *rest.Trip, of relation.Vocabulary, projects []int64) ([]Term, error) {
	return s.terms(ctx, trip, of, projects, forever)
}

// Refresh is Terms, but asks again for what was not asked in the last ten
// seconds. It is for names that no term has.
func (s *Space) Refresh(ctx context.Context, trip *rest.Trip, of relation.Vocabulary, projects []int64) ([]Term, error) {
	return s.terms(ctx, trip, of, projects, moment)
}

// Everybody returns the people of the space, also those who take part in no
// project now: none where the caller may not list them, because only an
// administrator may. Who has left the space is not among them.
func (s *Space) Everybody(ctx context.Context, trip *rest.Trip) ([]Term, error) {
	return s.everybody(ctx, trip, forever)
}

// RefreshEverybody is Everybody, but asks again for what was not asked in the
// last ten seconds.
func (s *Space) RefreshEverybody(ctx context.Context, trip *rest.Trip) ([]Term, error) {
	return s.everybody(ctx, trip, moment)
}

func (s *Space) everybody(ctx context.Context, trip *rest.Trip, age time.Duration) ([]Term, error) {
	return answer(ctx, s, trip, usersPath, age, list(usersPath, term(0)))
}

func (s *Space) terms(ctx context.Context, trip *rest.Trip, of relation.Vocabulary, projects []int64, age time.Duration) ([]Term, error) {
	if of == relation.Projects {
		return s.projectTerms(ctx, trip, age)
	}
	if of == relation.PullRequestStatuses {
		return slices.Clone(pullRequestStatuses), nil
	}
	if path, ok := ofSpace[of]; ok {
		return answer(ctx, s, trip, path, age, list(path, term(0)))
	}
	what, ok := ofProject[of]
	if !ok {
		return nil, connector.Errorf(connector.Internal, "vocabulary %d is none", of)
	}
	return each(ctx, projects, func(ctx context.Context, project int64) ([]Term, error) {
		path := inProject(project, what)
		return answer(ctx, s, trip, path, age, list(path, term(project)))
	})
}

func (s *Space) projectTerms(ctx context.Context, trip *rest.Trip, age time.Duration) ([]Term, error) {
	projects, err := s.projects(ctx, trip, age)
	if err != nil {
		return nil, err
	}
	terms := make([]Term, len(projects))
	for i, p := range projects {
		terms[i] = Term{ID: p.ID, Name: p.Name, Key: p.Key, Project: p.ID}
	}
	return terms, nil
}

func term(project int64) func(gjson.Result) (Term, bool) {
	return func(r gjson.Result) (Term, bool) {
		id := r.Get("id")
		return Term{ID: id.Int(), Name: r.Get("name").String(), Project: project}, id.Type == gjson.Number
	}
}

// Match returns the terms for which a condition on a column that holds a facet
// of them is true.
func Match(terms []Term, by relation.Facet, p connector.Predicate) []Term {
	matching := []Term{}
	for _, t := range terms {
		if p.Match(t.Value(by)) {
			matching = append(matching, t)
		}
	}
	return matching
}

// IDs returns the ids of terms, each once, in ascending order.
func IDs(terms []Term) []int64 {
	ids := make([]int64, len(terms))
	for i, t := range terms {
		ids[i] = t.ID
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
