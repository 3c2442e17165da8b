package backlog_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// called returns the first row of a procedure's result, by its columns.
func called(t *testing.T, src opened, name string, args ...connector.Argument) (map[string]string, error) {
	t.Helper()
	reader, err := src.Call(t.Context(), connector.CallRequest{Procedure: name, Arguments: args})
	if err != nil {
		return nil, err
	}
	defer reader.Release()
	row := map[string]string{}
	for reader.Next() {
		batch := reader.RecordBatch()
		for i, column := range batch.Columns() {
			v, ok := connector.ValueAt(column, 0)
			if !ok {
				t.Fatalf("%s: no value in %s", name, batch.ColumnName(i))
			}
			row[batch.ColumnName(i)] = v.String()
		}
	}
	return row, reader.Err()
}

func argument(name string, v connector.Value) connector.Argument {
	return connector.Argument{Name: name, Value: v}
}

// attachment returns the key of an issue with an attachment, and what it is.
func attachment(t *testing.T, src opened) (issue string, id, size connector.Value, name string) {
	t.Helper()
	reader, err := src.Scan(t.Context(), connector.ScanRequest{Table: "IssueAttachments", Columns: []string{"IssueKey", "Id", "Name", "Size"}})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	if !reader.Next() {
		t.Fatalf("IssueAttachments has no row: %v", reader.Err())
	}
	cell := func(i int) connector.Value {
		v, _ := connector.ValueAt(reader.RecordBatch().Column(i), 0)
		return v
	}
	return cell(0).Text(), cell(1), cell(3), cell(2).Text()
}

func TestProcedures(t *testing.T) {
	pool := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer pool.AssertSize(t, 0)
	src := open(t, pool, serve(backlogtest.Options{}))
	issue, id, size, name := attachment(t, src)

	me, err := called(t, src, "getownuser")
	if err != nil || me["Id"] == "" || me["Name"] == "NULL" {
		t.Errorf("GetOwnUser = %v, %v, want a person", me, err)
	}
	file, err := called(t, src, "DownloadFile", argument("AttachmentId", id), argument("Issue", connector.TextOf(issue)))
	if err != nil {
		t.Fatal(err)
	}
	delete(file, "Content")
	delete(file, "MediaType")
	if diff := cmp.Diff(map[string]string{"Name": connector.QuoteText(name), "Size": size.String()}, file); diff != "" {
		t.Errorf("DownloadFile (-want +got):\n%s", diff)
	}
	if icon, err := called(t, src, "DownloadIcon"); err != nil || icon["Size"] == "0" {
		t.Errorf("DownloadIcon() = %v, %v, want bytes", icon, err)
	}
	n, err := called(t, src, "CountNotifications", argument("AlreadyRead", connector.BoolOf(false)))
	if err != nil || n["Count"] == "" {
		t.Errorf("CountNotifications = %v, %v, want a number", n, err)
	}
	day := argument("Since", connector.DateOf(20000))
	if n, err := called(t, src, "CountStars", argument("UserId", connector.IntOf(1)), day); connector.KindOf(err) != connector.NotFound {
		t.Errorf("CountStars of nobody = %v, %v, want NotFound", n, err)
	}
	requests := src.server.Requests()
	if last := requests[len(requests)-1]; last.Query.Get("since") != "2024-10-04" {
		t.Errorf("CountStars asked for %v, want since=2024-10-04", last.Query)
	}
}

// TestProceduresDescribe proves that results are as they are described.
func TestProceduresDescribe(t *testing.T) {
	src := open(t, memory.DefaultAllocator, serve(backlogtest.Options{}))
	described, err := src.Procedures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(src.server.Requests()); n > 0 {
		t.Errorf("Procedures made %d requests, want none", n)
	}
	for _, p := range described {
		if p.Doc == "" || p.Writes {
			t.Errorf("%s: doc %q, writes %t, want a doc, and no writing", p.Name, p.Doc, p.Writes)
		}
		if p.Name != "GetOwnUser" && p.Name != "DownloadIcon" {
			continue
		}
		reader, err := src.Call(t.Context(), connector.CallRequest{Procedure: p.Name})
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range reader.Schema().Fields() {
			if f.Name != p.Result[i].Name || !arrow.TypeEqual(f.Type, p.Result[i].Type) {
				t.Errorf("%s: column %d is %s, want %s %s", p.Name, i, f, p.Result[i].Name, p.Result[i].Type)
			}
		}
		reader.Release()
	}
}

func TestProceduresRefuse(t *testing.T) {
	src := open(t, memory.DefaultAllocator, serve(backlogtest.Options{}))
	tests := map[string]struct {
		procedure string
		args      []connector.Argument
		want      string
	}{
		"unknown":          {"GetOwnUsr", nil, "GetOwnUser"},
		"unknown argument": {"DownloadFile", []connector.Argument{argument("File", connector.IntOf(1))}, "AttachmentId"},
		"too few":          {"DownloadFile", []connector.Argument{argument("AttachmentId", connector.IntOf(1))}, "Issue and AttachmentId"},
		"missing":          {"CountWatchings", nil, "GetOwnUser"},
		"type":             {"CountWatchings", []connector.Argument{argument("UserId", connector.TextOf("me"))}, "'me'"},
		"folder": {"DownloadFile", []connector.Argument{
			argument("Issue", connector.TextOf("..")), argument("AttachmentId", connector.IntOf(1)),
		}, "'..'"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := called(t, src, test.procedure, test.args...)
			if err == nil || !strings.Contains(err.Error()+" "+connector.HintOf(err), test.want) {
				t.Errorf("%s = %v, hint %q, want %q named", test.procedure, err, connector.HintOf(err), test.want)
			}
			if n := len(src.server.Requests()); n > 0 {
				t.Errorf("%s made %d requests, want none", test.procedure, n)
			}
		})
	}
}
