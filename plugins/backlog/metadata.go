package backlog

import (
	"context"
	"slices"
	"strconv"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// Metadata tells what the issues of the space are made of, project by project.
// Its users are the members of the projects.
func (s *Source) Metadata(ctx context.Context) (connector.Tracker, error) {
	if err := ended(ctx); err != nil {
		return connector.Tracker{}, err
	}
	trip := s.client.Begin("")
	projects, err := s.space.Projects(ctx, trip)
	if err != nil {
		return connector.Tracker{}, err
	}
	tracker := connector.Tracker{}
	ids := make([]int64, len(projects))
	for i, project := range projects {
		described, err := s.project(ctx, trip, project)
		if err != nil {
			return connector.Tracker{}, err
		}
		tracker.Projects = append(tracker.Projects, described)
		ids[i] = project.ID
	}
	tracker.Users, err = s.users(ctx, trip, ids)
	return tracker, err
}

// project tells what the issues of one project are made of.
func (s *Source) project(ctx context.Context, trip *rest.Trip, project space.Project) (connector.Project, error) {
	described := connector.Project{ID: idText(project.ID), Key: project.Key, Name: project.Name}
	ids := []int64{project.ID}
	for _, vocabulary := range []struct {
		of   relation.Vocabulary
		into *[]connector.Term
	}{
		{relation.IssueTypes, &described.Types},
		{relation.Statuses, &described.Statuses},
		{relation.Priorities, &described.Priorities},
	} {
		terms, err := s.space.Terms(ctx, trip, vocabulary.of, ids)
		if err != nil {
			return connector.Project{}, err
		}
		for _, t := range terms {
			*vocabulary.into = append(*vocabulary.into, connector.Term{ID: idText(t.ID), Name: t.Name})
		}
	}
	fields, err := s.space.Fields(ctx, trip, ids)
	if err != nil {
		return connector.Project{}, err
	}
	for _, f := range fields {
		described.Fields = append(described.Fields, describeDefinition(f))
	}
	return described, nil
}

func describeDefinition(f space.Field) connector.Field {
	described := connector.Field{ID: idText(f.ID), Name: f.Name, Kind: connector.TextValue}
	switch f.Kind() {
	case space.Number:
		described.Kind = connector.FloatValue
	case space.Day:
		described.Kind = connector.DateValue
	case space.Several:
		described.Multiple = true
	}
	for _, item := range f.Items {
		described.Options = append(described.Options, connector.Term{ID: idText(item.ID), Name: item.Name})
	}
	return described
}

// users returns the members of projects, each once.
func (s *Source) users(ctx context.Context, trip *rest.Trip, projects []int64) ([]connector.User, error) {
	people, err := s.space.Terms(ctx, trip, relation.People, projects)
	if err != nil {
		return nil, err
	}
	var users []connector.User
	for _, t := range people {
		known := func(u connector.User) bool { return u.ID == idText(t.ID) }
		if !slices.ContainsFunc(users, known) {
			users = append(users, connector.User{ID: idText(t.ID), Name: t.Name})
		}
	}
	return users, nil
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }
