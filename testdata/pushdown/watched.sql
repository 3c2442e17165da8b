-- What does 田中 太郎 watch, by state?
-- expert: 1
-- why: the watchings of one user; the first page is short (90 issues).
SELECT StatusName, count(*) AS Issues
FROM bl.Watchings
WHERE UserId = 5008
GROUP BY StatusName
ORDER BY Issues DESC, StatusName;
