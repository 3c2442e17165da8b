package describe_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/describe"
	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// everyOperator grades all operators exact.
func everyOperator() (f connector.Filters) {
	for op := range f {
		f[op] = connector.Exact
	}
	return f
}

var sources = []describe.Source{
	{Name: "bl", Connector: "tracker", Tables: []connector.Table{
		{
			Name: "Issues", Doc: "One issue.", Rows: 12345, Key: []string{"Id"}, Unique: [][]string{{"Project", "Key"}},
			References:   []connector.Reference{{Columns: []string{"Project"}, Table: "Projects", To: []string{"Id"}}},
			StopsAtLimit: true,
			Columns: []connector.Column{
				{Name: "Id", Type: arrow.PrimitiveTypes.Int64, Doc: "The number.", Filters: connector.Filters{connector.Eq: connector.Exact, connector.In: connector.Exact, connector.Ge: connector.Inexact}},
				{Name: "担当者", Type: arrow.BinaryTypes.String, Nullable: true, Doc: "Who has the issue: the name that the tracker shows, which may change when people marry.", Filters: everyOperator()},
				{Name: "Status", Type: arrow.BinaryTypes.String, Nullable: true, Doc: "The status.", Values: []connector.Value{connector.TextOf("Open"), connector.TextOf("Closed")}},
				{Name: "Project", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
			},
			Examples: []connector.Example{
				{Doc: "Who has what.", SQL: "SELECT 担当者, count(*)\nFROM {source}.Issues GROUP BY ALL"},
				{Doc: "One issue.", SQL: "SELECT * FROM {source}.Issues WHERE Id = 1"},
			},
		},
		{Name: "Projects", Doc: "One project."},
	}, Procedures: []connector.Procedure{
		{Name: "GetOwnUser", Doc: "Tells who asks.", Result: []connector.Column{{Name: "Id", Type: arrow.PrimitiveTypes.Int64, Doc: "The number."}}},
		{Name: "AddStar", Doc: "Stars an issue.", Writes: true, Arguments: []connector.Column{
			{Name: "IssueId", Type: arrow.PrimitiveTypes.Int64, Doc: "Which issue."}, {Name: "Text with it", Type: arrow.BinaryTypes.String, Nullable: true},
		}},
	}},
	{Name: "order", Connector: "file"},
}

func TestSources(t *testing.T) {
	for _, width := range []int{0, 60, 30} {
		var out bytes.Buffer
		describe.Sources(&out, sources, width)
		golden(t, fmt.Sprintf("sources-%d.txt", width), out.String())
	}
}

// TestManyArguments keeps calls that take much to a part of a line of 100
// columns.
func TestManyArguments(t *testing.T) {
	source := describe.Source{Name: "bl", Connector: "tracker", Procedures: slices.Clone(sources[0].Procedures)}
	long := connector.Procedure{Name: "DownloadFile", Doc: "One file: an attachment of an issue, a wiki page, a pull request or a document, or a shared file."}
	for _, name := range []string{"AttachmentId", "Issue", "WikiPageId", "Project", "Repository", "PullRequest", "SharedFileId"} {
		long.Arguments = append(long.Arguments, connector.Column{Name: name, Type: arrow.PrimitiveTypes.Int64, Nullable: true})
	}
	source.Procedures = append(source.Procedures, long)
	for _, width := range []int{0, 100, 70} {
		var out bytes.Buffer
		describe.Sources(&out, []describe.Source{source}, width)
		golden(t, fmt.Sprintf("arguments-%d.txt", width), out.String())
		for line := range strings.Lines(out.String()) {
			if n := print.Width(strings.TrimSuffix(line, "\n")); width > 0 && n > width {
				t.Errorf("the line %q takes %d columns, more than %d", line, n, width)
			}
		}
	}
}

func TestOne(t *testing.T) {
	for _, width := range []int{0, 100, 70} {
		var out bytes.Buffer
		describe.One(&out, describe.Table{Source: "bl", Connector: "tracker", Table: sources[0].Tables[0]}, width)
		golden(t, fmt.Sprintf("table-%d.txt", width), out.String())
		before, _, _ := strings.Cut(out.String(), "examples")
		for line := range strings.Lines(before) {
			if n := print.Width(strings.TrimSuffix(line, "\n")); width > 0 && n > width {
				t.Errorf("the line %q takes %d columns, more than %d", line, n, width)
			}
		}
	}
}

func TestOneProcedure(t *testing.T) {
	var out bytes.Buffer
	for _, p := range sources[0].Procedures {
		describe.OneProcedure(&out, describe.Procedure{Source: "bl", Connector: "tracker", Procedure: p}, 70)
	}
	golden(t, "procedures.txt", out.String())
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := describe.JSON(&out, sources); err != nil {
		t.Fatalf("JSON = %v", err)
	}
	golden(t, "sources.json", out.String())
}

func TestConnector(t *testing.T) {
	info := connector.Info{Name: "tracker", Summary: "A tracker.", Options: []connector.Option{
		{Name: "Url", Required: true, Doc: "Where it is."},
		{Name: "Token", Secret: true, Doc: "Who asks."},
		{Name: "Validate", Type: connector.Choice, Choices: []string{"auto", "never"}, Default: "auto", Doc: "Whether to check."},
		{Name: "PageSize", Type: connector.Int, Default: "100", Doc: "Rows a request."},
		{Name: "Timezone", Type: connector.Zone},
	}}
	var out bytes.Buffer
	describe.Connector(&out, info, 0)
	golden(t, "connector.txt", out.String())
}

func TestSQLType(t *testing.T) {
	tests := map[string]arrow.DataType{
		"TINYINT": arrow.PrimitiveTypes.Int8, "UBIGINT": arrow.PrimitiveTypes.Uint64, "DOUBLE": arrow.PrimitiveTypes.Float64,
		"BOOLEAN": arrow.FixedWidthTypes.Boolean, "VARCHAR": arrow.BinaryTypes.StringView, "BLOB": arrow.BinaryTypes.Binary,
		"DATE": arrow.FixedWidthTypes.Date32, "TIME": arrow.FixedWidthTypes.Time64us, "INTERVAL": arrow.FixedWidthTypes.MonthDayNanoInterval,
		"TIMESTAMP WITH TIME ZONE": arrow.FixedWidthTypes.Timestamp_us,
		"TIMESTAMP":                &arrow.TimestampType{Unit: arrow.Microsecond},
		"TIMESTAMP_NS":             &arrow.TimestampType{Unit: arrow.Nanosecond},
		"DECIMAL(10,2)":            &arrow.Decimal128Type{Precision: 10, Scale: 2},
		"VARCHAR[]":                arrow.ListOf(arrow.BinaryTypes.String),
		"INTEGER[3]":               arrow.FixedSizeListOf(3, arrow.PrimitiveTypes.Int32),
		"MAP(VARCHAR, BIGINT)":     arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64),
		`STRUCT(a BIGINT, "select" VARCHAR[])`: arrow.StructOf(
			arrow.Field{Name: "a", Type: arrow.PrimitiveTypes.Int64},
			arrow.Field{Name: "select", Type: arrow.ListOf(arrow.BinaryTypes.String)},
		),
		"DURATION[S]": arrow.FixedWidthTypes.Duration_s, // what DuckDB does not have keeps Arrow's name
	}
	for want, in := range tests {
		if got := describe.SQLType(in); got != want {
			t.Errorf("SQLType(%s) = %s, want %s", in, got, want)
		}
	}
}
