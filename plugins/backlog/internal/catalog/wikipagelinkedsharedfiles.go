package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var wikiPageLinkedSharedFiles = relation.Table{
	Name:     "WikiPageLinkedSharedFiles",
	Doc:      "One shared file of the project that is linked to a wiki page. Asked per page.",
	Parent:   "WikiPages",
	Path:     "/wikis/{WikiPageId}/sharedFiles",
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
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the shared file."},
		{Name: "Type", Type: relation.Text, Path: "type", Doc: "file or directory."},
		{Name: "Dir", Type: relation.Text, Path: "dir", Doc: "The folder in which it is, from the root of the project's files, with a slash at both ends."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the file or folder."},
		{Name: "Size", Type: relation.Int, Path: "size", Doc: "The size of the file in bytes."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who created the file."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who created the file."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who created the file; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who created the file, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When it was created."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "updatedUser.id", Doc: "The id of the person who changed the file last."},
		{Name: "UpdatedUserName", Type: relation.Text, Path: "updatedUser.name", Doc: "The name of the person who changed the file last."},
		{Name: "UpdatedUserLogin", Type: relation.Text, Path: "updatedUser.userId", Doc: "The login id of the person who changed the file last; NULL for those who sign in with a Nulab account only."},
		{Name: "UpdatedUserMailAddress", Type: relation.Text, Path: "updatedUser.mailAddress", Doc: "The mail address of the person who changed the file last, where the caller may see it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When it was changed last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The shared files of one page.",
			SQL: `SELECT Dir || Name AS File, Size FROM {source}.WikiPageLinkedSharedFiles WHERE ProjectKey = 'WEB' AND WikiPageName = 'Home' ORDER BY File`,
		},
		{
			Doc: "The pages of a project that shared files are linked to.",
			SQL: `SELECT WikiPageName, count(*) AS Files FROM {source}.WikiPageLinkedSharedFiles WHERE ProjectKey = 'WEB' GROUP BY ALL ORDER BY Files DESC`,
		},
	},
}
