package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var userReceivedStars = relation.Table{
	Name:   "UserReceivedStars",
	Doc:    "One star that a person got. Asked per person. Without a condition on UserId all people are asked for, which needs the rights of an administrator.",
	Parent: "Users",
	Path:   "/users/{UserId}/stars",
	Paging: relation.ByMinID,
	Count:  "/users/{UserId}/stars/count",
	Key:    []string{"UserId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"UserId"}, Table: "Users", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the star.", Filter: relation.Filter{How: relation.Span}},
		{Name: "UserId", Type: relation.Int, Of: "Id", Required: true, Doc: "The number of the person: Users.Id."},
		{Name: "UserName", Type: relation.Text, Of: "Name", Doc: "The name of the person."},
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
			Doc: "For what a person got stars.",
			SQL: `SELECT Created, PresenterName, Title, Url FROM {source}.UserReceivedStars WHERE UserId = 1 ORDER BY Id DESC`,
		},
		{
			Doc: "Who gives stars to whom.",
			SQL: `SELECT PresenterName, UserName, count(*) AS Stars FROM {source}.UserReceivedStars GROUP BY ALL ORDER BY Stars DESC`,
		},
	},
}
