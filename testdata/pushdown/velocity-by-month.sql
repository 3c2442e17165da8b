-- How many issues, and hours, did WEB close each month of this year?
-- expert: 3
-- why: statusId[] and updatedSince in one project: 140 issues are 2 pages, and the count.
SELECT date_trunc('month', Updated) AS Month, count(*) AS Issues, sum(ActualHours) AS Hours
FROM bl.Issues
WHERE ProjectKey = 'WEB' AND StatusName = '完了' AND Updated >= TIMESTAMPTZ '2026-01-01 00:00:00+09'
GROUP BY Month
ORDER BY Month;
