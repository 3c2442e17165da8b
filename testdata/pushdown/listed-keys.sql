-- The state of the issues on the agenda, whose keys somebody typed in.
-- expert: 3
-- why: one request for each of 3 keys.
SELECT a.Item, i.IssueKey, i.StatusName
FROM (VALUES (1, 'WEB-12'), (2, 'APP-3'), (3, 'OPS-7')) a(Item, IssueKey)
JOIN bl.Issues i ON i.IssueKey = a.IssueKey
ORDER BY a.Item;
