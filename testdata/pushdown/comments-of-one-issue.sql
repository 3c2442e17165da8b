-- What was said about APP-3?
-- expert: 3
-- why: the comments of one issue by its key, from the lowest id: 230 are 3 pages, of which the
-- last is short.
SELECT Created, CreatedUserName, Content
FROM bl.IssueComments
WHERE IssueKey = 'APP-3'
ORDER BY Id;
