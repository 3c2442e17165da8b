-- What came in during September, by type?
-- expert: 1
-- why: createdSince and createdUntil; the first page is short (49 issues with a day on either
-- side).
SELECT IssueTypeName, count(*) AS Issues, min(Created) AS First
FROM bl.Issues
WHERE Created >= TIMESTAMPTZ '2026-09-01 00:00:00+09' AND Created < TIMESTAMPTZ '2026-10-01 00:00:00+09'
GROUP BY IssueTypeName
ORDER BY Issues DESC, IssueTypeName;
