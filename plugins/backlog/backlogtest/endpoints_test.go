package backlogtest_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// endpoints are the documented ones: method and path.
func endpoints(t *testing.T) [][2]string {
	t.Helper()
	text, err := os.ReadFile("testdata/endpoints.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out [][2]string
	for line := range strings.Lines(string(text)) {
		method, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		out = append(out, [2]string{method, path})
	}
	return out
}

// TestReading asks every endpoint that reads for something that there is.
func TestReading(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c := admin(t, s)
	read := 0
	for _, e := range endpoints(t) {
		if e[0] != http.MethodGet {
			continue
		}
		read++
		got := c.send(e[0], c.filled(e[1]), mustQuery(t, "projectIdOrKey=WEB&offset=0"+c.all()))
		if got.status != http.StatusOK || len(got.body) == 0 || string(got.body) == "[]" {
			t.Errorf("%s %s: %d %.200s", e[0], e[1], got.status, got.body)
		}
	}
	if read < 80 {
		t.Errorf("testdata/endpoints.txt has %d endpoints that read", read)
	}
}

// filled is a path with ids of the seeded space for its words.
func (c caller) filled(path string) string {
	c.t.Helper()
	first := func(path, query string) string { return number(c.list(path, query)[0]["id"]) }
	words := map[string]string{"{projectIdOrKey}": "WEB", "{repoIdOrName}": "app", "{number}": "1", "{path}": "画像", "{userId}": "5001"}
	switch {
	case strings.HasPrefix(path, "/issues"):
		words["{issueIdOrKey}"], words["{attachmentId}"], words["{commentId}"] = c.issueWithAll(path)
	case strings.HasPrefix(path, "/wikis/{"):
		words["{wikiId}"] = first("/wikis", "projectIdOrKey=WEB&keyword=Home")
	case strings.HasPrefix(path, "/documents/{"):
		words["{documentId}"] = c.documentWithAll()
	case strings.HasPrefix(path, "/activities"):
		words["{activityId}"] = first("/space/activities", "")
	case strings.HasPrefix(path, "/teams/"):
		words["{teamId}"] = first("/teams", "")
	case strings.HasPrefix(path, "/watchings/"):
		words["{watchingId}"] = first("/users/5001/watchings", "")
	}
	switch {
	case strings.Contains(path, "{webhookId}"):
		words["{webhookId}"] = first("/projects/WEB/webhooks", "")
	case strings.Contains(path, "{sharedFileId}"):
		words["{sharedFileId}"] = first("/projects/WEB/files/metadata/画像", "")
	case strings.Contains(path, "{attachmentId}") && words["{attachmentId}"] == "":
		list, _, _ := strings.Cut(path, "/{attachmentId}")
		for word, with := range words {
			list = strings.ReplaceAll(list, word, with)
		}
		if folder, ok := strings.CutPrefix(list, "/documents/"); ok {
			id, _, _ := strings.Cut(folder, "/")
			files := c.object("/documents/"+id, "")["attachments"].([]any)
			words["{attachmentId}"] = number(at(files[0], "id"))
			break
		}
		words["{attachmentId}"] = first(list, "")
	}
	for word, with := range words {
		path = strings.ReplaceAll(path, word, with)
	}
	return path
}

// issueWithAll is an issue of which the path can be read, with its first
// attachment and a comment.
func (c caller) issueWithAll(path string) (issue, attachment, comment string) {
	c.t.Helper()
	query := "count=100" + c.all()
	switch {
	case strings.HasSuffix(path, "/sharedFiles"):
		query += "&sharedFile=true"
	case strings.Contains(path, "attachment"):
		query += "&attachment=true"
	}
	for _, i := range c.list("/issues", query) {
		key := i["issueKey"].(string)
		if strings.HasSuffix(path, "relatedIssues") && len(c.list("/issues/"+key+"/relatedIssues", "")) == 0 {
			continue
		}
		files := i["attachments"].([]any)
		if len(files) > 0 {
			attachment = number(at(files[0], "id"))
		}
		for _, m := range c.list("/issues/"+key+"/comments", "") {
			if len(m["notifications"].([]any)) > 0 {
				return key, attachment, number(m["id"])
			}
		}
	}
	c.t.Fatalf("no issue to read %s of", path)
	return "", "", ""
}

// documentWithAll is a document with comments and attachments.
func (c caller) documentWithAll() string {
	c.t.Helper()
	for _, d := range c.list("/documents", "offset=0&count=100&order=asc") {
		id := d["id"].(string)
		if len(d["attachments"].([]any)) > 0 && len(c.list("/documents/"+id+"/comments", "")) > 0 {
			return id
		}
	}
	c.t.Fatal("no document has comments and attachments")
	return ""
}

// TestEveryEndpointIsKnown asks every endpoint for things that are not there.
func TestEveryEndpointIsKnown(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	for _, e := range endpoints(t) {
		got := c.send(e[0], strings.NewReplacer("{", "", "}", "").Replace(e[1]), nil)
		if strings.Contains(string(got.body), "No such endpoint.") {
			t.Errorf("%s %s: %d %s", e[0], e[1], got.status, got.body)
		}
	}
	if got := c.send(http.MethodGet, "/nothing", nil); !strings.Contains(string(got.body), "No such endpoint.") {
		t.Errorf("GET /nothing: %s", got.body)
	}
}
