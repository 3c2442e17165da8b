-- Who has more hours in progress than the sheet of this week has left, asked in one statement?
-- expert: 1
-- why: statusId[]; the first page is short (49 issues).
SELECT c.Person, c.Hours, sum(i.EstimatedHours) AS Estimated
FROM read_csv('testdata/pushdown/capacity.csv') c
JOIN bl.Issues i ON i.AssigneeName = c.Person
WHERE i.StatusName = '処理中'
GROUP BY c.Person, c.Hours
HAVING Estimated > c.Hours
ORDER BY c.Person;
