-- What is due within the next seven days?
-- expert: 1
-- why: dueDateSince and dueDateUntil; the first page is short (8 issues).
SELECT IssueKey, Summary, AssigneeName, DueDate
FROM bl.Issues
WHERE DueDate BETWEEN DATE '2026-10-01' AND DATE '2026-10-01' + 6
ORDER BY DueDate, IssueKey;
