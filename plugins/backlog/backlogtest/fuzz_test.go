package backlogtest_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// FuzzIssueQuery sends any query: the answer is a list that is as long as its
// count says, or a refusal that tells what is wrong.
func FuzzIssueQuery(f *testing.F) {
	for _, query := range []string{
		"statusId[]=1&priorityId[]=2", "createdSince=2026-01-01&createdUntil=2026-02-01", "hasDueDate=false", "assigneeId[]=-1",
		"sort=customField_70013&order=asc", "customField_70013_min=1e300", "customField_70016[]=1", "keyword=%E4%BB%95+x",
		"parentChild=9&attachment=true", "id[0]=1&id[1]=2", "count=101", "offset=9999999999", "startDateSince=9999-12-31",
		"updatedUntil=0001-01-01", "customField_70014_max=2026-01-01", "expand[]=childIssueSummary", "projectId[]=7",
	} {
		f.Add(query)
	}
	s := backlogtest.New(backlogtest.Options{Issues: 60, BareIssues: true, Unlimited: true})
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s.Forget()
		c := admin(t, s)
		counted := c.send(http.MethodGet, "/issues/count", values)
		values.Del("offset")
		values["count"] = []string{"100"}
		listed := c.send(http.MethodGet, "/issues", values)
		if listed.status/100 == 4 {
			if errors, _ := at(decoded(t, listed.body), "errors").([]any); len(errors) == 0 {
				t.Errorf("GET /issues?%s: %d %s", query, listed.status, listed.body)
			}
			return
		}
		list, ok := decoded(t, listed.body).([]any)
		if listed.status != http.StatusOK || !ok {
			t.Fatalf("GET /issues?%s: %d %s", query, listed.status, listed.body)
		}
		if counted.status != http.StatusOK {
			return // offset or count was wrong
		}
		if n := at(decoded(t, counted.body), "count"); n != float64(len(list)) {
			t.Errorf("?%s: %d issues, count %v", query, len(list), n)
		}
	})
}
