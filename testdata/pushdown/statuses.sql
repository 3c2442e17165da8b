-- Which statuses has WEB, in their order?
-- expert: 1
-- why: the statuses of one project.
SELECT Id, Name, Color
FROM bl.ProjectStatuses
WHERE ProjectKey = 'WEB'
ORDER BY DisplayOrder, Id;
