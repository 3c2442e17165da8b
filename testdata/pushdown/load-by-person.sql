-- How many open issues has each person in WEB?
-- expert: 4
-- why: 11 people and nobody would be 13 counts: reading 266 issues is 3 pages, and the count.
SELECT AssigneeName, count(*) AS Issues
FROM bl.Issues
WHERE ProjectKey = 'WEB' AND StatusName <> '完了'
GROUP BY AssigneeName
ORDER BY Issues DESC, AssigneeName;
