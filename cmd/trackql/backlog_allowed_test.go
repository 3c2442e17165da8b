package main

import (
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/sqlengine"
)

// TestBacklogAllowed asks for rows of which nothing tells beforehand how many
// there are, with few requests allowed: never more are made, metadata included.
func TestBacklogAllowed(t *testing.T) {
	statements := map[string]bool{ // and whether 40 requests suffice
		"SELECT max(Id) FROM Activities":            false,
		"SELECT count(*) FROM ProjectRecentUpdates": false,
		"SELECT max(IssueId) FROM ActivityChanges":  false,
		"SELECT count(*) FROM UserRecentUpdates":    false,
		"SELECT count(*) FROM PullRequestComments":  false,
		"SELECT max(Content) FROM IssueComments":    false,
		"SELECT max(Size) FROM ProjectSharedFiles":  true,
		"SELECT max(c.Content) FROM Projects p JOIN Issues i ON i.ProjectId = p.Id JOIN IssueComments c ON c.IssueId = i.Id WHERE p.ProjectKey = 'WEB'": false,
		"SELECT StatusName, count(*) FROM Issues WHERE ProjectKey = 'WEB' GROUP BY ALL":                                                                 true,
	}
	for sql, enough := range statements {
		t.Run(sql, func(t *testing.T) {
			t.Parallel()
			for _, most := range []int64{1, 3, 7, 40} {
				space := newSpace(backlogtest.Options{Issues: 160})
				s := space.session(t, space.open(t, "PageSize", "5"), func(cfg *sqlengine.Config) { cfg.MaxRequests = most })
				_, err := answer(t.Context(), s, sql)
				if made := int64(len(space.Requests())); made > most {
					t.Errorf("%d requests were made, and %d allowed: %v", made, most, err)
				}
				if err != nil && (!strings.Contains(err.Error(), "max_requests") || connector.KindOf(err) != connector.Invalid) {
					t.Errorf("with %d requests: %v", most, err)
				}
				if most == 40 && (err == nil) != enough {
					t.Errorf("with %d requests: %v; they suffice: %v", most, err, enough)
				}
			}
		})
	}
}
