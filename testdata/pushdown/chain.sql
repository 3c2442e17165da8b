-- What was said about what OPS has in progress?
-- expert: 9
-- why: the projects, 1 page of issues of one (7 issues), then the comments of each of the 7.
SELECT p.Name, i.IssueKey, c.CreatedUserName, c.Content
FROM bl.Projects p
JOIN bl.Issues i ON i.ProjectId = p.Id
JOIN bl.IssueComments c ON c.IssueId = i.Id
WHERE p.ProjectKey = 'OPS' AND i.StatusName = '処理中'
ORDER BY i.IssueKey, c.Id;
