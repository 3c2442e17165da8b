package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var userRecentlyViewedProjects = relation.Table{
	Name:   "UserRecentlyViewedProjects",
	Doc:    "One project that you looked at lately: you are the person whose key or sign-in the source has.",
	Path:   "/users/myself/recentlyViewedProjects",
	Paging: relation.Offset,
	ID:     "project.id",
	Key:    []string{"ProjectId"},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Path: "project.id", Required: true, Doc: "The id of the project; its other values are in Projects.", Filter: relation.Filter{Of: relation.Projects}},
		{Name: "ProjectKey", Type: relation.Text, Path: "project.projectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Path: "project.name", Doc: "The name of the project."},
		{Name: "Archived", Type: relation.Bool, Path: "project.archived", Doc: "Whether the project is archived."},
		{Name: "Viewed", Type: relation.Timestamp, Path: "updated", Doc: "When you looked at the project last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The projects that you looked at last.",
			SQL: `SELECT ProjectKey, ProjectName, Viewed FROM {source}.UserRecentlyViewedProjects ORDER BY Viewed DESC LIMIT 10`,
		},
		{
			Doc: "Your projects that you have not looked at lately.",
			SQL: `SELECT ProjectKey, Name FROM {source}.Projects WHERE NOT Archived AND Id NOT IN (SELECT ProjectId FROM {source}.UserRecentlyViewedProjects) ORDER BY 1`,
		},
	},
}
