package catalog

import "github.com/trackql/trackql/plugins/backlog/internal/relation"

// happened are the columns that every table of activities ends with: what
// happened, to what, and who did it. See
// https://developer.nulab.com/docs/backlog/api/2/get-recent-updates/.
var happened = []relation.Column{
	{Name: "Type", Type: relation.Int, Path: "type", Required: true, Doc: "What happened: 1 issue created, 2 updated, 3 commented, 4 deleted; 5 wiki page created, 6 updated, 7 deleted; 8 shared file added, 9 updated, 10 deleted; 11 Subversion commit, 12 Git push, 13 repository created; 14 several issues updated; 15 person added to the project, 16 removed; 17 notification added; 18 pull request added, 19 updated, 20 commented, 21 merged; 22 milestone created, 23 updated, 24 deleted; 25 team added to the project, 26 removed; 34 status deleted, 35 dates of issues updated; 36 document created, 37 deleted, 38 renamed; 40 to 46 comments on documents; 47 several issues created, 48 several documents created.", Filter: relation.Filter{How: relation.List, Param: "activityTypeId[]"}},
	{Name: "IssueId", Type: relation.Int, Path: "content.id", When: "type", Is: []int64{1, 2, 3, 4, 17}, Doc: "The id of the issue, of types 1 to 4 and 17."},
	{Name: "KeyId", Type: relation.Int, Path: "content.key_id", Doc: "The number of the issue in its project: the 12 of WEB-12."},
	{Name: "Summary", Type: relation.Text, Path: "content.summary", Doc: "The title of the issue or pull request."},
	{Name: "Description", Type: relation.Text, Path: "content.description", Doc: "The text of the issue, pull request or milestone."},
	{Name: "CommentId", Type: relation.Int, Path: "content.comment.id", Doc: "The id of the comment."},
	{Name: "CommentContent", Type: relation.Text, Path: "content.comment.content", Else: "content.comment", Doc: "What was commented."},
	{Name: "WikiPageId", Type: relation.Int, Path: "content.id", When: "type", Is: []int64{5, 6, 7}, Doc: "The id of the wiki page, of types 5 to 7."},
	{Name: "FileId", Type: relation.Int, Path: "content.id", When: "type", Is: []int64{8, 9, 10}, Doc: "The id of the shared file, of types 8 to 10."},
	{Name: "Dir", Type: relation.Text, Path: "content.dir", Doc: "The folder of the shared file."},
	{Name: "Name", Type: relation.Text, Path: "content.name", Doc: "The name of the wiki page, shared file or milestone."},
	{Name: "Size", Type: relation.Int, Path: "content.size", Doc: "The size of the shared file in bytes."},
	{Name: "Version", Type: relation.Int, Path: "content.version", Doc: "The number of the wiki page's version."},
	{Name: "Diff", Type: relation.Text, Path: "content.diff", Doc: "What changed in the wiki page."},
	{Name: "RepositoryId", Type: relation.Int, Path: "content.repository.id", Doc: "The id of the Git repository."},
	{Name: "RepositoryName", Type: relation.Text, Path: "content.repository.name", Doc: "The name of the Git repository."},
	{Name: "Ref", Type: relation.Text, Path: "content.ref", Doc: "The branch or tag that was pushed."},
	{Name: "Revision", Type: relation.Text, Path: "content.rev", Doc: "The Subversion revision."},
	{Name: "RevisionCount", Type: relation.Int, Path: "content.revision_count", Doc: "How many commits were pushed."},
	{Name: "PullRequestId", Type: relation.Int, Path: "content.id", When: "type", Is: []int64{18, 19, 20, 21}, Doc: "The id of the pull request, of types 18 to 21."},
	{Name: "PullRequestNumber", Type: relation.Int, Path: "content.number", Doc: "The number of the pull request in its repository."},
	{Name: "MilestoneId", Type: relation.Int, Path: "content.id", When: "type", Is: []int64{22, 23, 24}, Doc: "The id of the milestone, of types 22 to 24."},
	{Name: "DocumentId", Type: relation.Text, Path: "content.id", When: "type", Is: []int64{36, 37, 38}, Doc: "The id of the document, of types 36 to 38."},
	{Name: "DocumentTitle", Type: relation.Text, Path: "content.title", Doc: "The title of the document."},
	{Name: "Content", Type: relation.Text, Path: "content", Doc: "All of what happened, as JSON; its structure depends on Type."},
	{Name: "Notifications", Type: relation.Text, Path: "notifications", Doc: "An array as JSON, which present servers leave empty."},
	{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who did it."},
	{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who did it."},
	{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who did it; NULL for those who sign in with a Nulab account only."},
	{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who did it, where the caller may see it."},
	{Name: "Created", Type: relation.Timestamp, Path: "created", Required: true, Doc: "When it happened."},
}
