-- What is open and nobody's?
-- expert: 1
-- why: assigneeId[]=-1 and the open statuses; the first page is short (50 issues).
SELECT IssueKey, Summary, Created
FROM bl.Issues
WHERE AssigneeId IS NULL AND StatusName <> '完了'
ORDER BY Created, IssueKey;
