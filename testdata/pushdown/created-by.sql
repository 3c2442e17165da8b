-- What has Mary Smith asked for since August?
-- expert: 1
-- why: createdUserId[] and createdSince; the first page is short (10 issues).
SELECT IssueKey, Summary, Created
FROM bl.Issues
WHERE CreatedUserName = 'Mary Smith' AND Created >= TIMESTAMPTZ '2026-08-01 00:00:00+09'
ORDER BY Created;
