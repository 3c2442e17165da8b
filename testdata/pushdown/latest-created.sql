-- Which 250 issues are the newest?
-- expert: 3
-- why: sort=created: 250 rows are 3 pages, and nothing has to be counted.
SELECT IssueKey, Summary, Created
FROM bl.Issues
ORDER BY Created DESC
LIMIT 250;
