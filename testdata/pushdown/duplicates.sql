-- Which issues were duplicates, and how long did it take to find out?
-- expert: 1
-- why: resolutionId[]; the first page is short (72 issues).
SELECT IssueKey, Updated - Created AS Took
FROM bl.Issues
WHERE ResolutionName = '重複'
ORDER BY Took DESC, IssueKey;
