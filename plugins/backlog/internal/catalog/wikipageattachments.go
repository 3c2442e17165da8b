package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var wikiPageAttachments = relation.Table{
	Name:     "WikiPageAttachments",
	Doc:      "One file that is attached to a wiki page. Asked per page.",
	Parent:   "WikiPages",
	Path:     "/wikis/{WikiPageId}/attachments",
	Optional: []int{6},
	Key:      []string{"WikiPageId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"WikiPageId"}, Table: "WikiPages", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "ProjectName", Required: true, Doc: "The name of the project."},
		{Name: "WikiPageId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the wiki page."},
		{Name: "WikiPageName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the wiki page."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the attachment."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the file."},
		{Name: "Size", Type: relation.Int, Path: "size", Doc: "The size of the file in bytes."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who attached the file."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who attached the file."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who attached the file; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who attached the file, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When the file was attached."},
	},
	Examples: []connector.Example{
		{
			Doc: "The files of one page.",
			SQL: `SELECT Name, Size, CreatedUserName FROM {source}.WikiPageAttachments WHERE ProjectKey = 'WEB' AND WikiPageName = 'Home' ORDER BY Name`,
		},
		{
			Doc: "The largest files in a project's wiki.",
			SQL: `SELECT WikiPageName, Name, Size FROM {source}.WikiPageAttachments WHERE ProjectKey = 'WEB' ORDER BY Size DESC LIMIT 20`,
		},
	},
}
