-- What is the next thing for each person in WEB, by its due date?
-- expert: 4
-- why: the rank needs all open issues: 266 are 3 pages, and the count.
SELECT AssigneeName, IssueKey, DueDate
FROM bl.Issues
WHERE ProjectKey = 'WEB' AND StatusName <> '完了'
QUALIFY row_number() OVER (PARTITION BY AssigneeName ORDER BY DueDate NULLS LAST, IssueKey) = 1
ORDER BY AssigneeName;
