-- What belongs to v2.0 of WEB?
-- expert: 1
-- why: milestones come inside of the issues: milestoneId[]; the first page is short (91 issues).
SELECT IssueKey, ReleaseDueDate
FROM bl.IssueMilestones
WHERE MilestoneName = 'v2.0' AND ProjectKey = 'WEB'
ORDER BY IssueKey;
