package backlogtest

import (
	"math"
	"slices"
)

func teamRoutes() []route {
	return []route{
		{"GET", "/teams", Read, 200, listTeams},
		{"POST", "/teams", Update, 200, asAdmin(postTeam)},
		{"GET", "/teams/{team}", Read, 200, ofTeam(func(c *call, t *Team) (any, error) { return c.space.teamJSON(t), nil })},
		{"PATCH", "/teams/{team}", Update, 200, asAdmin(ofTeam(patchTeam))},
		{"DELETE", "/teams/{team}", Update, 200, asAdmin(ofTeam(deleteTeam))},
		{"GET", "/teams/{team}/icon", Icon, 200, ofTeam(func(_ *call, t *Team) (any, error) { return picture(t.Name, t.ID) })},
		{"GET", "/projects/{project}/teams", Read, 200, ofProject(func(c *call, p *Project) any {
			return listOf(c.space.teamsOf(p.ID), c.space.teamJSON)
		})},
		{"POST", "/projects/{project}/teams", Update, 200, toProject(addProjectTeam)},
		{"DELETE", "/projects/{project}/teams", Update, 200, toProject(removeProjectTeam)},
	}
}

// asAdmin answers administrators of the space only.
func asAdmin(answer func(*call) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		if err := c.mayAdmin(); err != nil {
			return nil, err
		}
		return answer(c)
	}
}

// listTeams gives the latest first, unless asked otherwise.
func listTeams(c *call) (any, error) {
	desc := c.params.word("order", "desc", "asc", "desc") == "desc"
	offset := c.params.between("offset", 0, math.MaxInt32, 0)
	count := c.params.between("count", 1, 100, 20)
	if err := c.params.err(); err != nil {
		return nil, err
	}
	return listOf(pageOf(slices.Clone(c.space.Teams), desc, offset, count), c.space.teamJSON), nil
}

// ofTeam answers with something of the team that the path names.
func ofTeam(answer func(*call, *Team) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		id, _ := c.wordID("team")
		t := c.space.team(id)
		if t == nil {
			return nil, missing("team")
		}
		return answer(c, t)
	}
}

// teamsOf are the teams of a project.
func (s *Space) teamsOf(project int64) []*Team {
	var out []*Team
	for _, id := range s.ProjectTeams[project] {
		if t := s.team(id); t != nil {
			out = append(out, t)
		}
	}
	return out
}

func (s *Space) teamJSON(t *Team) any {
	return object{
		{"id", t.ID},
		{"name", t.Name},
		{"members", listOf(t.Members, s.userByID)},
		{"displayOrder", nil},
		{"createdUser", s.userByID(t.Creator)},
		{"created", moment(t.Created)},
		{"updatedUser", s.userByID(t.Updater)},
		{"updated", moment(t.Updated)},
	}
}

func postTeam(c *call) (any, error) {
	c.params.required("name")
	now := c.space.Now()
	t := &Team{ID: c.space.nextID(), Creator: c.user.ID, Created: now}
	if err := c.fillTeam(t); err != nil {
		return nil, err
	}
	c.space.Teams = append(c.space.Teams, t)
	return c.space.teamJSON(t), nil
}

// fillTeam puts in what a request says of a team, unless something is wrong.
func (c *call) fillTeam(t *Team) error {
	changed := *t
	if c.params.has("name") {
		changed.Name = c.params.required("name")
	}
	if members := c.params.ints("members"); members != nil {
		changed.Members = members
	}
	for _, id := range changed.Members {
		if u := c.space.User(id); u == nil || u.Left {
			c.params.problem("members[] is not valid: %d.", id)
		}
	}
	if err := c.params.err(); err != nil {
		return err
	}
	changed.Updater, changed.Updated = c.user.ID, c.space.Now()
	*t = changed
	return nil
}

func patchTeam(c *call, t *Team) (any, error) {
	if err := c.fillTeam(t); err != nil {
		return nil, err
	}
	return c.space.teamJSON(t), nil
}

func deleteTeam(c *call, t *Team) (any, error) {
	gone := c.space.teamJSON(t)
	c.space.Teams = slices.DeleteFunc(c.space.Teams, func(o *Team) bool { return o == t })
	return gone, nil
}

// teamOfParam is the team that the parameter teamId names.
func (c *call) teamOfParam() (*Team, error) {
	c.params.required("teamId")
	t := c.space.team(c.params.id("teamId"))
	if err := c.params.err(); err != nil {
		return nil, err
	}
	if t == nil {
		return nil, missing("team")
	}
	return t, nil
}

func addProjectTeam(c *call, p *Project) (any, error) {
	t, err := c.teamOfParam()
	if err != nil {
		return nil, err
	}
	if slices.Contains(c.space.ProjectTeams[p.ID], t.ID) {
		return nil, refuse(InvalidRequestError, "Duplicate entry")
	}
	c.space.ProjectTeams[p.ID] = append(c.space.ProjectTeams[p.ID], t.ID)
	c.noteTeam(activityTeamAdded, p, t)
	return c.space.teamJSON(t), nil
}

func removeProjectTeam(c *call, p *Project) (any, error) {
	t, err := c.teamOfParam()
	if err != nil {
		return nil, err
	}
	at := slices.Index(c.space.ProjectTeams[p.ID], t.ID)
	if at < 0 {
		return nil, missing("team")
	}
	c.space.ProjectTeams[p.ID] = slices.Delete(c.space.ProjectTeams[p.ID], at, at+1)
	c.noteTeam(activityTeamRemoved, p, t)
	return c.space.teamJSON(t), nil
}

func (c *call) noteTeam(kind int, p *Project, t *Team) {
	c.space.remember(kind, p.ID, 0, c.user.ID, object{{"parties", list{object{{"id", t.ID}, {"name", t.Name}}}}})
}
