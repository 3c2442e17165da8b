-- Which files are attached in APP, and how large are they?
-- expert: 1
-- why: they come inside of the issues: attachment=true in one project; the first page is short (53
-- issues).
SELECT IssueKey, Name, Size, CreatedUserName
FROM bl.IssueAttachments
WHERE ProjectKey = 'APP'
ORDER BY Size DESC, Id;
