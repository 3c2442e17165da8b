package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var userRecentlyViewedWikiPages = relation.Table{
	Name:   "UserRecentlyViewedWikiPages",
	Doc:    "One wiki page that you looked at lately: you are the person whose key or sign-in the source has.",
	Path:   "/users/myself/recentlyViewedWikis",
	Paging: relation.Offset,
	ID:     "page.id",
	Key:    []string{"WikiPageId"},
	Columns: []relation.Column{
		{Name: "WikiPageId", Type: relation.Int, Path: "page.id", Required: true, Doc: "The id of the page; its other values are in WikiPages."},
		{Name: "WikiPageName", Type: relation.Text, Path: "page.name", Doc: "The name of the page."},
		{Name: "ProjectId", Type: relation.Int, Path: "page.projectId", Doc: "The id of the page's project.", Filter: relation.Filter{Of: relation.Projects}},
		{Name: "TagNames", Type: relation.Text, Path: "page.tags.#.name", Doc: "The tags of the page, joined by a comma and a blank."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "page.createdUser.id", Doc: "The id of the person who created the page."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "page.createdUser.name", Doc: "The name of the person who created the page."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "page.createdUser.userId", Doc: "The login id of the person who created the page; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "page.createdUser.mailAddress", Doc: "The mail address of the person who created the page, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "page.created", Doc: "When the page was created."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "page.updatedUser.id", Doc: "The id of the person who changed the page last."},
		{Name: "UpdatedUserName", Type: relation.Text, Path: "page.updatedUser.name", Doc: "The name of the person who changed the page last."},
		{Name: "UpdatedUserLogin", Type: relation.Text, Path: "page.updatedUser.userId", Doc: "The login id of the person who changed the page last; NULL for those who sign in with a Nulab account only."},
		{Name: "UpdatedUserMailAddress", Type: relation.Text, Path: "page.updatedUser.mailAddress", Doc: "The mail address of the person who changed the page last, where the caller may see it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "page.updated", Doc: "When the page was changed last."},
		{Name: "Viewed", Type: relation.Timestamp, Path: "updated", Doc: "When you looked at the page last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The wiki pages that you looked at last.",
			SQL: `SELECT WikiPageName, Viewed FROM {source}.UserRecentlyViewedWikiPages ORDER BY Viewed DESC LIMIT 10`,
		},
		{
			Doc: "Pages that changed since you looked at them.",
			SQL: `SELECT WikiPageName, UpdatedUserName, Updated FROM {source}.UserRecentlyViewedWikiPages WHERE Updated > Viewed ORDER BY Updated DESC`,
		},
	},
}
