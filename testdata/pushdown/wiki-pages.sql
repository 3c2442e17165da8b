-- Which wiki pages has WEB?
-- expert: 1
-- why: the pages of a project come in one request.
SELECT Name, UpdatedUserName, Updated
FROM bl.WikiPages
WHERE ProjectKey = 'WEB'
ORDER BY Name;
