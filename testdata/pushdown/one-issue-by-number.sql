-- The issue whose id is 1; the id came as text.
-- expert: 1
-- why: id[] with one id.
SELECT Id, ProjectId, IssueKey
FROM bl.Issues
WHERE Id = '1';
