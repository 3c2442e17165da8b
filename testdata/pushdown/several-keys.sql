-- The three issues that a mail mentions.
-- expert: 3
-- why: one request for each key: there is no list of keys.
SELECT IssueKey, Summary, StatusName
FROM bl.Issues
WHERE IssueKey IN ('WEB-12', 'APP-3', 'OPS-7')
ORDER BY IssueKey;
