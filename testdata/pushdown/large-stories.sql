-- Which open stories of APP have eight points or more?
-- expert: 1
-- why: customField_70024_min and the open statuses in one project; the first page is short (43
-- issues).
SELECT IssueKey, Summary, "Story Points"
FROM bl.Issues
WHERE ProjectKey = 'APP' AND "Story Points" >= 8 AND StatusName <> '完了'
ORDER BY "Story Points" DESC, IssueKey;
