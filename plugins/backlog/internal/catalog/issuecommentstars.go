package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueCommentStars = relation.Table{
	Name:   "IssueCommentStars",
	Doc:    "One star that a comment got. It costs no request beside those for the comments.",
	Parent: "IssueComments",
	Inside: "stars",
	Key:    []string{"CommentId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"CommentId"}, Table: "IssueComments", To: []string{"Id"}},
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "CommentId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the comment."},
		{Name: "IssueId", Type: relation.Int, Of: "IssueId", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the star."},
		{Name: "Title", Type: relation.Text, Path: "title", Doc: "The title of the page that got the star."},
		{Name: "Url", Type: relation.Text, Path: "url", Doc: "The address of the page that got the star."},
		{Name: "Comment", Type: relation.Text, Path: "comment", Doc: "What was written with the star."},
		{Name: "PresenterId", Type: relation.Int, Path: "presenter.id", Doc: "The id of the person who gave the star."},
		{Name: "PresenterName", Type: relation.Text, Path: "presenter.name", Doc: "The name of the person who gave the star."},
		{Name: "PresenterLogin", Type: relation.Text, Path: "presenter.userId", Doc: "The login id of the person who gave the star; NULL for those who sign in with a Nulab account only."},
		{Name: "PresenterMailAddress", Type: relation.Text, Path: "presenter.mailAddress", Doc: "The mail address of the person who gave the star, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When the star was given."},
	},
	Examples: []connector.Example{
		{
			Doc: "The comments on an issue that got stars.",
			SQL: `SELECT CommentId, count(*) AS Stars, string_agg(PresenterName, ', ') AS "By" FROM {source}.IssueCommentStars WHERE IssueKey = 'WEB-1' GROUP BY CommentId ORDER BY Stars DESC`,
		},
		{
			Doc: "Who gave stars to comments in a project, among the issues that changed this week.",
			SQL: `SELECT s.PresenterName, count(*) AS Stars FROM {source}.Issues i JOIN {source}.IssueCommentStars s ON s.IssueId = i.Id WHERE i.ProjectKey = 'WEB' AND i.Updated >= now() - INTERVAL 7 DAY GROUP BY ALL ORDER BY Stars DESC`,
		},
	},
}
