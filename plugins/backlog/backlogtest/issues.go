package backlogtest

import (
	"maps"
	"slices"
)

func issueRoutes() []route {
	return []route{
		{"GET", "/issues", Search, 200, listIssues},
		{"GET", "/issues/count", Search, 200, countIssues},
		{"GET", "/issues/{issue}", Read, 200, getIssue},
	}
}

// memory is what was found out about a space since it was changed last.
type memory struct {
	families map[int64]family
	// lists are the issues of the queries asked last, so that the pages of a long
	// list are cheap. names are the queries, oldest first.
	lists map[string][]*Issue
	names []string
	// stars are all stars, ascending by id.
	stars []starred
}

// rememberedLists is how many lists are kept.
const rememberedLists = 16

func listIssues(c *call) (any, error) {
	c.server.turnPage()
	q, err := c.issueQuery()
	if err != nil {
		return nil, err
	}
	issues := c.found(&q, true)
	from := min(q.offset, len(issues))
	page := issues[from:min(from+q.count, len(issues))]
	return listOf(page, func(i *Issue) any { return c.space.issue(i, q.expand) }), nil
}

func countIssues(c *call) (any, error) {
	q, err := c.issueQuery()
	if err != nil {
		return nil, err
	}
	return object{{"count", len(c.found(&q, false))}}, nil
}

func getIssue(c *call) (any, error) {
	i, err := c.issueOfPath()
	if err != nil {
		return nil, err
	}
	return c.space.issue(i, slices.Contains(c.params.values["expand[]"], "childIssueSummary")), nil
}

// issueQuery reads and checks the query, and limits it to the projects that the
// caller may see.
func (c *call) issueQuery() (issueQuery, error) {
	q := parseIssueQuery(c.space, c.params)
	if q.projects == nil && !c.space.options.BareIssues {
		c.params.problem("projectId[] is required.")
	}
	if err := c.params.err(); err != nil {
		return q, err
	}
	for _, id := range slices.Sorted(maps.Keys(q.projects)) {
		if !c.sees(c.space.Project(id)) {
			return q, missing("project")
		}
	}
	if q.projects == nil {
		q.projects = idSet{}
		for _, p := range c.space.Projects {
			q.projects[p.ID] = c.sees(p)
		}
	}
	return q, nil
}

// found are the issues of the query; sorted says whether in its order.
func (c *call) found(q *issueQuery, sorted bool) []*Issue {
	name := c.queryName(sorted)
	memory := &c.space.memory
	if issues, ok := memory.lists[name]; ok {
		return issues
	}
	var issues []*Issue
	if sorted {
		issues = q.ordered(c.space, slices.Clone(c.found(q, false)))
	} else {
		issues = c.matching(q)
	}
	if memory.lists == nil {
		memory.lists = map[string][]*Issue{}
	}
	if len(memory.names) == rememberedLists {
		delete(memory.lists, memory.names[0])
		memory.names = memory.names[1:]
	}
	memory.lists[name] = issues
	memory.names = append(memory.names, name)
	return issues
}

func (c *call) matching(q *issueQuery) []*Issue {
	var issues []*Issue
	families := c.space.families()
	for _, i := range c.space.issues {
		if q.matches(c.space, i, families) {
			issues = append(issues, i)
		}
	}
	return issues
}

// queryName tells queries apart that have different issues, or another order.
func (c *call) queryName(sorted bool) string {
	values := maps.Clone(c.params.values)
	for _, name := range []string{"offset", "count", "expand[]", "apiKey"} {
		delete(values, name)
	}
	if !sorted {
		delete(values, "sort")
		delete(values, "order")
	}
	return decimal(c.user.ID) + string(appendJSON(nil, sorted)) + values.Encode()
}
