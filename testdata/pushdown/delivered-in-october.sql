-- What is WEB to deliver in October, by its custom field?
-- expert: 1
-- why: customField_70014_min and _max in one project; the first page is short (10 issues).
SELECT IssueKey, "納品日", "見積金額"
FROM bl.Issues
WHERE ProjectKey = 'WEB' AND "納品日" BETWEEN DATE '2026-10-01' AND DATE '2026-10-31'
ORDER BY "納品日", IssueKey;
