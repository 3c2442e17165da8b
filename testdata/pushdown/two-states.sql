-- What is on hold, and what waits for the customer, in one list?
-- expert: 1
-- why: statusId[] twice; the first page is short (35 issues).
SELECT 'on hold' AS Why, IssueKey, AssigneeName FROM bl.Issues WHERE StatusName = '保留'
UNION ALL
SELECT 'customer', IssueKey, AssigneeName FROM bl.Issues WHERE StatusName = '顧客確認待ち'
ORDER BY ALL;
