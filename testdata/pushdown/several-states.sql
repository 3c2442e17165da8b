-- What is in progress or resolved?
-- expert: 1
-- why: statusId[] twice; the first page is short (92 issues).
SELECT IssueKey, StatusName, AssigneeName
FROM bl.Issues
WHERE StatusName IN ('処理中', '処理済み')
ORDER BY IssueKey;
