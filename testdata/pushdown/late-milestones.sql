-- Which issues were planned for releases of WEB that are past?
-- expert: 5
-- why: the versions, then milestoneId[] with 3 of them: 237 issues are 3 pages, and the count.
SELECT m.Name, m.ReleaseDueDate, i.IssueKey
FROM bl.ProjectVersionMilestones m
JOIN bl.IssueMilestones i ON i.MilestoneId = m.Id
WHERE m.ProjectKey = 'WEB' AND NOT m.Archived AND m.ReleaseDueDate < DATE '2026-10-01'
ORDER BY ALL;
