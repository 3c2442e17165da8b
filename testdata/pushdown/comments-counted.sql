-- How often was APP-3 commented on?
-- expert: 1
-- why: the count of one issue's comments.
SELECT count(*) AS Comments
FROM bl.IssueComments
WHERE IssueKey = 'APP-3';
