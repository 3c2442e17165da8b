-- Which open issues have a file?
-- expert: 1
-- why: attachment=true and the open statuses; the first page is short (66 issues).
SELECT IssueKey, Summary
FROM bl.Issues
WHERE HasAttachment AND StatusName <> '完了'
ORDER BY IssueKey;
