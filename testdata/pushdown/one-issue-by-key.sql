-- Everything about WEB-12.
-- expert: 1
-- why: the issue by its key.
SELECT IssueKey, Summary, Description, StatusName, AssigneeName, EstimatedHours
FROM bl.Issues
WHERE IssueKey = 'WEB-12';
