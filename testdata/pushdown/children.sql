-- Which children has WEB-636, and in which state?
-- expert: 1
-- why: parentIssueId[] with the id; the page is short.
SELECT IssueKey, Summary, StatusName
FROM bl.Issues
WHERE ParentIssueId = 1073746980
ORDER BY IssueKey;
