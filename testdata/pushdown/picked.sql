-- What is said about the issues that were noted down?
-- expert: 1
-- why: id[] of the numbers in a table of the session.
CREATE TEMP TABLE picked (Issue BIGINT, Note TEXT);
INSERT INTO picked VALUES (1, 'ask the customer'), (2, 'wait'), (1073741014, 'done?');
SELECT p.Note, i.IssueKey, i.Summary
FROM picked p
LEFT JOIN bl.Issues i ON i.Id = p.Issue
ORDER BY p.Issue;
