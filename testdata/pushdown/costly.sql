-- Which issues of WEB are estimated at 400,000 yen or more?
-- expert: 1
-- why: customField_70013_min in one project; the first page is short (59 issues).
SELECT IssueKey, Summary, "見積金額"
FROM bl.Issues
WHERE ProjectKey = 'WEB' AND "見積金額" >= 400000
ORDER BY "見積金額" DESC, IssueKey;
