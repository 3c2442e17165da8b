-- Who has more hours in progress than the sheet of this week has left?
-- expert: 1
-- why: statusId[]; the first page is short (49 issues).
CREATE TEMP TABLE capacity AS FROM read_csv('testdata/pushdown/capacity.csv');
SELECT c.Person, c.Hours, sum(i.EstimatedHours) AS Estimated
FROM capacity c
JOIN bl.Issues i ON i.AssigneeName = c.Person
WHERE i.StatusName = '処理中'
GROUP BY c.Person, c.Hours
HAVING Estimated > c.Hours
ORDER BY c.Person;
