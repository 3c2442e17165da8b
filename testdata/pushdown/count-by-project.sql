-- How many issues has each project?
-- expert: 4
-- why: a count for each of 3 projects and one of all, where reading is 13.
SELECT ProjectKey, count(*) AS Issues
FROM bl.Issues
GROUP BY ProjectKey
ORDER BY Issues DESC;
