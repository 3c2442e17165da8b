-- How many issues of each type has WEB?
-- expert: 5
-- why: a count for each of 4 types and one of all, where reading is 8.
SELECT IssueTypeName, count(*) AS Issues
FROM bl.Issues
WHERE ProjectKey = 'WEB'
GROUP BY IssueTypeName
ORDER BY Issues DESC;
