package sqlengine

import (
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
	"github.com/trackql/trackql/sqlengine/plan"
)

// refuseStatement refuses what would end the session's own transaction, or
// names the catalog in which statements are planned.
func refuseStatement(stmt statement) error {
	switch word := stmt.keyword(0); word {
	case "BEGIN", "START", "COMMIT", "ROLLBACK", "ABORT", "END", "SAVEPOINT":
		return fault(stmt.start, connector.Errorf(connector.Invalid, "%s: there are no transactions over trackers", word).
			WithHint("Leave it out: each statement stands for itself."))
	}
	for _, t := range stmt.tokens {
		if strings.EqualFold(t.name(stmt.text), planCatalog) {
			return fault(stmt.start+t.start, connector.Errorf(connector.Invalid, "the name %s is reserved", planCatalog).
				WithHint("Choose another name."))
		}
	}
	return nil
}

// internalFunctions read memory, or run text, past everything that is checked.
var internalFunctions = []string{"arrow_scan", "arrow_scan_dumb", duck.ScanFunction, "query", "query_table"}

// refuseFunctions refuses a text that calls functions of ours. The one that calls
// procedures is refused only there: in a plan it stands for their macros.
func refuseFunctions(stmt statement) error {
	for i, t := range stmt.tokens[:max(len(stmt.tokens)-1, 0)] {
		name := strings.ToLower(t.name(stmt.text))
		if (slices.Contains(internalFunctions, name) || name == duck.CallFunction) && stmt.tokens[i+1].is(stmt.text, "(") {
			return fault(stmt.start+t.start, internalFunction(name))
		}
	}
	return nil
}

func internalFunction(name string) *connector.Error {
	return connector.Errorf(connector.Invalid, "the function %s is not for queries", name).
		WithHint("Name the table itself: SHOW ALL TABLES lists them.")
}

// permit refuses a plan that calls functions of ours, however the text has come
// by them, or changes what is not the session's own.
func (s *Session) permit(p *plan.Plan, stmt statement) error {
	for _, name := range p.Functions {
		if slices.Contains(internalFunctions, name) {
			return fault(stmt.start, internalFunction(name))
		}
	}
	for _, u := range p.Unasked {
		return fault(stmt.start, unasked(u))
	}
	for _, t := range p.Targets {
		return fault(stmt.start, readOnly(t.Source, t.Table, writes[t.Action]))
	}
	for _, c := range p.Changes {
		if refused := s.refusedChange(c); refused != nil {
			return fault(stmt.start, refused)
		}
	}
	return nil
}

// unasked says that a column is compared in a way in which it has no value.
func unasked(u plan.Unasked) *connector.Error {
	column := connector.QuoteName(u.Column)
	return connector.Errorf(connector.Invalid, "%s.%s has no value of its own in %s: it is what the source is asked for",
		connector.QuoteName(u.Table), column, connector.QuoteName(u.Source)).
		WithHint("Compare it with one constant, as in %s = 'word', joined to the other conditions by AND, and alike wherever the statement reads %s.",
			column, connector.QuoteName(u.Table))
}

// writes say what cannot be done to a source's table.
var writes = map[plan.Action]string{
	plan.Insert: "no rows can be inserted into it",
	plan.Update: "its rows cannot be updated",
	plan.Delete: "its rows cannot be deleted",
	plan.Merge:  "no rows can be merged into it",
}

// readOnly says that a source's table cannot be changed.
func readOnly(source, table, cannot string) *connector.Error {
	name := connector.QuoteName(source) + "." + connector.QuoteName(table)
	return connector.Errorf(connector.Unimplemented, "%s is read-only here: %s", name, cannot).
		WithHint("CREATE TABLE x AS FROM %s makes a copy in this session, which can be changed.", name)
}

// refusedChange says why a change cannot be made; nil where it can.
func (s *Session) refusedChange(c plan.Change) *connector.Error {
	switch c.Verb {
	case plan.Extend:
		return refusedExtension(c)
	case plan.Configure:
		if strings.Contains(strings.ToLower(c.Name), "extension") {
			return connector.Errorf(connector.Invalid, "the setting %s cannot be changed: no extension can be loaded into trackql", c.Name).
				WithHint("Leave it out.")
		}
		return nil
	case plan.Export:
		return connector.Errorf(connector.Invalid, "EXPORT DATABASE cannot write the tables of sources").
			WithHint("Write COPY (SELECT …) TO 'file.parquet', table by table.")
	}
	source := s.sourceOf(c)
	if source == "" {
		return nil
	}
	quoted := connector.QuoteName(source)
	switch {
	case c.What == "schema" && c.Verb == plan.Create:
		return connector.Errorf(connector.Invalid, "%s is a source: a schema cannot have its name", quoted).
			WithHint("Choose another name for the schema.")
	case c.What == "schema":
		return connector.Errorf(connector.Invalid, "%s is a source: it cannot be dropped", quoted).
			WithHint("Leave it out of --source, or of the configuration, to do without it.")
	case c.Verb == plan.Create && c.What == "index":
		return readOnly(source, s.spelled(source, c.Name), "it cannot have an index")
	case c.Verb == plan.Create:
		return s.misplaced(quoted, c)
	}
	if p, ok := s.procedures.named(source, c.Name); ok && c.What == "macro" {
		return connector.Errorf(connector.Invalid, "%s is a procedure of the source: it cannot be dropped", p.name())
	}
	if _, ok := s.catalog.find(source, c.Name); !ok {
		return nil // DuckDB says that it is not there
	}
	cannot := "it cannot be dropped"
	if c.Verb == plan.Alter {
		cannot = "it cannot be altered"
	}
	return readOnly(source, s.spelled(source, c.Name), cannot)
}

// misplaced refuses to make something in a source's schema.
func (s *Session) misplaced(source string, c plan.Change) *connector.Error {
	e := connector.Errorf(connector.Invalid, "%s is a source: a %s cannot be created in it", source, c.What)
	name := connector.QuoteName(c.Name)
	if strings.HasPrefix(s.path, quote(runCatalog, "main")) {
		return e.WithHint("CREATE %s %s without %s. makes one that lives in this session.", strings.ToUpper(c.What), name, source)
	}
	return e.WithHint("CREATE %s main.%s makes one that lives in this session.", strings.ToUpper(c.What), name)
}

// sourceOf returns the source in whose schema a change happens, or whose schema
// is changed; "" for what is the session's own, or another database's.
func (s *Session) sourceOf(c plan.Change) string {
	switch c.Catalog {
	case runCatalog, planCatalog:
	case "":
		if !strings.HasPrefix(s.path, quote(runCatalog)+".") {
			return ""
		}
	default:
		return ""
	}
	schema := c.Schema
	if c.What == "schema" {
		schema = c.Name
	}
	for _, source := range s.engine.cfg.Sources {
		if strings.EqualFold(source.Name, schema) {
			return source.Name
		}
	}
	return ""
}

// spelled returns a table's name as its source spells it.
func (s *Session) spelled(source, table string) string {
	if r, ok := s.catalog.find(source, table); ok {
		return r.table.Name
	}
	return table
}

// refusedExtension refuses extensions: none can be loaded, and none is to be
// fetched from the network. One that is built in may be loaded again.
func refusedExtension(c plan.Change) *connector.Error {
	switch {
	case c.Name == "":
		return noExtension("no extension can be loaded into trackql: there is none to update")
	case !slices.Contains(builtIn, strings.ToLower(c.Name)):
		return noExtension("no extension can be loaded into trackql: %s is not built in", c.Name)
	case c.Fetches:
		return connector.Errorf(connector.Invalid, "%s is built into trackql: it need not be installed", c.Name).
			WithHint("Leave it out.")
	}
	return nil
}
