-- Which bugs of high priority are open? Each project has its own name for a bug.
-- expert: 1
-- why: issueTypeId[] of 3 projects, priorityId[] and the open statuses; the first page is short
-- (25 issues).
SELECT IssueKey, IssueTypeName, Summary, AssigneeName
FROM bl.Issues
WHERE IssueTypeName IN ('バグ', 'Bug', '障害') AND PriorityName = '高' AND StatusName <> '完了'
ORDER BY IssueKey;
