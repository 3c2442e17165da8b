-- How are priorities spread over projects?
-- expert: 10
-- why: a count for each of 3 times 3 and one of all, where reading is 13.
SELECT ProjectName, PriorityName, count(*) AS Issues
FROM bl.Issues
GROUP BY ALL
ORDER BY ALL;
