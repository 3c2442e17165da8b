-- What has changed since Monday?
-- expert: 1
-- why: updatedSince; the first page is short (27 issues with the day before).
SELECT IssueKey, Summary, UpdatedUserName, Updated
FROM bl.Issues
WHERE Updated >= TIMESTAMPTZ '2026-09-28 00:00:00+09'
ORDER BY Updated DESC, IssueKey;
