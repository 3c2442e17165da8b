-- Which issues of WEB are in the category Q&A?
-- expert: 3
-- why: categories come inside of the issues: categoryId[], 106 issues are 2 pages, and the count.
SELECT IssueKey, CategoryName
FROM bl.IssueCategories
WHERE ProjectKey = 'WEB' AND CategoryName = 'Q&A';
