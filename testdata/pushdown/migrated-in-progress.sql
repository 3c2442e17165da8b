-- Which issues in progress have a namesake's number in the old tracker's open ones?
-- expert: 1
-- why: statusId[]; the first page is short (49 issues).
SELECT o.Key, o.Summary, i.IssueKey, i.AssigneeName
FROM pt.Issues o
JOIN bl.Issues i ON i.KeyId % 10 = o.Number
WHERE o.Status = 'Open' AND i.StatusName = '処理中'
ORDER BY ALL;
