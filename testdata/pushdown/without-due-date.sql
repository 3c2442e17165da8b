-- What is in progress without a day by which it is to be done?
-- expert: 1
-- why: hasDueDate=false and statusId[]; the first page is short (24 issues).
SELECT IssueKey, Summary, AssigneeName
FROM bl.Issues
WHERE DueDate IS NULL AND StatusName = '処理中'
ORDER BY IssueKey;
