package serve

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql/schema_ref"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// What clients see: one catalog, in which each source is a schema, and one more
// that has saved queries and the session's own tables.
const (
	catalogName = "trackql"
	ownSchema   = "main"
)

// The types of tables.
const (
	tableType = "TABLE"
	viewType  = "VIEW"
)

// listed is a table as clients see it.
type listed struct {
	schema, name, kind string
	described          *connector.Table // nil for one of the session's own
	own                []sqlengine.OwnColumn
}

// all returns all tables by schema and name.
func (d *door) all(ctx context.Context) (tables []listed, schemas []string, err error) {
	taken, err := d.clients.take(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, taken.leave(false)) }()
	sources, err := taken.session.Catalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	own, err := taken.session.Own(ctx)
	if err != nil {
		return nil, nil, err
	}
	schemas = []string{ownSchema}
	for _, source := range sources {
		schemas = append(schemas, source.Name)
		for i := range source.Tables {
			t := &source.Tables[i]
			tables = append(tables, listed{schema: source.Name, name: t.Name, kind: tableType, described: t})
		}
	}
	for _, t := range own {
		kind := tableType
		if t.View {
			kind = viewType
		}
		tables = append(tables, listed{schema: ownSchema, name: t.Name, kind: kind, own: t.Columns})
	}
	slices.Sort(schemas)
	slices.SortStableFunc(tables, func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.schema, b.schema), cmp.Compare(a.name, b.name))
	})
	return tables, schemas, nil
}

// pattern returns what matches a pattern of LIKE, without regard to case; nil
// matches everything.
func pattern(p *string) func(string) bool {
	if p == nil {
		return func(string) bool { return true }
	}
	var expression strings.Builder
	expression.WriteString("(?is)^")
	for _, r := range *p {
		switch r {
		case '%':
			expression.WriteString(".*")
		case '_':
			expression.WriteString(".")
		default:
			expression.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return regexp.MustCompile(expression.String() + "$").MatchString
}

// ours tells whether a client means our catalog: by its name, or by none.
func ours(catalog *string) bool {
	return catalog == nil || *catalog == "" || strings.EqualFold(*catalog, catalogName)
}

// offerRows tells where rows of metadata are to be had: they are made when the
// client comes for them.
func offerRows(schema *arrow.Schema, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return &flight.FlightInfo{
		Schema: flight.SerializeSchema(schema, memory.DefaultAllocator), FlightDescriptor: of,
		Endpoint:     []*flight.FlightEndpoint{{Ticket: &flight.Ticket{Ticket: of.GetCmd()}}},
		TotalRecords: -1, TotalBytes: -1,
	}, nil
}

// rows makes an answer of cells; nil is NULL.
func rows(schema *arrow.Schema, cells [][]any) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, row := range cells {
		for i, cell := range row {
			appendCell(b.Field(i), cell)
		}
	}
	return oneBatch(b.NewRecordBatch())
}

// GetFlightInfoCatalogs tells of the one catalog.
func (d *door) GetFlightInfoCatalogs(_ context.Context, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return offerRows(schema_ref.Catalogs, of)
}

// DoGetCatalogs names the one catalog.
func (d *door) DoGetCatalogs(context.Context) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return rows(schema_ref.Catalogs, [][]any{{catalogName}})
}

// GetFlightInfoSchemas tells of the sources.
func (d *door) GetFlightInfoSchemas(_ context.Context, _ flightsql.GetDBSchemas, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return offerRows(schema_ref.DBSchemas, of)
}

// DoGetDBSchemas names the sources, each a schema.
func (d *door) DoGetDBSchemas(ctx context.Context, req flightsql.GetDBSchemas) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	_, schemas, err := d.all(ctx)
	if err != nil {
		return nil, nil, fault(err)
	}
	wanted := pattern(req.GetDBSchemaFilterPattern())
	var cells [][]any
	for _, schema := range schemas {
		if ours(req.GetCatalog()) && wanted(schema) {
			cells = append(cells, []any{catalogName, schema})
		}
	}
	return rows(schema_ref.DBSchemas, cells)
}

// GetFlightInfoTables tells of the tables.
func (d *door) GetFlightInfoTables(_ context.Context, req flightsql.GetTables, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	if req.GetIncludeSchema() {
		return offerRows(schema_ref.TablesWithIncludedSchema, of)
	}
	return offerRows(schema_ref.Tables, of)
}

// DoGetTables names the tables that are asked for, with their columns where these
// are wanted, too.
func (d *door) DoGetTables(ctx context.Context, req flightsql.GetTables) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	all, _, err := d.all(ctx)
	if err != nil {
		return nil, nil, fault(err)
	}
	schema := schema_ref.Tables
	if req.GetIncludeSchema() {
		schema = schema_ref.TablesWithIncludedSchema
	}
	inSchema, named := pattern(req.GetDBSchemaFilterPattern()), pattern(req.GetTableNameFilterPattern())
	var cells [][]any
	for _, t := range all {
		if !ours(req.GetCatalog()) || !inSchema(t.schema) || !named(t.name) ||
			len(req.GetTableTypes()) > 0 && !slices.Contains(req.GetTableTypes(), t.kind) {
			continue
		}
		row := []any{catalogName, t.schema, t.name, t.kind}
		if req.GetIncludeSchema() {
			columns, err := d.columns(ctx, t)
			if err != nil {
				return nil, nil, fault(err)
			}
			row = append(row, flight.SerializeSchema(columns, memory.DefaultAllocator))
		}
		cells = append(cells, row)
	}
	return rows(schema, cells)
}

// columns returns the columns of a table as the rows of a query have them.
func (d *door) columns(ctx context.Context, t listed) (*arrow.Schema, error) {
	if t.described == nil {
		p, err := d.describe(ctx, "FROM "+connector.QuoteName(ownSchema)+"."+connector.QuoteName(t.name))
		if err != nil || p.Schema == nil {
			return noRows, nil // a saved query that is broken has no columns
		}
		return p.Schema, nil
	}
	schema, err := t.described.Schema(t.described.ColumnNames())
	if err != nil {
		return nil, err
	}
	fields := schema.Fields()
	for i := range fields {
		fields[i].Metadata = columnMetadata(&t, &t.described.Columns[i])
	}
	told, err := tableMetadata(t.described)
	if err != nil {
		return nil, err
	}
	return arrow.NewSchema(fields, told), nil
}

// reference is a foreign key as clients read it.
type reference struct {
	Columns []string `json:"columns"`
	Table   string   `json:"table"`
	To      []string `json:"to"`
}

// tableMetadata says in JSON what Flight SQL has no column for: ADBC hands out the
// schema of a table, and not its keys.
func tableMetadata(t *connector.Table) (*arrow.Metadata, error) {
	references := []reference{}
	for _, r := range t.References {
		references = append(references, reference{r.Columns, r.Table, r.To})
	}
	told := map[string]string{}
	for key, value := range map[string]any{
		"trackql:key": t.Key, "trackql:unique": t.Unique, "trackql:references": references, "trackql:doc": t.Doc,
	} {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		told[key] = string(text)
	}
	metadata := arrow.MetadataFrom(told)
	return &metadata, nil
}

// columnMetadata describes a column in Flight SQL's keys.
func columnMetadata(t *listed, c *connector.Column) arrow.Metadata {
	return arrow.MetadataFrom(map[string]string{
		flightsql.CatalogNameKey: catalogName, flightsql.SchemaNameKey: t.schema, flightsql.TableNameKey: t.name,
		flightsql.IsReadOnlyKey: "1", flightsql.IsAutoIncrementKey: "0", flightsql.RemarksKey: c.Doc,
	})
}

// GetFlightInfoTableTypes tells of the types of tables.
func (d *door) GetFlightInfoTableTypes(_ context.Context, of *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return offerRows(schema_ref.TableTypes, of)
}

// DoGetTableTypes names the types of tables.
func (d *door) DoGetTableTypes(context.Context) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return rows(schema_ref.TableTypes, [][]any{{tableType}, {viewType}})
}
