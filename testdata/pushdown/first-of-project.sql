-- What were the first five issues of OPS?
-- expert: 1
-- why: projectId[], sort=created, order=asc and count=5.
SELECT IssueKey, Summary, Created
FROM bl.Issues
WHERE ProjectKey = 'OPS'
ORDER BY Created
LIMIT 5;
