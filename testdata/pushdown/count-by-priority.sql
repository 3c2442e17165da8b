-- How many issues has each priority?
-- expert: 4
-- why: a count for each of 3 priorities and one of all, where reading is 13.
SELECT PriorityName, count(*) AS Issues
FROM bl.Issues
GROUP BY PriorityName
ORDER BY Issues DESC;
