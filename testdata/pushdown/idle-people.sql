-- Who of OPS has nothing open there?
-- expert: 2
-- why: the people of the project, and its open issues; the page is short (53 issues).
SELECT u.Name
FROM bl.ProjectUsers u
WHERE u.ProjectKey = 'OPS' AND u.Id NOT IN (
	SELECT i.AssigneeId FROM bl.Issues i
	WHERE i.ProjectKey = 'OPS' AND i.StatusName = '処理中' AND i.AssigneeId IS NOT NULL)
ORDER BY u.Name;
