-- Who is in which team?
-- expert: 1
-- why: members come inside of the teams.
SELECT TeamName, Name, MailAddress
FROM bl.TeamMembers
ORDER BY TeamName, UserId;
