-- Which repositories are there, and when was each pushed to?
-- expert: 3
-- why: one request a project.
SELECT ProjectKey, Name, PushedAt
FROM bl.Repositories
ORDER BY ProjectKey, Name;
