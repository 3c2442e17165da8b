package backlog_test

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestChangesThatMoveNothing reads issues in the order of their creation while
// people work on them: where no change can move a row, nothing is read twice.
func TestChangesThatMoveNothing(t *testing.T) {
	since := connector.Predicate{Column: "Created", Op: connector.Ge, Values: []connector.Value{connector.TimestampOf(0)}}
	tests := map[string][]connector.Predicate{"all": nil, "since a day": {since}, "of a project": {equal("ProjectKey", "WEB")}}
	for name, where := range tests {
		t.Run(name, func(t *testing.T) {
			server := serve(backlogtest.Options{Issues: 230})
			requests := func() (rows, asked int) {
				src := open(t, memory.DefaultAllocator, server, "PageSize", "20")
				server.Forget()
				rows = len(readAll(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Where: where}))
				return rows, len(server.Requests())
			}
			rows, asked := requests()
			server.Between(func(page int, s *backlogtest.Space) {
				for _, issue := range s.Issues()[page%10:][:20] {
					s.UpdateIssue(issue.ID, func(i *backlogtest.Issue) { i.Status = 1 + int64(page)%4 })
				}
			})
			if gotRows, gotAsked := requests(); gotRows != rows || gotAsked != asked {
				t.Errorf("while issues change, %d rows come by %d requests, want %d by %d", gotRows, gotAsked, rows, asked)
			}
		})
	}
}
