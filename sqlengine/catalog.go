package sqlengine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// catalog knows the tables of the session's sources, each asked once.
type catalog struct {
	sources []NamedSource
	tables  map[string][]*relation // by source
}

// relation is a table of a source as the session sees it.
type relation struct {
	source *NamedSource
	table  *connector.Table
	// scan is the relation's registered scan; empty until it is first used.
	scan duck.ScanID
	// types are the columns' types in SQL.
	types []string
	// shadow is the SQL that made the table's shadow in the planning catalog;
	// empty while that has none.
	shadow string
	// further is what is known of further columns; nil for a table that has none.
	further *further
}

func newCatalog(sources []NamedSource) *catalog {
	return &catalog{sources: sources, tables: map[string][]*relation{}}
}

// of returns the relations of one source.
func (c *catalog) of(ctx context.Context, name string) ([]*relation, error) {
	for i := range c.sources {
		source := &c.sources[i]
		if source.Name != name {
			continue
		}
		if known, ok := c.tables[name]; ok {
			return known, nil
		}
		tables, err := source.Source.Tables(ctx)
		if err != nil {
			return nil, fmt.Errorf("tables of %s: %w", name, err)
		}
		relations := make([]*relation, len(tables))
		for j := range tables {
			relations[j] = &relation{source: source, table: &tables[j], further: furtherOf(source, &tables[j])}
		}
		c.tables[name] = relations
		return relations, nil
	}
	return nil, nil
}

// all returns the relations of all sources, in their order.
func (c *catalog) all(ctx context.Context) ([]*relation, error) {
	return c.within(ctx, statement{})
}

// within returns the relations of the sources that a statement names, or of all
// where it names none: to know a source's tables may mean to read it.
func (c *catalog) within(ctx context.Context, stmt statement) ([]*relation, error) {
	var named []string
	for _, source := range c.sources {
		if stmt.mentions(source.Name) {
			named = append(named, source.Name)
		}
	}
	var relations []*relation
	for _, source := range c.sources {
		if len(named) > 0 && !slices.Contains(named, source.Name) {
			continue
		}
		more, err := c.of(ctx, source.Name)
		if err != nil {
			return nil, err
		}
		relations = append(relations, more...)
	}
	return relations, nil
}

// named returns the relations of that name, of the sources within which the
// statement moves.
func (c *catalog) named(ctx context.Context, name string, stmt statement) ([]*relation, error) {
	relations, err := c.within(ctx, stmt)
	if err != nil {
		return nil, err
	}
	var named []*relation
	for _, r := range relations {
		if strings.EqualFold(r.table.Name, name) {
			named = append(named, r)
		}
	}
	return named, nil
}

// find returns a relation that is known already. The names are as the planning
// catalog spells them.
func (c *catalog) find(source, table string) (*relation, bool) {
	for name, relations := range c.tables {
		if !strings.EqualFold(name, source) {
			continue
		}
		for _, r := range relations {
			if strings.EqualFold(r.table.Name, table) {
				return r, true
			}
		}
	}
	return nil, false
}

// table is find, for the planner.
func (c *catalog) table(source, table string) (*connector.Table, bool) {
	r, ok := c.find(source, table)
	if !ok {
		return nil, false
	}
	return r.table, true
}

// forgetShadows notes that the planning catalog is gone.
func (c *catalog) forgetShadows() {
	for _, relations := range c.tables {
		for _, r := range relations {
			r.shadow = ""
		}
	}
}

// drop unregisters all scans.
func (c *catalog) drop(db *duck.DB) {
	for _, relations := range c.tables {
		for _, r := range relations {
			db.Drop(r.scan)
		}
	}
}

// name returns the relation's name as a person writes it.
func (r *relation) name() string {
	return connector.QuoteName(r.source.Name) + "." + connector.QuoteName(r.table.Name)
}

// viewSQL makes the relation's view in the running catalog, over its scan.
func (r *relation) viewSQL() string {
	return fmt.Sprintf("CREATE OR REPLACE VIEW %s AS SELECT * FROM %s",
		quote(runCatalog, r.source.Name, r.table.Name), r.scan.SQL())
}

// stagedSQL makes the relation's view over a temporary table that holds some
// of its columns: the others are not looked at, and NULL.
func (r *relation) stagedSQL(stage string, columns []string) string {
	staged := map[string]bool{}
	for _, name := range columns {
		staged[name] = true
	}
	list := make([]string, len(r.table.Columns))
	for i, c := range r.table.Columns {
		list[i] = quote(c.Name)
		if !staged[c.Name] {
			list[i] = fmt.Sprintf("NULL::%s AS %s", r.types[i], quote(c.Name))
		}
	}
	return fmt.Sprintf("CREATE OR REPLACE VIEW %s AS SELECT %s FROM temp.%s",
		quote(runCatalog, r.source.Name, r.table.Name), strings.Join(list, ", "), quote(stage))
}

// use makes the relation's view, the first time.
func (s *Session) use(ctx context.Context, r *relation) error {
	if r.scan != "" {
		return nil
	}
	schema, err := r.table.Schema(r.table.ColumnNames())
	if err != nil {
		return err
	}
	scan, err := s.db.Register(duck.Scan{
		Schema: schema,
		Rows:   r.table.Rows,
		Open:   func(columns []int) (duck.Feed, error) { return s.open(r, columns) },
	})
	if err != nil {
		return fmt.Errorf("table %s: %w", r.name(), err)
	}
	r.scan = scan
	if err := s.conn.Exec(ctx, r.viewSQL()); err != nil {
		return fmt.Errorf("table %s: %w", r.name(), err)
	}
	return s.readTypes(ctx, r, schema)
}

func (s *Session) readTypes(ctx context.Context, r *relation, schema *arrow.Schema) error {
	rows, err := s.conn.Strings(ctx, "SELECT column_type FROM (DESCRIBE "+quote(runCatalog, r.source.Name, r.table.Name)+")")
	if err != nil {
		return fmt.Errorf("table %s: %w", r.name(), err)
	}
	if len(rows) != schema.NumFields() {
		return connector.Errorf(connector.Internal, "table %s: %d types for %d columns", r.name(), len(rows), schema.NumFields())
	}
	r.types = make([]string, len(rows))
	for i, row := range rows {
		r.types[i] = row[0]
	}
	return nil
}

// makeShadow makes the relation's empty table in the planning catalog, the first
// time, and where it is to have other columns.
func (s *Session) makeShadow(ctx context.Context, r *relation) error {
	if err := s.use(ctx, r); err != nil {
		return err
	}
	columns := make([]string, len(r.types))
	for i, c := range r.table.Columns {
		columns[i] = quote(c.Name) + " " + r.types[i]
	}
	columns = append(columns, r.definitions()...)
	sql := fmt.Sprintf("CREATE OR REPLACE TABLE %s (%s)", quote(planCatalog, r.source.Name, r.table.Name), strings.Join(columns, ", "))
	if r.shadow == sql {
		return nil
	}
	if err := s.conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("shadow of %s: %w", r.name(), err)
	}
	r.shadow = sql
	return nil
}
