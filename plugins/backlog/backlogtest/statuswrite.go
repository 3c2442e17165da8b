package backlogtest

import (
	"slices"
)

// mostStatuses is how many a project may have.
const mostStatuses = 12

// activityStatusDeleted is the type of the activity of a status that is gone.
const activityStatusDeleted = 34

func statusWriteRoutes() []route {
	return []route{
		{"POST", "/projects/{project}/statuses", Update, 200, postStatus},
		{"PATCH", "/projects/{project}/statuses/{term}", Update, 200, patchStatus},
		{"PATCH", "/projects/{project}/statuses/updateDisplayOrder", Update, 200, orderStatuses},
		{"DELETE", "/projects/{project}/statuses/{term}", Update, 200, deleteStatus},
	}
}

// fillStatus puts in what was sent.
func (c *call) fillStatus(p *Project, t *Status) error {
	c.uniqueName(&t.Name, texts(p.Statuses, func(t *Status) string { return t.Name }))
	c.color(&t.Color, statusColors)
	return c.params.err()
}

func postStatus(c *call) (any, error) {
	p, err := c.managed()
	if err != nil {
		return nil, err
	}
	if len(p.Statuses) == mostStatuses {
		return nil, refuse(ResourceOverflowError, "The maximum number of status are %d per project", mostStatuses)
	}
	c.params.required("name")
	c.params.required("color")
	t := &Status{ID: c.space.nextID(), Project: p.ID, DisplayOrder: 3999}
	if err := c.fillStatus(p, t); err != nil {
		return nil, err
	}
	p.Statuses = append(p.Statuses, t)
	return c.space.status(t), nil
}

// customStatus is the status that the path names, which may be changed only if
// it is not one that every project has.
func (c *call) customStatus() (*Project, *Status, error) {
	p, t, err := termOf(c, "status", (*Project).status)
	if err == nil && t.ID <= StatusClosed {
		err = refuse(InvalidRequestError, "The status %s cannot be changed.", t.Name)
	}
	return p, t, err
}

func patchStatus(c *call) (any, error) {
	p, t, err := c.customStatus()
	if err != nil {
		return nil, err
	}
	changed := *t
	if err := c.fillStatus(p, &changed); err != nil {
		return nil, err
	}
	*t = changed
	c.space.touch()
	return c.space.status(t), nil
}

// orderStatuses takes the ids of all statuses in their new order.
func orderStatuses(c *call) (any, error) {
	p, err := c.managed()
	if err != nil {
		return nil, err
	}
	ids := c.params.ints("statusId")
	sorted := slices.Sorted(slices.Values(ids))
	all := slices.Sorted(slices.Values(idsOf(p.Statuses, func(t *Status) int64 { return t.ID })))
	if !slices.Equal(sorted, all) {
		c.params.problem("statusId[] must name each status of the project once.")
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	for n, id := range ids {
		p.status(id).DisplayOrder = (n + 1) * 1000
	}
	c.space.touch()
	return listOf(p.orderedStatuses(), c.space.status), nil
}

// orderedStatuses are the statuses as they are shown.
func (p *Project) orderedStatuses() []*Status {
	return slices.SortedStableFunc(slices.Values(p.Statuses), func(a, b *Status) int {
		return a.DisplayOrder - b.DisplayOrder
	})
}

func deleteStatus(c *call) (any, error) {
	p, t, err := c.customStatus()
	if err != nil {
		return nil, err
	}
	other := c.params.id("substituteStatusId")
	if p.status(other) == nil || other == t.ID {
		c.params.problem("substituteStatusId is not valid: %q.", c.params.text("substituteStatusId"))
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	gone := c.space.status(t)
	p.Statuses = without(p.Statuses, t)
	links := list{}
	c.space.eachOf(p, func(i *Issue) {
		if i.Status == t.ID {
			i.Status = other
			links = append(links, object{{"id", i.ID}, {"key_id", i.KeyID}, {"title", i.Summary}})
		}
	})
	c.space.remember(activityStatusDeleted, p.ID, 0, c.user.ID, object{
		{"deletedStatus", object{{"name", t.Name}}},
		{"link", links},
		{"change", object{{"field", "status"}, {"new_value", p.status(other).Name}, {"type", "standard"}}},
	})
	return gone, nil
}
