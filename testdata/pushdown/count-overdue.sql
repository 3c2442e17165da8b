-- How many open issues are overdue?
-- expert: 1
-- why: one count: dueDate is a whole day here and there.
SELECT count(*) AS Issues
FROM bl.Issues
WHERE StatusName <> '完了' AND DueDate < DATE '2026-10-01';
