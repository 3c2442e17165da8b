-- How many issues has APP in each status?
-- expert: 6
-- why: a count for each of 6 statuses and one of all would be 7: reading 425 issues is 5 pages,
-- and the count.
SELECT StatusName, count(*) AS Issues
FROM bl.Issues
WHERE ProjectKey = 'APP'
GROUP BY StatusName
ORDER BY Issues DESC;
