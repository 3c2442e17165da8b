-- Who wrote how much of WEB's wiki page Home?
-- expert: 3
-- why: the pages of the project, then the history of one: 130 versions are 2 pages, of which the
-- last is short.
SELECT CreatedUserName, count(*) AS Versions
FROM bl.WikiPageHistory
WHERE ProjectKey = 'WEB' AND WikiPageName = 'Home'
GROUP BY CreatedUserName
ORDER BY Versions DESC, CreatedUserName;
