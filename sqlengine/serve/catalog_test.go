package serve_test

import (
	"context"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"

	"github.com/trackql/trackql/sqlengine/serve"
)

func TestCatalog(t *testing.T) {
	name := func(s string) *string { return &s }
	type get func(context.Context, *client) (*flight.FlightInfo, error)
	tests := map[string]struct {
		get  get
		want []string
	}{
		"catalogs": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) { return c.GetCatalogs(ctx) },
			[]string{"trackql"},
		},
		"schemas": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetDBSchemas(ctx, &flightsql.GetDBSchemasOpts{})
			},
			[]string{"trackql main", "trackql mem"},
		},
		"schemas of a pattern": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetDBSchemas(ctx, &flightsql.GetDBSchemasOpts{DbSchemaFilterPattern: name("M_M")})
			},
			[]string{"trackql mem"},
		},
		"schemas of another catalog": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetDBSchemas(ctx, &flightsql.GetDBSchemasOpts{Catalog: name("other")})
			},
			nil,
		},
		"tables": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetTables(ctx, &flightsql.GetTablesOpts{})
			},
			[]string{"trackql mem Issues TABLE", "trackql mem Projects TABLE"},
		},
		"tables of a pattern": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetTables(ctx, &flightsql.GetTablesOpts{TableNameFilterPattern: name("pro%")})
			},
			[]string{"trackql mem Projects TABLE"},
		},
		"views": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetTables(ctx, &flightsql.GetTablesOpts{TableTypes: []string{"VIEW"}})
			},
			nil,
		},
		"types of tables": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) { return c.GetTableTypes(ctx) },
			[]string{"TABLE", "VIEW"},
		},
		"the primary key": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetPrimaryKeys(ctx, flightsql.TableRef{Table: "issues"})
			},
			[]string{"trackql mem Issues Id 1 (null)"},
		},
		"foreign keys of a table": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetImportedKeys(ctx, flightsql.TableRef{DBSchema: name("mem"), Table: "Issues"})
			},
			[]string{"trackql mem Projects Id trackql mem Issues ProjectId 1 Issues_ProjectId (null) 3 3"},
		},
		"foreign keys to a table": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetExportedKeys(ctx, flightsql.TableRef{Table: "Projects"})
			},
			[]string{"trackql mem Projects Id trackql mem Issues ProjectId 1 Issues_ProjectId (null) 3 3"},
		},
		"foreign keys between tables": {
			func(ctx context.Context, c *client) (*flight.FlightInfo, error) {
				return c.GetCrossReference(ctx, flightsql.TableRef{Table: "Issues"}, flightsql.TableRef{Table: "Projects"})
			},
			nil,
		},
	}
	c := dial(t, serving(t, serve.Config{}))
	for title, test := range tests {
		t.Run(title, func(t *testing.T) {
			info, err := test.get(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := readAll(t.Context(), c, info)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, row := range rows {
				got = append(got, strings.Join(row, " "))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTypesOfOwnTables tells tables of a client's own from its views.
func TestTypesOfOwnTables(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	made := "CREATE TABLE a AS SELECT 1 AS x; CREATE VIEW b AS FROM a; CREATE TEMP TABLE c AS FROM a; CREATE TEMP VIEW d AS FROM a; CREATE TABLE e (x INTEGER)"
	if _, err := ask(t.Context(), c, made); err != nil {
		t.Fatal(err)
	}
	own := "main"
	for title, test := range map[string]struct {
		types []string
		want  string
	}{
		"all":    {nil, "a TABLE, b VIEW, c TABLE, d VIEW, e TABLE"},
		"tables": {[]string{"TABLE"}, "a TABLE, c TABLE, e TABLE"},
		"views":  {[]string{"VIEW"}, "b VIEW, d VIEW"},
	} {
		info, err := c.GetTables(t.Context(), &flightsql.GetTablesOpts{DbSchemaFilterPattern: &own, TableTypes: test.types})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := readAll(t.Context(), c, info)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range rows {
			got = append(got, row[2]+" "+row[3])
		}
		if got := strings.Join(got, ", "); got != test.want {
			t.Errorf("%s = %s, want %s", title, got, test.want)
		}
	}
}

func TestColumnsOfTables(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	table := "Issues"
	info, err := c.GetTables(t.Context(), &flightsql.GetTablesOpts{IncludeSchema: true, TableNameFilterPattern: &table})
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.DoGet(t.Context(), info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if !r.Next() {
		t.Fatal(r.Err())
	}
	schema, err := flight.DeserializeSchema(r.RecordBatch().Column(4).(*array.Binary).Value(0), memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range schema.Fields() {
		got = append(got, f.Name+" "+f.Type.String())
	}
	want := []string{"Id int64", "ProjectId int64", "Summary utf8", "Created timestamp[us, tz=UTC]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	key, _ := schema.Metadata().GetValue("trackql:key")
	references, _ := schema.Metadata().GetValue("trackql:references")
	if key != `["Id"]` || references != `[{"columns":["ProjectId"],"table":"Projects","to":["Id"]}]` {
		t.Errorf("key %s, references %s", key, references)
	}
}

func TestInfo(t *testing.T) {
	c := dial(t, serving(t, serve.Config{Version: "1.2.3"}))
	info, err := c.GetSqlInfo(t.Context(), []flightsql.SqlInfo{flightsql.SqlInfoFlightSqlServerName, flightsql.SqlInfoFlightSqlServerVersion})
	if err != nil {
		t.Fatal(err)
	}
	got, err := readAll(t.Context(), c, info)
	if err != nil || len(got) != 2 || !strings.Contains(got[0][1]+got[1][1], "1.2.3") {
		t.Errorf("info = %v, %v", got, err)
	}
	one := int32(-5)
	types, err := c.GetXdbcTypeInfo(t.Context(), &one)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readAll(t.Context(), c, types); err != nil || len(got) != 1 || got[0][0] != "BIGINT" {
		t.Errorf("types = %v, %v", got, err)
	}
	if types, err = c.GetXdbcTypeInfo(t.Context(), nil, grpc.WaitForReady(true)); err != nil {
		t.Fatal(err)
	}
	if got, err := readAll(t.Context(), c, types); err != nil || len(got) < 10 {
		t.Errorf("types = %v, %v", got, err)
	}
}

func TestSchemaWithoutRows(t *testing.T) {
	c := dial(t, serving(t, serve.Config{}))
	result, err := c.GetExecuteSchema(t.Context(), "SELECT id, count(*) AS n FROM Issues GROUP BY ALL")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := flight.DeserializeSchema(result.GetSchema(), memory.DefaultAllocator)
	if err != nil || schema.NumFields() != 2 || schema.Field(0).Name != "id" || schema.Field(1).Name != "n" {
		t.Errorf("schema = %v, %v", schema, err)
	}
}
