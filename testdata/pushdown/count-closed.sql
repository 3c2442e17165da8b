-- How many issues has WEB closed?
-- expert: 1
-- why: one count, with projectId[] and statusId[].
SELECT count(*) AS Issues
FROM bl.Issues
WHERE ProjectKey = 'WEB' AND StatusName = '完了';
