-- Which issues that are on hold were talked about in September?
-- expert: 18
-- why: 1 page of issues (17), then the comments of each.
SELECT i.IssueKey, i.Summary
FROM bl.Issues i
WHERE i.StatusName = '保留' AND EXISTS (
	SELECT 1 FROM bl.IssueComments c
	WHERE c.IssueId = i.Id AND c.Created >= TIMESTAMPTZ '2026-08-01 00:00:00+09')
ORDER BY i.IssueKey;
