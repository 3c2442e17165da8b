package backlogtest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// all are the ids of all projects that the caller sees, as parameters.
func (c caller) all() string {
	c.t.Helper()
	query := ""
	for _, p := range c.list("/projects", "") {
		query += "&projectId[]=" + number(p["id"])
	}
	return query
}

func TestCountIsTheLengthOfTheList(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	all := c.all()
	seen := map[any]bool{}
	for _, offset := range []string{"0", "100", "200", "300", "400"} {
		for _, issue := range c.list("/issues", "count=100&sort=created&order=asc&offset="+offset+all) {
			seen[issue["id"]] = true
		}
	}
	got := c.object("/issues/count", all)
	if diff := cmp.Diff(map[string]any{"count": float64(400)}, got); diff != "" || len(seen) != 400 {
		t.Errorf("GET /issues/count: (-want +got)\n%s; pages with %d ids, want 400", diff, len(seen))
	}
}
