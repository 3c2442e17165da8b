-- Whose work in OPS waits while urgent issues that they reported in APP are open?
-- expert: 2
-- why: two scans with different filters, both of a short page (7 and 77 issues).
SELECT DISTINCT a.IssueKey, a.AssigneeName
FROM bl.Issues a
JOIN bl.Issues b ON b.CreatedUserId = a.AssigneeId
WHERE a.ProjectKey = 'OPS' AND a.StatusName = '処理中'
	AND b.ProjectKey = 'APP' AND b.PriorityName = '高'
ORDER BY a.IssueKey;
