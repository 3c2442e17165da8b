-- How many days late is each open issue of OPS, on average for each person?
-- expert: 1
-- why: projectId[], dueDateUntil and the open statuses; the first page is short.
SELECT AssigneeName, count(*) AS Issues, avg(DATE '2026-10-01' - DueDate) AS Days
FROM bl.Issues
WHERE ProjectKey = 'OPS' AND StatusName <> '完了' AND DueDate < '2026-10-01'
GROUP BY AssigneeName;
