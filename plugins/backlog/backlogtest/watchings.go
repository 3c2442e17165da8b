package backlogtest

import (
	"cmp"
	"math"
	"slices"
)

func watchingRoutes() []route {
	return []route{
		{"GET", "/users/{user}/watchings", Read, 200, listWatchings},
		{"GET", "/users/{user}/watchings/count", Read, 200, countWatchings},
		{"POST", "/watchings", Update, 201, postWatching},
		{"GET", "/watchings/{watching}", Read, 200, ofWatching(getWatching)},
		{"PATCH", "/watchings/{watching}", Update, 200, ofWatching(patchWatching)},
		{"DELETE", "/watchings/{watching}", Update, 200, ofWatching(deleteWatching)},
		{"POST", "/watchings/{watching}/markAsRead", Update, 204, ofWatching(readWatching)},
	}
}

// watched is the issue that is watched, if the caller may see it; nil else.
func (c *call) watched(w *Watching) *Issue {
	i := c.space.Issue(w.Issue)
	if i == nil || !c.sees(c.space.Project(i.Project)) {
		return nil
	}
	return i
}

// watchingsOf are what the person watches whom the path names, for which is holds.
func (c *call) watchingsOf(is func(*Watching) bool) ([]*Watching, error) {
	u, err := c.userOfPath()
	if err != nil {
		return nil, err
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	var out []*Watching
	for _, w := range c.space.Watchings {
		if w.User == u.ID && c.watched(w) != nil && is(w) {
			out = append(out, w)
		}
	}
	return out, nil
}

func listWatchings(c *call) (any, error) {
	read, issues := tri(c.params, "resourceAlreadyRead"), set(c.params, "issueId")
	sort := c.params.word("sort", "issueUpdated", "created", "updated", "issueUpdated")
	desc := c.params.word("order", "desc", "asc", "desc") == "desc"
	offset := c.params.between("offset", 0, math.MaxInt32, 0)
	count := c.params.between("count", 1, 100, 20)
	found, err := c.watchingsOf(func(w *Watching) bool {
		return (read == nil || *read == w.Read) && issues.has(w.Issue)
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b *Watching) int {
		switch sort {
		case "created":
			return cmp.Compare(a.Created, b.Created)
		case "updated":
			return cmp.Compare(a.Updated, b.Updated)
		}
		return cmp.Compare(c.watched(a).Updated, c.watched(b).Updated)
	})
	return listOf(pageOf(found, desc, offset, count), c.watching), nil
}

// countWatchings: alreadyRead and resourceAlreadyRead are the same here.
func countWatchings(c *call) (any, error) {
	read, resource := tri(c.params, "alreadyRead"), tri(c.params, "resourceAlreadyRead")
	found, err := c.watchingsOf(func(w *Watching) bool {
		return (read == nil || *read == w.Read) && (resource == nil || *resource == w.Read)
	})
	if err != nil {
		return nil, err
	}
	return object{{"count", len(found)}}, nil
}

// watching renders what the caller may see.
func (c *call) watching(w *Watching) any {
	i := c.watched(w)
	return object{
		{"id", w.ID},
		{"resourceAlreadyRead", w.Read},
		{"note", w.Note},
		{"type", "issue"},
		{"issue", c.space.issue(i, false)},
		{"lastContentUpdated", moment(i.Updated)},
		{"created", moment(w.Created)},
		{"updated", moment(w.Updated)},
	}
}

// ofWatching answers with something of the caller's own watching that the path
// names.
func ofWatching(answer func(*call, *Watching) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		id, _ := c.wordID("watching")
		w := find(c.space.Watchings, func(w *Watching) bool { return w.ID == id && w.User == c.user.ID })
		if w == nil || c.watched(w) == nil {
			return nil, missing("watching")
		}
		return answer(c, w)
	}
}

func getWatching(c *call, w *Watching) (any, error) { return c.watching(w), nil }

func postWatching(c *call) (any, error) {
	i, err := c.issueNamed(c.params.required("issueIdOrKey"))
	if err := c.params.err(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(c.space.Watchings, func(w *Watching) bool { return w.User == c.user.ID && w.Issue == i.ID }) {
		return nil, refuse(InvalidRequestError, "Duplicate entry")
	}
	now := c.space.Now()
	w := &Watching{
		ID: c.space.nextID(), User: c.user.ID, Issue: i.ID, Note: c.params.text("note"), Read: true, Created: now, Updated: now,
	}
	c.space.Watchings = append(c.space.Watchings, w)
	return c.watching(w), nil
}

func patchWatching(c *call, w *Watching) (any, error) {
	if c.params.has("note") {
		w.Note, w.Updated = c.params.text("note"), c.space.Now()
	}
	return c.watching(w), nil
}

func deleteWatching(c *call, w *Watching) (any, error) {
	gone := c.watching(w)
	c.space.Watchings = slices.DeleteFunc(c.space.Watchings, func(o *Watching) bool { return o == w })
	return gone, nil
}

func readWatching(_ *call, w *Watching) (any, error) {
	w.Read = true
	return nil, nil
}
