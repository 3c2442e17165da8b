-- What is open and was not touched for half a year?
-- expert: 4
-- why: updatedUntil and the open statuses: 278 issues are 3 pages, and the count.
SELECT IssueKey, StatusName, AssigneeName, Updated
FROM bl.Issues
WHERE StatusName <> '完了' AND Updated < TIMESTAMPTZ '2026-03-31 00:00:00+09'
ORDER BY Updated, IssueKey;
