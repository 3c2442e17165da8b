package backlogtest

func spaceRoutes() []route {
	return []route{{"GET", "/space", Read, 200, func(c *call) (any, error) { return c.space.space(), nil }}}
}

func projectRoutes() []route {
	return []route{
		{"GET", "/projects", Read, 200, listProjects},
		{"GET", "/projects/{project}", Read, 200, ofProject(func(c *call, p *Project) any { return c.space.project(p) })},
		{"GET", "/projects/{project}/users", Read, 200, ofProject(func(c *call, p *Project) any { return c.people(p.Members) })},
		{"GET", "/projects/{project}/administrators", Read, 200, ofProject(func(c *call, p *Project) any { return c.people(p.Admins) })},
	}
}

func listProjects(c *call) (any, error) {
	archived, only := c.params.flag("archived")
	all, _ := c.params.flag("all")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	out := list{}
	for _, p := range c.space.Projects {
		if (c.sees(p) || all && c.user.admin()) && (!only || p.Archived == archived) {
			out = append(out, c.space.project(p))
		}
	}
	return out, nil
}

// ofProject answers with something of the project that the path names.
func ofProject(render func(*call, *Project) any) func(*call) (any, error) {
	return func(c *call) (any, error) {
		p, err := c.projectOfPath()
		if err != nil {
			return nil, err
		}
		return render(c, p), nil
	}
}

func (c *call) people(ids []int64) list {
	return listOf(ids, c.space.userByID)
}

// vocabularyRoutes are the lists of terms.
func vocabularyRoutes() []route {
	return []route{
		{"GET", "/projects/{project}/statuses", Read, 200, ofProject(func(c *call, p *Project) any {
			return listOf(p.orderedStatuses(), c.space.status)
		})},
		{"GET", "/projects/{project}/issueTypes", Read, 200, ofProject(func(c *call, p *Project) any {
			return listOf(p.Types, c.space.issueType)
		})},
		{"GET", "/projects/{project}/categories", Read, 200, ofProject(func(c *call, p *Project) any {
			return listOf(p.Categories, c.space.category)
		})},
		{"GET", "/projects/{project}/versions", Read, 200, ofProject(func(c *call, p *Project) any {
			return listOf(p.Versions, c.space.version)
		})},
		{"GET", "/projects/{project}/customFields", Read, 200, ofProject(func(c *call, p *Project) any {
			return listOf(p.Fields, c.space.field)
		})},
		{"GET", "/priorities", Read, 200, func(c *call) (any, error) { return c.terms(priorities), nil }},
		{"GET", "/resolutions", Read, 200, func(c *call) (any, error) { return c.terms(resolutions), nil }},
	}
}

func (c *call) terms(terms []term) list {
	return listOf(terms, func(t term) any { return c.space.term(terms, t.id) })
}
