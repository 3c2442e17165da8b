-- What do the custom fields of WEB-12 say?
-- expert: 1
-- why: they come inside of the issue: by its key.
SELECT FieldName, Position, Value
FROM bl.IssueCustomFieldValues
WHERE IssueKey = 'WEB-12'
ORDER BY FieldId, Position;
