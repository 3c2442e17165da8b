-- What do the members of each team have in progress?
-- expert: 2
-- why: the teams with their members, and 1 page of issues (49).
SELECT t.TeamName, t.Name, count(i.Id) AS Issues
FROM bl.TeamMembers t
JOIN bl.Issues i ON i.AssigneeId = t.Id
WHERE i.StatusName = '処理中'
GROUP BY t.TeamName, t.Name
ORDER BY t.TeamName, t.Name;
