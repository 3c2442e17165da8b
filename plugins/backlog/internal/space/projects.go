package space

import (
	"context"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

const (
	projectsPath = "/projects"
	// listed is how many keys an error lists.
	listed = 50
)

// Project is a project that the caller may see.
type Project struct {
	ID        int64
	Key, Name string
	Archived  bool
}

// Projects returns the projects of the space that the caller takes part in,
// limited to those of the Config, in the server's order. Kind NotFound tells of
// a key in the Config that no project has.
func (s *Space) Projects(ctx context.Context, trip *rest.Trip) ([]Project, error) {
	return s.projects(ctx, trip, forever)
}

func (s *Space) projects(ctx context.Context, trip *rest.Trip, age time.Duration) ([]Project, error) {
	all, err := answer(ctx, s, trip, projectsPath, age, list(projectsPath, project))
	if err != nil {
		return nil, err
	}
	chosen, err := choose(all, s.cfg.Projects)
	if err == nil || age <= moment {
		return chosen, err
	}
	return s.projects(ctx, trip, moment)
}

func project(r gjson.Result) (Project, bool) {
	return Project{
		ID: r.Get("id").Int(), Key: r.Get("projectKey").String(), Name: r.Get("name").String(),
		Archived: r.Get("archived").Bool(),
	}, r.Get("id").Type == gjson.Number
}

// choose returns the projects that have one of the keys.
func choose(all []Project, keys []string) ([]Project, error) {
	if len(keys) == 0 {
		return all, nil
	}
	wanted := make([]bool, len(all))
	for _, key := range keys {
		known := false
		for i, p := range all {
			if strings.EqualFold(p.Key, strings.TrimSpace(key)) {
				wanted[i], known = true, true
			}
		}
		if !known {
			return nil, unknownKey(all, key)
		}
	}
	chosen := []Project{}
	for i, p := range all {
		if wanted[i] {
			chosen = append(chosen, p)
		}
	}
	return chosen, nil
}

func unknownKey(all []Project, key string) error {
	err := connector.Errorf(connector.NotFound, "Project: you take part in no project with the key %q", key)
	if len(all) == 0 {
		return err.WithHint("You take part in no project at all. Ask an administrator of the space to add you to one.")
	}
	keys := make([]string, 0, len(all))
	for _, p := range all {
		keys = append(keys, p.Key)
	}
	if more := len(keys) - listed; more > 0 {
		return err.WithHint("There are %s, and %d more.", strings.Join(keys[:listed], ", "), more)
	}
	return err.WithHint("There are %s.", strings.Join(keys, ", "))
}
