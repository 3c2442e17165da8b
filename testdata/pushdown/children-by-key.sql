-- Which children has WEB-636, asked in one statement?
-- expert: 2
-- why: the issue by its key, then parentIssueId[].
SELECT c.IssueKey, c.StatusName
FROM bl.Issues p
JOIN bl.Issues c ON c.ParentIssueId = p.Id
WHERE p.IssueKey = 'WEB-636'
ORDER BY c.IssueKey;
