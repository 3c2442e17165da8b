-- Which open issues are no child of another?
-- expert: 3
-- why: parentChild=1 and statusId[]: 177 issues are 2 pages, and the count.
SELECT IssueKey, Summary
FROM bl.Issues
WHERE ParentIssueId IS NULL AND StatusName = '未対応';
