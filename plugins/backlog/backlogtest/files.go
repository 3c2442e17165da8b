package backlogtest

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

func fileRoutes() []route {
	return []route{
		{"GET", "/projects/{project}/files/metadata/{path...}", Read, 200, listFiles},
		{"GET", "/projects/{project}/files/{file}", Read, 200, downloadFile},
	}
}

// listFiles lists a folder by name. One that there is not is empty.
func listFiles(c *call) (any, error) {
	desc := c.params.word("order", "desc", "asc", "desc") == "desc"
	offset := c.params.between("offset", 0, math.MaxInt32, 0)
	count := c.params.between("count", 1, 1000, 1000)
	p, err := c.projectOfPath()
	if err != nil {
		return nil, err
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	dir := "/"
	if path := strings.Trim(c.word("path"), "/"); path != "" {
		dir = "/" + path + "/"
	}
	found := slices.DeleteFunc(slices.Clone(c.space.Files), func(f *SharedFile) bool {
		return f.Project != p.ID || f.Dir != dir
	})
	slices.SortStableFunc(found, func(a, b *SharedFile) int { return cmp.Compare(a.Name, b.Name) })
	return listOf(pageOf(found, desc, offset, count), c.space.sharedFile), nil
}

func downloadFile(c *call) (any, error) {
	p, err := c.projectOfPath()
	if err != nil {
		return nil, err
	}
	id, _ := c.wordID("file")
	f := c.space.file(id)
	if f == nil || f.Project != p.ID || f.Folder {
		return nil, missing("shared file")
	}
	return fileOf(f.Name, f.Size, nil), nil
}
