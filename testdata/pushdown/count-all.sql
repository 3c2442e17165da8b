-- How many issues are there?
-- expert: 1
-- why: one count.
SELECT count(*) AS Issues FROM bl.Issues;
