-- Who has more open issues in APP than the average person?
-- expert: 3
-- why: one list serves both sides: 164 issues are 2 pages, and the count.
WITH load AS (
	SELECT AssigneeName, count(*) AS Issues
	FROM bl.Issues
	WHERE ProjectKey = 'APP' AND StatusName <> '完了' AND EstimatedHours IS DISTINCT FROM -1
	GROUP BY AssigneeName)
SELECT l.AssigneeName, l.Issues
FROM load l
WHERE l.Issues > (SELECT avg(Issues) FROM load)
ORDER BY l.Issues DESC, l.AssigneeName;
