-- Who changed what of WEB-2, and when?
-- expert: 1
-- why: changes come inside the comments of one issue; the first page is short (5 comments).
SELECT Created, CreatedUserName, Field, OriginalValue, NewValue
FROM bl.IssueCommentChangeLog
WHERE IssueKey = 'WEB-2'
ORDER BY CommentId, Position;
