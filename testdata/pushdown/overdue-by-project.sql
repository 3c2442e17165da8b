-- How much is overdue in each project, and for how many hours was it estimated?
-- expert: 4
-- why: hours need the rows: dueDateUntil and the open statuses, 274 issues are 3 pages, and the
-- count.
SELECT ProjectKey, count(*) AS Issues, sum(EstimatedHours) AS Hours
FROM bl.Issues
WHERE StatusName <> '完了' AND DueDate < DATE '2026-10-01'
GROUP BY ProjectKey
ORDER BY ProjectKey;
