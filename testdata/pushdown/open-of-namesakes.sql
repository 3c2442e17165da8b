-- What is still open for 佐藤 健? Two people have that name.
-- expert: 1
-- why: assigneeId[] twice, and every statusId[] but that of 完了; the first page is short (90
-- issues).
SELECT IssueKey, AssigneeId, AssigneeLogin, StatusName
FROM bl.Issues
WHERE AssigneeName = '佐藤 健' AND StatusName <> '完了'
ORDER BY IssueKey;
