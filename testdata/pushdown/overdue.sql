-- What is overdue, the oldest first?
-- expert: 4
-- why: dueDateUntil and the open statuses: 274 issues are 3 pages, and the count.
SELECT IssueKey, Summary, AssigneeName, DueDate
FROM bl.Issues
WHERE StatusId <> 4 AND DueDate < DATE '2026-10-01'
ORDER BY DueDate, IssueKey;
