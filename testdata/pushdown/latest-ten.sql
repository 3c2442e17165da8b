-- Which ten issues changed last?
-- expert: 1
-- why: sort=updated and count=10.
SELECT IssueKey, Summary, Updated
FROM bl.Issues
ORDER BY Updated DESC
LIMIT 10;
