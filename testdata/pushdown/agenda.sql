-- How do the issues of tomorrow's agenda stand?
-- expert: 3
-- why: a file with three keys: one request for each.
SELECT a.Owner, i.IssueKey, i.StatusName
FROM read_csv('testdata/pushdown/agenda.csv') a
JOIN bl.Issues i ON i.IssueKey = a.Issue
ORDER BY i.IssueKey;
