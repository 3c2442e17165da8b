package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
	"github.com/trackql/trackql/sqlengine/plan/plantest"
)

func TestChanges(t *testing.T) {
	tests := map[string]struct {
		operator string
		want     plan.Change
	}{
		"create table": {
			`{"type":"LOGICAL_CREATE_TABLE","info":{"type":"TABLE_ENTRY","catalog":"p","schema":"pt","table":"X"},"children":[{"type":"LOGICAL_DUMMY_SCAN"}]}`,
			plan.Change{Verb: plan.Create, What: "table", Catalog: "p", Schema: "pt", Name: "X"},
		},
		"create view": {
			`{"type":"LOGICAL_CREATE_VIEW","info":{"type":"VIEW_ENTRY","catalog":"p","schema":"pt","view_name":"v"}}`,
			plan.Change{Verb: plan.Create, What: "view", Catalog: "p", Schema: "pt", Name: "v"},
		},
		"create schema": {
			`{"type":"LOGICAL_CREATE_SCHEMA","info":{"type":"SCHEMA_ENTRY","schema":"x"}}`,
			plan.Change{Verb: plan.Create, What: "schema", Name: "x"},
		},
		"create macro": {
			`{"type":"LOGICAL_CREATE_MACRO","info":{"type":"TABLE_MACRO_ENTRY","catalog":"p","schema":"pt","name":"m"}}`,
			plan.Change{Verb: plan.Create, What: "macro", Catalog: "p", Schema: "pt", Name: "m"},
		},
		"create index": {
			`{"type":"LOGICAL_CREATE_INDEX","info":{"type":"INDEX_ENTRY","catalog":"p","schema":"pt","name":"i","table":"Issues"}}`,
			plan.Change{Verb: plan.Create, What: "index", Catalog: "p", Schema: "pt", Name: "Issues"},
		},
		"drop": {
			`{"type":"LOGICAL_DROP","info":{"info_type":"DROP_INFO","type":"VIEW_ENTRY","schema":"pt","name":"v","if_not_found":"RETURN_NULL"}}`,
			plan.Change{Verb: plan.Drop, What: "view", Schema: "pt", Name: "v", IfExists: true},
		},
		"drop schema": {
			`{"type":"LOGICAL_DROP","info":{"type":"SCHEMA_ENTRY","catalog":"p","name":"pt","if_not_found":"THROW_EXCEPTION"}}`,
			plan.Change{Verb: plan.Drop, What: "schema", Catalog: "p", Name: "pt"},
		},
		"alter": {
			`{"type":"LOGICAL_ALTER","info":{"type":"ALTER_TABLE","catalog":"p","schema":"pt","name":"Issues"}}`,
			plan.Change{Verb: plan.Alter, What: "table", Catalog: "p", Schema: "pt", Name: "Issues"},
		},
		"comment": {
			`{"type":"LOGICAL_ALTER","info":{"type":"SET_COLUMN_COMMENT","catalog":"p","schema":"pt","name":"Issues","catalog_entry_type":"VIEW_ENTRY"}}`,
			plan.Change{Verb: plan.Alter, What: "view", Catalog: "p", Schema: "pt", Name: "Issues"},
		},
		"install": {
			`{"type":"LOGICAL_LOAD","info":{"info_type":"LOAD_INFO","filename":"httpfs","load_type":"FORCE_INSTALL"}}`,
			plan.Change{Verb: plan.Extend, What: "thing", Name: "httpfs", Fetches: true},
		},
		"load": {
			`{"type":"LOGICAL_LOAD","info":{"info_type":"LOAD_INFO","filename":"json","load_type":"LOAD"}}`,
			plan.Change{Verb: plan.Extend, What: "thing", Name: "json"},
		},
		"set": {
			`{"type":"LOGICAL_SET","name":"threads"}`,
			plan.Change{Verb: plan.Configure, What: "thing", Name: "threads"},
		},
		"export": {`{"type":"LOGICAL_EXPORT","children":[{"type":"LOGICAL_DUMMY_SCAN"}]}`, plan.Change{Verb: plan.Export, What: "thing"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := plan.Read([]byte(`{"error":false,"plans":[`+test.operator+`]}`), plantest.Tables, plan.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]plan.Change{test.want}, p.Changes); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := plan.Read([]byte(`{"error":false,"plans":[{"type":"LOGICAL_DROP","info":[1]}]}`), plantest.Tables, plan.Options{}); connector.KindOf(err) != connector.Internal || err == nil {
		t.Errorf("an info that is no object = %v, want Internal", err)
	}
}

// TestCatalogOption reads tables of the same name in two catalogs, of which one
// is the sources'.
func TestCatalogOption(t *testing.T) {
	get := `{"type":"LOGICAL_GET","name":"seq_scan","names":["Id"],"returned_types":[{"id":"BIGINT"}],"column_indexes":[{}],"function_data":{"catalog":"planning","schema":"pt","table":"Issues"}}`
	for catalog, want := range map[string]int{"": 1, "Planning": 1, "other": 0} {
		p, err := plan.Read([]byte(`{"error":false,"plans":[`+get+`]}`), plantest.Tables, plan.Options{Catalog: catalog})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Fetches) != want {
			t.Errorf("with the catalog %q: %d fetches, want %d", catalog, len(p.Fetches), want)
		}
	}
}
