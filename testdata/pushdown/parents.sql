-- Which undertakings do the issues in progress belong to?
-- expert: 2
-- why: the first page of issues is short (49), then id[] of their parents.
SELECT c.IssueKey, p.IssueKey AS Parent, p.Summary
FROM bl.Issues c
JOIN bl.Issues p ON p.Id = c.ParentIssueId
WHERE c.StatusName = '処理中'
ORDER BY c.IssueKey;
