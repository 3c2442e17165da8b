package sqlengine

import (
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// macros make functions of other dialects known, in DuckDB's terms. They are
// temporary, so that both catalogs of a session see them and neither lists
// them. A part of a date is a text here: dateadd('day', 1, d).
var macros = []string{
	`CREATE TEMP MACRO getdate() AS now()`,
	`CREATE TEMP MACRO charindex(needle, hay) AS instr(hay, needle), (needle, hay, first) AS
		CASE WHEN instr(substr(hay, greatest(first, 1)), needle) = 0 THEN 0
		ELSE instr(substr(hay, greatest(first, 1)), needle) + greatest(first, 1) - 1 END`,
	`CREATE TEMP MACRO "isnull"(value, instead) AS coalesce(value, instead)`,
	`CREATE TEMP MACRO datepart(part, moment) AS date_part(` + partName + `, moment)`,
	`CREATE TEMP MACRO dateadd(part, n, moment) AS moment + CASE ` + partName + `
		WHEN 'year' THEN to_years(n::INTEGER) WHEN 'quarter' THEN to_months(3 * n::INTEGER)
		WHEN 'month' THEN to_months(n::INTEGER) WHEN 'week' THEN to_days(7 * n::INTEGER)
		WHEN 'day' THEN to_days(n::INTEGER) WHEN 'hour' THEN to_hours(n::BIGINT)
		WHEN 'minute' THEN to_minutes(n::BIGINT) WHEN 'second' THEN to_seconds(n)
		WHEN 'millisecond' THEN to_milliseconds(n)
		ELSE error('dateadd: "' || part || '" is no part of a date: write year, quarter, month, week, day, hour, minute, second or millisecond') END`,
}

// partName turns SQL Server's names of a part of a date into DuckDB's.
const partName = `CASE lower(part)
	WHEN 'yy' THEN 'year' WHEN 'yyyy' THEN 'year' WHEN 'qq' THEN 'quarter' WHEN 'q' THEN 'quarter'
	WHEN 'mm' THEN 'month' WHEN 'm' THEN 'month' WHEN 'wk' THEN 'week' WHEN 'ww' THEN 'week'
	WHEN 'dd' THEN 'day' WHEN 'd' THEN 'day' WHEN 'hh' THEN 'hour' WHEN 'mi' THEN 'minute' WHEN 'n' THEN 'minute'
	WHEN 'ss' THEN 'second' WHEN 's' THEN 'second' WHEN 'ms' THEN 'millisecond'
	WHEN 'dw' THEN 'dayofweek' WHEN 'dy' THEN 'dayofyear' ELSE lower(part) END`

// catalogMacros stand before DuckDB's functions of the same names, also where
// its own views of the catalog call these: they leave out what is ours, such as
// how the views of sources' tables read.
func catalogMacros(sources []NamedSource) []string {
	names := make([]string, len(sources))
	for i, source := range sources {
		names[i] = connector.QuoteText(source.Name)
	}
	ours := fmt.Sprintf("database_name = '%s' AND list_contains([%s]::VARCHAR[], schema_name)", runCatalog, strings.Join(names, ", "))
	selects := map[string]string{
		"duckdb_views": "* REPLACE (CASE WHEN " + ours + " THEN NULL ELSE sql END AS sql)",
	}
	var list []string
	for _, name := range []string{"duckdb_databases", "duckdb_schemas", "duckdb_tables", "duckdb_columns", "duckdb_constraints", "duckdb_indexes", "duckdb_views"} {
		columns := selects[name]
		if columns == "" {
			columns = "*"
		}
		list = append(list, fmt.Sprintf("CREATE TEMP MACRO %s() AS TABLE SELECT %s FROM system.main.%[1]s() WHERE database_name <> '%[3]s'", name, columns, planCatalog))
	}
	return append(list, fmt.Sprintf(`CREATE TEMP MACRO duckdb_functions() AS TABLE
		SELECT * REPLACE (CASE WHEN %s THEN NULL ELSE macro_definition END AS macro_definition) FROM system.main.duckdb_functions()
		WHERE function_name NOT IN ('%s', '%s') AND database_name <> '%s' AND NOT (database_name = 'temp' AND starts_with(function_name, 'duckdb_'))`,
		ours, duck.ScanFunction, duck.CallFunction, planCatalog))
}
