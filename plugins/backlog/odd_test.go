package backlog_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// says answers every request with a text.
type says string

func (s says) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(string(s))),
	}, nil
}

// TestOddAnswers reads tables of all kinds of a server that answers something
// else: it makes no rows of that, whatever columns are wanted.
func TestOddAnswers(t *testing.T) {
	server := serve(backlogtest.Options{})
	for _, answer := range []says{`{"message":"maintenance"}`, `"maintenance"`, `42`, `[42]`, `["x"]`, `[{}]`, `{}`} {
		src := openOver(t, memory.DefaultAllocator, server, answer, "Timezone", "Asia/Tokyo")
		for table, column := range map[string]string{
			"Projects": "Name", "Users": "Name", "Priorities": "Name", "Space": "Lang", "SpaceNotifications": "Content",
			"SpaceDiskUsage": "Capacity", "SpaceDiskUsageDetails": "Issue", "Licenses": "UserLimit", "RateLimit": "Remaining",
		} {
			reader, err := src.Scan(t.Context(), connector.ScanRequest{Table: table, Columns: []string{column}})
			rows := int64(0)
			if err == nil {
				for reader.Next() {
					rows += reader.RecordBatch().NumRows()
				}
				err = reader.Err()
				reader.Release()
			}
			if connector.KindOf(err) != connector.Corrupt || connector.HintOf(err) == "" || rows > 0 {
				t.Errorf("%s of %s: %d rows, %v, want an error with a hint", table, answer, rows, err)
			}
		}
	}
}
