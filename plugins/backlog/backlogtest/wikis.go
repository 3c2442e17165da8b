package backlogtest

import (
	"cmp"
	"slices"
	"strings"
)

func wikiRoutes() []route {
	return []route{
		{"GET", "/wikis", Search, 200, listWikis},
		{"GET", "/wikis/count", Search, 200, countWikis},
		{"GET", "/wikis/tags", Read, 200, listWikiTags},
		{"GET", "/wikis/{wiki}", Read, 200, ofWiki(func(c *call, w *WikiPage) (any, error) { return c.space.wikiPage(w), nil })},
		{"GET", "/wikis/{wiki}/history", Read, 200, ofWiki(wikiHistory)},
		{"GET", "/wikis/{wiki}/stars", Read, 200, ofWiki(func(c *call, w *WikiPage) (any, error) {
			return c.space.wikiStars(w), nil
		})},
		{"GET", "/wikis/{wiki}/attachments", Read, 200, ofWiki(func(c *call, w *WikiPage) (any, error) {
			return listOf(w.Attachments, c.space.attachment), nil
		})},
		{"GET", "/wikis/{wiki}/attachments/{attachment}", Read, 200, ofWiki(func(c *call, w *WikiPage) (any, error) {
			return c.download(w.Attachments)
		})},
		{"GET", "/wikis/{wiki}/sharedFiles", Read, 200, ofWiki(func(c *call, w *WikiPage) (any, error) {
			return c.space.files(w.SharedFiles), nil
		})},
	}
}

// projectOfParam is the project that the parameter projectIdOrKey names.
func (c *call) projectOfParam() (*Project, error) {
	name := c.params.required("projectIdOrKey")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	return c.projectNamed(name)
}

// wikisOf are the pages of the project that is asked for, by name.
func (c *call) wikisOf() ([]*WikiPage, error) {
	p, err := c.projectOfParam()
	if err != nil {
		return nil, err
	}
	if !p.Setting("useWiki") {
		return nil, missing("wiki")
	}
	words := strings.Fields(strings.ToLower(c.params.text("keyword")))
	var out []*WikiPage
	for _, w := range c.space.Wikis {
		text := strings.ToLower(w.now().Name + "\n" + w.now().Content)
		without := slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
		if w.Project == p.ID && !without {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b *WikiPage) int { return cmp.Compare(a.now().Name, b.now().Name) })
	return out, nil
}

func listWikis(c *call) (any, error) {
	pages, err := c.wikisOf()
	if err != nil {
		return nil, err
	}
	return listOf(pages, c.space.wikiPage), nil
}

// countWikis counts all pages of the project: it knows no keyword.
func countWikis(c *call) (any, error) {
	c.params.values.Del("keyword")
	pages, err := c.wikisOf()
	if err != nil {
		return nil, err
	}
	return object{{"count", len(pages)}}, nil
}

func listWikiTags(c *call) (any, error) {
	pages, err := c.wikisOf()
	if err != nil {
		return nil, err
	}
	var tags []Tag
	for _, w := range pages {
		tags = append(tags, w.Tags...)
	}
	slices.SortFunc(tags, func(a, b Tag) int { return cmp.Compare(a.ID, b.ID) })
	return listOf(slices.Compact(tags), tagJSON), nil
}

func tagJSON(t Tag) any { return object{{"id", t.ID}, {"name", t.Name}} }

// wikiOfPath is the page that the path names.
func (c *call) wikiOfPath() (*WikiPage, error) {
	id, _ := c.wordID("wiki")
	w := c.space.wiki(id)
	if w == nil || !c.sees(c.space.Project(w.Project)) {
		return nil, missing("wiki")
	}
	return w, nil
}

// ofWiki answers with something of the page that the path names.
func ofWiki(answer func(*call, *WikiPage) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		w, err := c.wikiOfPath()
		if err != nil {
			return nil, err
		}
		return answer(c, w)
	}
}

func wikiHistory(c *call, w *WikiPage) (any, error) {
	page := parseIDPage(c.params)
	if err := c.params.err(); err != nil {
		return nil, err
	}
	versions := pageByID(c.space, page, w.Versions, func(v WikiVersion) int64 { return v.Version })
	return listOf(versions, func(v WikiVersion) any {
		return object{
			{"pageId", w.ID},
			{"version", v.Version},
			{"name", v.Name},
			{"content", v.Content},
			{"createdUser", c.space.userByID(v.Creator)},
			{"created", moment(v.Created)},
		}
	}), nil
}

func (s *Space) wikiPage(w *WikiPage) any {
	now := w.now()
	return object{
		{"id", w.ID},
		{"projectId", w.Project},
		{"name", now.Name},
		{"content", now.Content},
		{"tags", listOf(w.Tags, tagJSON)},
		{"attachments", listOf(w.Attachments, s.attachment)},
		{"sharedFiles", s.files(w.SharedFiles)},
		{"stars", s.wikiStars(w)},
		{"createdUser", s.userByID(w.Creator)},
		{"created", moment(w.Created)},
		{"updatedUser", s.userByID(now.Creator)},
		{"updated", moment(now.Created)},
	}
}

func (s *Space) wikiStars(w *WikiPage) list {
	return listOf(w.Stars, func(t Star) any { return s.wikiStar(w, t) })
}

func (s *Space) wikiStar(w *WikiPage, t Star) any {
	return s.star(t, s.pageURL("/alias/wiki/"+decimal(w.ID)), "["+s.Project(w.Project).Key+"] "+w.now().Name+" | Wiki - Backlog")
}

// files are the shared files with the ids, without those that are gone.
func (s *Space) files(ids []int64) list {
	out := make(list, 0, len(ids))
	for _, id := range ids {
		if f := s.file(id); f != nil {
			out = append(out, s.sharedFile(f))
		}
	}
	return out
}

// download is the file of attachments that the path names.
func (c *call) download(attachments []Attachment) (any, error) {
	at, err := c.placeOfAttachment(attachments)
	if err != nil {
		return nil, err
	}
	return attachments[at].file(), nil
}

// placeOfAttachment is where the attachment is that the path names.
func (c *call) placeOfAttachment(attachments []Attachment) (int, error) {
	id, _ := c.wordID("attachment")
	at := slices.IndexFunc(attachments, func(a Attachment) bool { return a.ID == id })
	if at < 0 {
		return 0, missing("attachment")
	}
	return at, nil
}
