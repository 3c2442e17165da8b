-- What is to be started this week?
-- expert: 1
-- why: startDateSince and startDateUntil; the first page is short (6 issues).
SELECT IssueKey, Summary, StartDate
FROM bl.Issues
WHERE StartDate >= '2026-09-28' AND StartDate < '2026-10-05'
ORDER BY StartDate, IssueKey;
