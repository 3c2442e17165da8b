package backlogtest

import (
	"slices"
)

func webhookRoutes() []route {
	const path = "/projects/{project}/webhooks"
	return []route{
		{"GET", path, Read, 200, toProject(func(c *call, p *Project) (any, error) {
			hooks := slices.DeleteFunc(slices.Clone(c.space.Webhooks), func(h *Webhook) bool { return h.Project != p.ID })
			return listOf(hooks, c.space.webhook), nil
		})},
		{"POST", path, Update, 200, toProject(postWebhook)},
		{"GET", path + "/{webhook}", Read, 200, ofWebhook(func(c *call, h *Webhook) (any, error) { return c.space.webhook(h), nil })},
		{"PATCH", path + "/{webhook}", Update, 200, ofWebhook(patchWebhook)},
		{"DELETE", path + "/{webhook}", Update, 200, ofWebhook(deleteWebhook)},
	}
}

// toProject answers those only who administrate the project that the path names,
// or the space.
func toProject(answer func(*call, *Project) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		p, err := c.managed()
		if err != nil {
			return nil, err
		}
		return answer(c, p)
	}
}

// ofWebhook answers with something of the webhook that the path names.
func ofWebhook(answer func(*call, *Webhook) (any, error)) func(*call) (any, error) {
	return toProject(func(c *call, p *Project) (any, error) {
		id, _ := c.wordID("webhook")
		h := find(c.space.Webhooks, func(h *Webhook) bool { return h.ID == id && h.Project == p.ID })
		if h == nil {
			return nil, missing("webhook")
		}
		return answer(c, h)
	})
}

func (s *Space) webhook(h *Webhook) any {
	return object{
		{"id", h.ID},
		{"name", h.Name},
		{"description", h.Description},
		{"hookUrl", h.URL},
		{"allEvent", h.All},
		{"activityTypeIds", numbers(h.Types)},
		{"createdUser", s.userByID(h.Creator)},
		{"created", moment(h.Created)},
		{"updatedUser", s.userByID(h.Updater)},
		{"updated", moment(h.Updated)},
	}
}

func postWebhook(c *call, p *Project) (any, error) {
	h := &Webhook{ID: c.space.nextID(), Project: p.ID, Creator: c.user.ID, Created: c.space.Now()}
	c.params.required("name")
	c.params.required("hookUrl")
	if err := c.fillWebhook(h); err != nil {
		return nil, err
	}
	c.space.Webhooks = append(c.space.Webhooks, h)
	return c.space.webhook(h), nil
}

// fillWebhook puts in what a request says, unless something is wrong.
func (c *call) fillWebhook(h *Webhook) error {
	changed := *h
	c.text("name", &changed.Name)
	c.text("description", &changed.Description)
	c.text("hookUrl", &changed.URL)
	if all, sent := c.params.flag("allEvent"); sent {
		changed.All = all
	}
	if types := c.params.ints("activityTypeIds"); types != nil {
		changed.Types = types
	}
	if err := c.params.err(); err != nil {
		return err
	}
	changed.Updater, changed.Updated = c.user.ID, c.space.Now()
	*h = changed
	return nil
}

// text puts in a text that was sent.
func (c *call) text(name string, to *string) {
	if c.params.has(name) {
		*to = c.params.text(name)
	}
}

func patchWebhook(c *call, h *Webhook) (any, error) {
	if err := c.fillWebhook(h); err != nil {
		return nil, err
	}
	return c.space.webhook(h), nil
}

func deleteWebhook(c *call, h *Webhook) (any, error) {
	gone := c.space.webhook(h)
	c.space.Webhooks = slices.DeleteFunc(c.space.Webhooks, func(o *Webhook) bool { return o == h })
	return gone, nil
}
