package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projects = relation.Table{
	Name:   "Projects",
	Doc:    "One project that you take part in.",
	Path:   "/projects",
	Key:    []string{"Id"},
	Unique: [][]string{{"ProjectKey"}},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the project.", Filter: relation.Filter{How: relation.Closed, Of: relation.Projects, By: relation.ID}},
		{Name: "ProjectKey", Type: relation.Text, Path: "projectKey", Required: true, Doc: "The key of the project, with which the keys of its issues begin, as in WEB.", Filter: relation.Filter{How: relation.Closed, Of: relation.Projects, By: relation.Key}},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the project.", Filter: relation.Filter{How: relation.Closed, Of: relation.Projects, By: relation.Name}},
		{Name: "Archived", Type: relation.Bool, Path: "archived", Doc: "Whether the project is archived: its contents are kept and cannot be changed.", Filter: relation.Filter{How: relation.Here}},
		{Name: "TextFormattingRule", Type: relation.Text, Path: "textFormattingRule", Doc: "The notation of texts: backlog or markdown."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "The place of the project in lists."},
		{Name: "ChartEnabled", Type: relation.Bool, Path: "chartEnabled", Doc: "Whether the project has a burndown and Gantt chart."},
		{Name: "UseResolvedForChart", Type: relation.Bool, Path: "useResolvedForChart", Doc: "Whether charts count Resolved as done."},
		{Name: "SubtaskingEnabled", Type: relation.Bool, Path: "subtaskingEnabled", Doc: "Whether issues may have children."},
		{Name: "GrandchildIssueEnabled", Type: relation.Bool, Path: "grandchildIssueEnabled", Doc: "Whether issues may have grandchildren."},
		{Name: "ProjectLeaderCanEditProjectLeader", Type: relation.Bool, Path: "projectLeaderCanEditProjectLeader", Doc: "Whether administrators of the project may appoint others."},
		{Name: "UseWiki", Type: relation.Bool, Path: "useWiki", Doc: "Whether the project has a wiki."},
		{Name: "UseFileSharing", Type: relation.Bool, Path: "useFileSharing", Doc: "Whether the project has shared files."},
		{Name: "UseWikiTreeView", Type: relation.Bool, Path: "useWikiTreeView", Doc: "Whether the wiki is shown as a tree."},
		{Name: "UseOriginalImageSizeAtWiki", Type: relation.Bool, Path: "useOriginalImageSizeAtWiki", Doc: "Whether the wiki shows images in their original size."},
		{Name: "UseSubversion", Type: relation.Bool, Path: "useSubversion", Doc: "Whether the project has a Subversion repository."},
		{Name: "UseGit", Type: relation.Bool, Path: "useGit", Doc: "Whether the project has Git repositories."},
		{Name: "UseDevAttributes", Type: relation.Bool, Path: "useDevAttributes", Doc: "Whether issues have the attributes for development."},
	},
	Examples: []connector.Example{
		{
			Doc: "The projects that are in use, and what they use.",
			SQL: `SELECT ProjectKey, Name, UseWiki, UseGit, UseFileSharing FROM {source}.Projects WHERE NOT Archived ORDER BY ProjectKey`,
		},
		{
			Doc: "How many issues each project has.",
			SQL: `SELECT p.ProjectKey, p.Name, count(i.Id) AS Issues FROM {source}.Projects p LEFT JOIN {source}.Issues i ON i.ProjectId = p.Id GROUP BY ALL ORDER BY Issues DESC, p.ProjectKey`,
		},
	},
}
