package backlogtest

import (
	"maps"
	"regexp"
	"slices"
)

func projectWriteRoutes() []route {
	return []route{
		{"POST", "/projects", Update, 201, postProject},
		{"PATCH", "/projects/{project}", Update, 200, patchProject},
		{"DELETE", "/projects/{project}", Update, 200, deleteProject},
		{"POST", "/projects/{project}/users", Update, 200, changePeople(membersOf, addPerson)},
		{"DELETE", "/projects/{project}/users", Update, 200, changePeople(membersOf, removePerson)},
		{"POST", "/projects/{project}/administrators", Update, 200, changePeople(adminsOf, addPerson)},
		{"DELETE", "/projects/{project}/administrators", Update, 200, changePeople(adminsOf, removePerson)},
	}
}

// projectSettings are the switches of a project, and how they stand in a new one.
var projectSettings = []struct {
	name string
	on   bool
}{
	{"chartEnabled", false},
	{"useResolvedForChart", false},
	{"subtaskingEnabled", true},
	{"grandchildIssueEnabled", true},
	{"projectLeaderCanEditProjectLeader", false},
	{"useWiki", true},
	{"useFileSharing", true},
	{"useWikiTreeView", true},
	{"useOriginalImageSizeAtWiki", false},
	{"useSubversion", false},
	{"useGit", true},
	{"useDevAttributes", true},
}

// Setting tells how a switch of the project stands, by Backlog's name of it.
func (p *Project) Setting(name string) bool {
	if on, ok := p.Settings[name]; ok {
		return on
	}
	for _, setting := range projectSettings {
		if setting.name == name {
			return setting.on
		}
	}
	return false
}

// mayManage refuses who administers neither the space nor the project.
func (c *call) mayManage(p *Project) error {
	if slices.Contains(p.Admins, c.user.ID) {
		return nil
	}
	return c.mayAdmin()
}

// managed is the project that the path names, if the caller may manage it.
func (c *call) managed() (*Project, error) {
	p, err := c.projectOfPath()
	if err != nil {
		return nil, err
	}
	return p, c.mayManage(p)
}

func postProject(c *call) (any, error) {
	if err := c.mayAdmin(); err != nil {
		return nil, err
	}
	for _, name := range []string{"name", "key"} {
		c.params.required(name)
	}
	p := &Project{
		ID: c.space.Projects[len(c.space.Projects)-1].ID + 11, DisplayOrder: len(c.space.Projects),
		Members: []int64{c.user.ID}, Admins: []int64{c.user.ID}, Settings: map[string]bool{},
	}
	c.fillProject(p)
	if err := c.params.err(); err != nil {
		return nil, err
	}
	p.Statuses = c.space.fixedStatuses(p.ID)
	for i, name := range typeNames[0] {
		p.Types = append(p.Types, &IssueType{
			ID: c.space.nextID(), Project: p.ID, Name: name, Color: typeColors[i], DisplayOrder: i,
		})
	}
	c.space.Projects = append(c.space.Projects, p)
	return c.space.project(p), nil
}

var projectKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]+$`)

// fillProject puts in what was sent. The project may be a copy of one of the
// space.
func (c *call) fillProject(p *Project) {
	if name := c.params.text("name"); name != "" {
		p.Name = name
	}
	if key := c.params.text("key"); key != "" {
		switch other := c.space.ProjectByKey(key); {
		case !projectKey.MatchString(key):
			c.params.problem("key may hold capital letters, digits and _, and begins with a letter: %q.", key)
		case other != nil && other.ID != p.ID:
			c.params.problem("Duplicate entry")
		}
		p.Key = key
	}
	if archived, sent := c.params.flag("archived"); sent {
		p.Archived = archived
	}
	rule := map[bool]string{false: "backlog", true: "markdown"}[p.Markdown]
	p.Markdown = c.params.word("textFormattingRule", rule, "backlog", "markdown") == "markdown"
	for _, setting := range projectSettings {
		if on, sent := c.params.flag(setting.name); sent {
			p.Settings[setting.name] = on
		}
	}
}

func patchProject(c *call) (any, error) {
	p, err := c.managed()
	if err != nil {
		return nil, err
	}
	changed := *p
	changed.Settings = map[string]bool{}
	maps.Copy(changed.Settings, p.Settings)
	c.fillProject(&changed)
	if err := c.params.err(); err != nil {
		return nil, err
	}
	*p = changed
	return c.space.project(p), nil
}

func deleteProject(c *call) (any, error) {
	if err := c.mayAdmin(); err != nil {
		return nil, err
	}
	p, err := c.projectOfPath()
	if err != nil {
		return nil, err
	}
	gone := c.space.project(p)
	c.space.issues = slices.DeleteFunc(c.space.issues, func(i *Issue) bool {
		if i.Project != p.ID {
			return false
		}
		delete(c.space.byKey, issueKey{p.ID, i.KeyID})
		delete(c.space.written, i.ID)
		return true
	})
	c.space.Files = slices.DeleteFunc(c.space.Files, func(f *SharedFile) bool { return f.Project == p.ID })
	c.space.drop(p)
	c.space.Projects = slices.DeleteFunc(c.space.Projects, func(o *Project) bool { return o == p })
	return gone, nil
}

func membersOf(p *Project) *[]int64 { return &p.Members }

func adminsOf(p *Project) *[]int64 { return &p.Admins }

// changePeople adds or removes the person of userId. Who is an administrator of
// a project is one of its members.
func changePeople(of func(*Project) *[]int64, change func(people []int64, id int64) ([]int64, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		p, err := c.managed()
		if err != nil {
			return nil, err
		}
		id := c.params.id("userId")
		if err := c.params.err(); err != nil {
			return nil, err
		}
		u := c.space.User(id)
		if u == nil || u.Left {
			return nil, missing("user")
		}
		people := of(p)
		if people == &p.Admins && !slices.Contains(p.Members, id) {
			return nil, missing("project user")
		}
		changed, err := change(*people, id)
		if err != nil {
			return nil, err
		}
		*people = changed
		p.Admins = slices.DeleteFunc(slices.Clone(p.Admins), func(id int64) bool { return !slices.Contains(p.Members, id) })
		return c.space.user(u), nil
	}
}

func addPerson(people []int64, id int64) ([]int64, error) {
	if slices.Contains(people, id) {
		return nil, refuse(InvalidRequestError, "Duplicate entry")
	}
	return append(slices.Clone(people), id), nil
}

func removePerson(people []int64, id int64) ([]int64, error) {
	at := slices.Index(people, id)
	if at < 0 {
		return nil, missing("project user")
	}
	return slices.Delete(slices.Clone(people), at, at+1), nil
}
