-- Which comments have the issues of the agenda, by their numbers as text?
-- expert: 2
-- why: the comments of each of the two.
SELECT c.IssueId, c.CreatedUserName
FROM 'testdata/pushdown/numbers.csv' n
JOIN bl.IssueComments c ON c.IssueId::VARCHAR = n.Issue
ORDER BY c.Id;
