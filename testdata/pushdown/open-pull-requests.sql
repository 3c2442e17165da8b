-- Which pull requests of WEB's repositories are open?
-- expert: 3
-- why: the repositories of the project, then statusId[]=1 of each of 2; the pages are short.
SELECT RepositoryName, Number, Summary, AssigneeName
FROM bl.PullRequests
WHERE ProjectKey = 'WEB' AND StatusId = 1
ORDER BY RepositoryName, Number;
