package relation_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// issue is an issue of about 3 KB, with what a real one has beside the columns
// that are read.
func issue() string {
	person := func(id int, name string) string {
		return fmt.Sprintf(`{"id":%d,"userId":"user%d","name":%q,"roleType":2,"lang":"ja","mailAddress":"u%d@example.com",`+
			`"nulabAccount":{"nulabId":"abcdefghijkl","name":%q,"uniqueId":"u%d"},"lastLoginTime":"2024-05-01T10:00:00Z"}`, id, id, name, id, name, id)
	}
	return `{"id":1073741824,"projectId":100,"issueKey":"BLG-12","keyId":12,` +
		`"issueType":{"id":2,"projectId":100,"name":"タスク","color":"#7ea800","displayOrder":0},"summary":"ログイン画面のエラー",` +
		`"description":"` + strings.Repeat(`手順\n1. ログインする\n2. \"保存\" を押す\n3. エラー\n`, 20) + `",` +
		`"resolution":null,"priority":{"id":3,"name":"中"},` +
		`"status":{"id":1,"projectId":100,"name":"未対応","color":"#ed8077","displayOrder":1000},"assignee":` + person(7, "山田 太郎") + `,` +
		`"category":[{"id":5,"projectId":100,"name":"UI","displayOrder":0},{"id":6,"projectId":100,"name":"API","displayOrder":1}],` +
		`"versions":[],"milestone":[{"id":30,"projectId":100,"name":"v1.0","description":"","startDate":null,"releaseDueDate":null,"archived":false,"displayOrder":0}],` +
		`"startDate":"2024-05-01T00:00:00Z","dueDate":"2024-05-20T00:00:00Z","estimatedHours":4.5,"actualHours":null,"parentIssueId":null,` +
		`"createdUser":` + person(8, "鈴木 花子") + `,"created":"2024-04-30T08:15:00Z",` +
		`"updatedUser":` + person(7, "山田 太郎") + `,"updated":"2024-05-02T01:02:03Z",` +
		`"customFields":[{"id":111,"fieldTypeId":1,"name":"text","value":"hoge"},{"id":112,"fieldTypeId":3,"name":"points","value":5}],` +
		`"attachments":[{"id":1,"name":"IMGP0088.JPG","size":85079}],"sharedFiles":[],"stars":[]}`
}

// twelve are the columns that the benchmark reads.
var twelve = []relation.Column{
	{Name: "Id", Type: relation.Int, Path: "id", Required: true},
	{Name: "IssueKey", Type: relation.Text, Path: "issueKey", Required: true},
	{Name: "ProjectId", Type: relation.Int, Path: "projectId", Required: true},
	{Name: "Summary", Type: relation.Text, Path: "summary", Required: true},
	{Name: "StatusName", Type: relation.Text, Path: "status.name", Required: true},
	{Name: "PriorityName", Type: relation.Text, Path: "priority.name", Required: true},
	{Name: "AssigneeId", Type: relation.Int, Path: "assignee.id"},
	{Name: "AssigneeName", Type: relation.Text, Path: "assignee.name"},
	{Name: "DueDate", Type: relation.Date, Path: "dueDate"},
	{Name: "EstimatedHours", Type: relation.Float, Path: "estimatedHours"},
	{Name: "Created", Type: relation.Timestamp, Path: "created", Required: true},
	{Name: "Updated", Type: relation.Timestamp, Path: "updated", Required: true},
}

// plainIssue is what encoding/json reads of an issue, with the same decoding of
// its dates.
type plainIssue struct {
	ID        int64  `json:"id"`
	IssueKey  string `json:"issueKey"`
	ProjectID int64  `json:"projectId"`
	Summary   string `json:"summary"`
	Status    struct {
		Name string `json:"name"`
	} `json:"status"`
	Priority struct {
		Name string `json:"name"`
	} `json:"priority"`
	Assignee *struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	} `json:"assignee"`
	DueDate        *time.Time `json:"dueDate"`
	EstimatedHours *float64   `json:"estimatedHours"`
	Created        time.Time  `json:"created"`
	Updated        time.Time  `json:"updated"`
}

// BenchmarkRow reads 12 columns of an issue into Arrow, and tells how many times
// as long encoding/json takes to read them into a struct, in the same run.
func BenchmarkRow(b *testing.B) {
	text := issue()
	table := relation.Table{Name: "Issues", Columns: twelve}
	row := relation.Row{JSON: gjson.Parse(text), Table: &table}
	builder := relation.NewBuilder(memory.DefaultAllocator, &table, table.Columns, nil)
	defer builder.Release()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		if err := builder.Append(row); err != nil {
			b.Fatal(err)
		}
		if rows++; builder.Len() == 1000 {
			builder.Batch().Release()
		}
	}
	ours := b.Elapsed() / time.Duration(rows)

	begin := time.Now()
	for range rows {
		var plain plainIssue
		if err := json.Unmarshal([]byte(text), &plain); err != nil {
			b.Fatal(err)
		}
	}
	theirs := time.Since(begin) / time.Duration(rows)
	b.ReportMetric(float64(theirs)/float64(ours), "times-encoding/json")
}
