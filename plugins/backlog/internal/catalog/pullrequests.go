package catalog

import (
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var pullRequests = relation.Table{
	Name:     "PullRequests",
	Doc:      "One pull request of a Git repository. Asked per repository.",
	Parent:   "Repositories",
	Path:     "/projects/{ProjectId}/git/repositories/{RepositoryId}/pullRequests",
	Paging:   relation.Offset,
	Count:    "/projects/{ProjectId}/git/repositories/{RepositoryId}/pullRequests/count",
	Optional: []int{6},
	Key:      []string{"Id"},
	Unique:   [][]string{{"RepositoryId", "Number"}},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
		{Columns: []string{"RepositoryId"}, Table: "Repositories", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "ProjectName", Required: true, Doc: "The name of the project."},
		{Name: "RepositoryId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the repository."},
		{Name: "RepositoryName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the repository."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the pull request, unique in the space."},
		{Name: "Number", Type: relation.Int, Path: "number", Required: true, Doc: "The number of the pull request in its repository.", Filter: relation.Filter{How: relation.Here}},
		{Name: "Summary", Type: relation.Text, Path: "summary", Required: true, Doc: "The title of the pull request."},
		{Name: "Description", Type: relation.Text, Path: "description", Doc: "The text of the pull request."},
		{Name: "Base", Type: relation.Text, Path: "base", Doc: "The branch that it is to be merged into."},
		{Name: "Branch", Type: relation.Text, Path: "branch", Doc: "The branch that is to be merged."},
		{Name: "StatusId", Type: relation.Int, Path: "status.id", Required: true, Doc: "1 Open, 2 Closed, 3 Merged.", Filter: relation.Filter{How: relation.Closed, Param: "statusId[]", Of: relation.PullRequestStatuses, By: relation.ID}},
		{Name: "StatusName", Type: relation.Text, Path: "status.name", Required: true, Doc: "Open, Closed or Merged.", Filter: relation.Filter{How: relation.Closed, Param: "statusId[]", Of: relation.PullRequestStatuses, By: relation.Name}},
		{Name: "AssigneeId", Type: relation.Int, Path: "assignee.id", Doc: "The id of the person who is to look at it. NULL where nobody is.", Filter: relation.Filter{How: relation.Open, Param: "assigneeId[]", Of: relation.People, By: relation.ID}},
		{Name: "AssigneeName", Type: relation.Text, Path: "assignee.name", Doc: "The name of the person who is to look at it. NULL where nobody is. A name in = or IN means whom the space lists: who left, and has the name of one of them, is found by AssigneeId.", Filter: relation.Filter{How: relation.Open, Param: "assigneeId[]", Of: relation.People, By: relation.Name}},
		{Name: "AssigneeLogin", Type: relation.Text, Path: "assignee.userId", Doc: "The login id of the assignee; NULL for those who sign in with a Nulab account only."},
		{Name: "AssigneeMailAddress", Type: relation.Text, Path: "assignee.mailAddress", Doc: "The mail address of the assignee, where the caller may see it."},
		{Name: "IssueId", Type: relation.Int, Path: "issue.id", Doc: "The id of the issue that it belongs to; the issue's other values are in Issues. NULL where there is none.", Filter: relation.Filter{How: relation.List, Param: "issueId[]"}},
		{Name: "IssueKey", Type: relation.Text, Path: "issue.issueKey", Doc: "The key of the issue that it belongs to."},
		{Name: "IssueSummary", Type: relation.Text, Path: "issue.summary", Doc: "The title of the issue that it belongs to."},
		{Name: "BaseCommit", Type: relation.Text, Path: "baseCommit", Doc: "The commit of the base when it was closed or merged."},
		{Name: "BranchCommit", Type: relation.Text, Path: "branchCommit", Doc: "The commit of the branch when it was closed or merged."},
		{Name: "MergeCommit", Type: relation.Text, Path: "mergeCommit", Doc: "The commit that merged it."},
		{Name: "CloseAt", Type: relation.Timestamp, Path: "closeAt", Epoch: time.Millisecond, Doc: "When it was closed. NULL while it is open."},
		{Name: "MergeAt", Type: relation.Timestamp, Path: "mergeAt", Epoch: time.Millisecond, Doc: "When it was merged. NULL where it was not."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who created the pull request.", Filter: relation.Filter{How: relation.Open, Param: "createdUserId[]", Of: relation.People, By: relation.ID}},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who created the pull request. A name in = or IN means whom the space lists: who left, and has the name of one of them, is found by CreatedUserId.", Filter: relation.Filter{How: relation.Open, Param: "createdUserId[]", Of: relation.People, By: relation.Name}},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who created the pull request; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who created the pull request, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Required: true, Doc: "When it was created."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "updatedUser.id", Doc: "The id of the person who changed the pull request last."},
		{Name: "UpdatedUserName", Type: relation.Text, Path: "updatedUser.name", Doc: "The name of the person who changed the pull request last."},
		{Name: "UpdatedUserLogin", Type: relation.Text, Path: "updatedUser.userId", Doc: "The login id of the person who changed the pull request last; NULL for those who sign in with a Nulab account only."},
		{Name: "UpdatedUserMailAddress", Type: relation.Text, Path: "updatedUser.mailAddress", Doc: "The mail address of the person who changed the pull request last, where the caller may see it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Required: true, Doc: "When it was changed last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The open pull requests, the oldest first.",
			SQL: `SELECT ProjectKey, RepositoryName, Number, Summary, AssigneeName, Created FROM {source}.PullRequests WHERE StatusId = 1 ORDER BY Created`,
		},
		{
			Doc: "How long pull requests of a repository were open, by month.",
			SQL: `SELECT date_trunc('month', MergeAt) AS Month, count(*) AS Merged, avg(date_diff('hour', Created, MergeAt)) AS Hours FROM {source}.PullRequests WHERE ProjectKey = 'WEB' AND RepositoryName = 'app' AND StatusId = 3 GROUP BY ALL ORDER BY Month`,
		},
	},
}
