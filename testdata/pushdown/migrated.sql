-- Does what was in the old tracker look the same in Backlog?
-- expert: 4
-- why: 4 issues are in the export: one request for each key.
SELECT o.Key, o.Status, i.IssueKey, i.StatusName
FROM pt.Issues o
JOIN (VALUES ('PT1', 'WEB-12'), ('PT2', 'WEB-30'), ('PT3', 'APP-3'), ('PT4', 'OPS-7')) moved(Old, New) ON moved.Old = o.Key
JOIN bl.Issues i ON i.IssueKey = moved.New
ORDER BY o.Number;
