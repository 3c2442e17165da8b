-- Where in WEB is 請求書PDF in progress? The server searches, comments too.
-- expert: 1
-- rows: 4
-- why: keyword, projectId[] and statusId[]; the first page is short (4 issues).
SELECT IssueKey, Summary
FROM bl.Issues
WHERE Keyword = '請求書PDF' AND ProjectKey = 'WEB' AND StatusName = '処理中';
