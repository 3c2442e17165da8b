package demo

// The queries of the tour. They hold none of the characters that are special
// between double quotes in a shell.
const (
	// Open shows who has how many open issues, as bars.
	Open = `SELECT 担当者, count(*) AS open, count(*) FILTER (Priority IN ('Urgent', 'High')) AS high,
  bar(count(*), 0, 15, 30) AS issues
FROM open_issues GROUP BY ALL ORDER BY open DESC, 担当者`

	// Blockers follows the chains of blocking dependencies from the issues that
	// nothing blocks.
	Blockers = `WITH RECURSIVE waiting AS (
  SELECT ParentId AS blocker, ChildId AS issue, 1 AS steps
  FROM Dependencies WHERE Type = 'blocking' AND NOT Deleted
  UNION
  SELECT blocker, ChildId, steps + 1
  FROM waiting JOIN Dependencies ON ParentId = issue
  WHERE Type = 'blocking' AND NOT Deleted
)
SELECT b.Key, b.Created::DATE AS since, b.担当者, count(DISTINCT i.Id) AS waiting, max(steps) AS steps, b.Summary
FROM waiting JOIN open_issues b ON b.Id = blocker JOIN open_issues i ON i.Id = issue
WHERE blocker NOT IN (SELECT issue FROM waiting)
GROUP BY ALL ORDER BY since LIMIT 5`

	// Filter has a condition that the source takes, and one that it does not.
	Filter = `SELECT Key, Summary FROM Issues WHERE Type = 'Task' AND lower(Summary) LIKE '%contract%'`

	// BrokenSQL reads all of the broken file, whose source is named b.
	BrokenSQL = `SELECT Key, Status, Summary FROM b.Issues`

	// Verdict compares what the file is known to hold with what comes.
	Verdict = `SELECT CASE WHEN count(i.Id) = m.Issues THEN 'complete' ELSE 'incomplete' END
  || ': ' || count(i.Id) || ' of ' || m.Issues AS verdict
FROM Modules m LEFT JOIN Issues i ON i.File = m.File GROUP BY m.Issues`

	// Together counts the open issues of each person in the export and in Backlog.
	Together = `SELECT 担当者, export, backlog, bar(export + backlog, 0, 150, 30) AS open
FROM (SELECT 担当者, count(*) AS export FROM open_issues GROUP BY ALL)
JOIN (SELECT AssigneeName, count(*) AS backlog FROM bl.Issues WHERE StatusName <> '完了' GROUP BY ALL)
  ON AssigneeName = 担当者
ORDER BY export + backlog DESC, 担当者`

	// Latest asks for what two pages of Backlog's list hold.
	Latest = `SELECT IssueKey, Summary, AssigneeName FROM bl.Issues
WHERE StatusName <> '完了' ORDER BY Updated DESC LIMIT 150`
)
