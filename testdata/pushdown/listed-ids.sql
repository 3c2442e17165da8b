-- The state of some issues, by a list of ids.
-- expert: 1
-- why: id[] with 4 ids.
SELECT v.Id, i.IssueKey, i.StatusName
FROM (VALUES (1), (2), (1073746673), (1073746980)) v(Id)
JOIN bl.Issues i ON i.Id = v.Id
ORDER BY v.Id;
