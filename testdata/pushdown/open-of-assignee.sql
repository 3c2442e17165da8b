-- What is still open for 田中 太郎?
-- expert: 1
-- why: assigneeId[] and every statusId[] but that of 完了; the first page is short (27 issues).
SELECT IssueKey, Summary, StatusName, DueDate
FROM bl.Issues
WHERE AssigneeName = '田中 太郎' AND StatusName <> '完了'
ORDER BY DueDate, IssueKey;
