package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// duckError makes an error of DuckDB one of ours, with what it lists as
// candidates in the hint.
func duckError(kind, message string) *connector.Error {
	message = strings.ReplaceAll(message, planCatalog+".", "")
	if kind == "not implemented" && strings.HasPrefix(message, "T_") { // the name of a node of DuckDB's parser
		return connector.Errorf(connector.Invalid, "DuckDB does not carry out statements of this kind")
	}
	if e := extensionError(message); e != nil {
		return e
	}
	for _, list := range []struct {
		mark string
		hint func(message, list string) string
	}{
		{"\nCandidate bindings: ", amongColumns},
		{"\nCandidate tables: ", amongTables},
		{"\n\tCandidate functions:\n", amongFunctions},
		{"\n\nDid you mean: ", meant},
		{"\nDid you mean ", meant},
	} {
		if before, after, ok := strings.Cut(message, list.mark); ok {
			message = strings.TrimRight(before, "!\n ")
			return connector.Errorf(kindOf(kind), "%s", message).WithHint("%s", list.hint(message, after))
		}
	}
	e := connector.Errorf(kindOf(kind), "%s", strings.TrimSpace(strings.TrimSuffix(message, "!")))
	if kind == "out of memory" {
		return e.WithHint("Raise the memory limit, or let the query keep fewer rows.")
	}
	return e
}

// listed returns the names of a list of DuckDB's: "a", "b".
func listed(list string) []string {
	names := strings.Split(strings.TrimPrefix(list, ": "), ", ")
	for i, name := range names {
		names[i] = strings.Trim(name, `"? `)
	}
	return slices.DeleteFunc(names, func(name string) bool { return plan.IsFurther(name[strings.LastIndexByte(name, '.')+1:]) })
}

// amongColumns says which of the candidates was perhaps meant by the name that
// DuckDB's message quotes.
func amongColumns(message, list string) string {
	names := listed(list)
	if near, ok := connector.Nearest(misspelled(message), names); ok {
		return fmt.Sprintf("Did you mean %s?", connector.QuoteName(near))
	}
	if len(names) == 0 {
		return ""
	}
	for i, name := range names {
		names[i] = quote(name)
	}
	return "Columns here are " + strings.Join(names, ", ") + " …"
}

// misspelled returns the name that a message is about: the last in quotes.
func misspelled(message string) string {
	parts := strings.Split(message, `"`)
	if len(parts) < 3 {
		return ""
	}
	if strings.HasPrefix(message, "Table ") && len(parts) > 4 { // Table "t" does not have a column named "c"
		return parts[3]
	}
	return parts[1]
}

// amongTables is amongColumns of the tables of a FROM.
func amongTables(message, list string) string {
	names := listed(list)
	wanted := misspelled(message)
	if near, ok := connector.Nearest(wanted, names); ok {
		return fmt.Sprintf("Did you mean %s?", near)
	}
	last := wanted[strings.LastIndexByte(wanted, '.')+1:]
	for _, name := range names {
		if strings.EqualFold(name[strings.LastIndexByte(name, '.')+1:], last) {
			return fmt.Sprintf("Did you mean %s?", name)
		}
	}
	return "Tables of this FROM are " + strings.Join(names, ", ") + "."
}

// mostForms is how many forms of a function a hint lists.
const mostForms = 4

// amongFunctions says how a function is called.
func amongFunctions(_, list string) string {
	forms := strings.Split(strings.TrimSpace(list), "\n")
	for i, form := range forms {
		forms[i] = strings.TrimSpace(form)
	}
	if len(forms) > mostForms {
		forms = append(slices.Clone(forms[:mostForms]), "…")
	}
	return "It is there as " + strings.Join(forms, ", ")
}

// meant passes on what DuckDB thinks was meant, unless that is far away.
func meant(message, list string) string {
	if _, rest, ok := strings.Cut(message, " with name "); ok {
		name, _, _ := strings.Cut(rest, " ")
		if _, ok := connector.Nearest(strings.Trim(name, `"`), listed(list)); !ok {
			return ""
		}
	}
	return "Did you mean " + strings.Join(listed(list), ", ") + "?"
}

// kindOf classifies DuckDB's classes of errors.
func kindOf(kind string) connector.Kind {
	switch kind {
	case "internal", "fatal", "serialization":
		return connector.Internal
	case "interrupt":
		return connector.Canceled
	case "out of memory", "io":
		return connector.Unavailable
	}
	return connector.Invalid
}

// builtIn are the extensions that DuckDB has built in.
var builtIn = []string{"autocomplete", "core_functions", "icu", "json", "parquet"}

func noExtension(format string, args ...any) *connector.Error {
	return connector.Errorf(connector.Invalid, format, args...).
		WithHint("Built in are %s.", strings.Join(builtIn, ", "))
}

// extensionError is the error of what would need an extension; nil for another
// message.
func extensionError(message string) *connector.Error {
	const needs = "%s needs DuckDB's extension %s, and no extension can be loaded into trackql"
	head, rest, ok := strings.Cut(message, " requires the extension ")
	if ok {
		name, _, _ := strings.Cut(rest, " ")
		e := noExtension(needs, strings.TrimPrefix(head, "File "), name)
		if strings.Contains(head, "://") {
			return e.WithHint("Only files of the disk can be read and written: fetch the file first, or send it on afterwards.")
		}
		return e
	}
	if head, rest, ok = strings.Cut(message, ", but it exists in the "); ok {
		name, _, _ := strings.Cut(rest, " ")
		what := strings.FieldsFunc(head, func(r rune) bool { return r == '"' || r == '\'' })
		return noExtension(needs, what[min(1, len(what)-1)], name)
	}
	if rest, ok = strings.CutPrefix(message, `Extension "`); ok && strings.Contains(rest, `" not found.`) {
		file, _, _ := strings.Cut(rest, `"`)
		name := strings.TrimSuffix(path.Base(strings.ReplaceAll(file, `\`, "/")), ".duckdb_extension")
		return noExtension("no extension can be loaded into trackql: %s is not built in", name)
	}
	return nil
}

// missing adds to the error of a table that is not there what table was perhaps
// meant. Another error it leaves as it is.
func (s *Session) missing(ctx context.Context, err *connector.Error, stmt statement) *connector.Error {
	message := err.Err.Error()
	name, ok := missingName(message)
	if !ok {
		return err
	}
	all, failed := s.catalog.within(ctx, stmt)
	if failed != nil {
		return err
	}
	hint := err.Hint
	err = connector.Errorf(connector.NotFound, "%s", message)
	if near := nearestTable(name, all); near != nil {
		return err.WithHint("Did you mean %s?", near.name())
	}
	table := name[strings.LastIndexByte(name, '.')+1:]
	var saved []string
	for _, v := range s.engine.cfg.Views {
		if s.broken[strings.ToLower(v.Name)] == nil {
			saved = append(saved, v.Name)
		}
	}
	if near, ok := connector.Nearest(table, saved); ok {
		return err.WithHint("Did you mean %s?", connector.QuoteName(near))
	}
	own := strings.TrimSuffix(hint[strings.LastIndexAny(hint, ". ")+1:], "?")
	if _, ok := connector.Nearest(table, []string{own}); ok {
		return err.WithHint("%s", hint)
	}
	return err.WithHint("Run SHOW ALL TABLES to list what there is.")
}

// nearestTable returns the relation that a name, perhaps with its schema, was
// perhaps meant for; nil where none is near.
func nearestTable(name string, all []*relation) *relation {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = r.source.Name + "." + r.table.Name
	}
	if near, ok := connector.Nearest(name, names); ok {
		return all[slices.Index(names, near)]
	}
	table := name[strings.LastIndexByte(name, '.')+1:]
	for i, r := range all {
		names[i] = r.table.Name
		if strings.EqualFold(r.table.Name, table) {
			return r
		}
	}
	if near, ok := connector.Nearest(table, names); ok {
		return all[slices.Index(names, near)]
	}
	return nil
}

// missingName returns the table that a message of DuckDB says is not there,
// with its schema where that is not there either.
func missingName(message string) (string, bool) {
	kind, rest, ok := strings.Cut(message, " with name ")
	if !ok || kind != "Table" && kind != "View" {
		return "", false
	}
	name, _, ok := strings.Cut(rest, " does not exist")
	return strings.Trim(name, `"`), ok
}

// hinted adds to an error what its statement tells about it: what table was
// meant, and what another dialect's habit is here.
func (s *Session) hinted(ctx context.Context, stmt statement, err error) error {
	err = placed(err, stmt)
	var e *connector.Error
	if !errors.As(err, &e) || e.Err == nil || e.Place.File != "" || e.Kind != connector.Invalid && e.Kind != connector.NotFound {
		return err
	}
	if name, ok := missingName(e.Err.Error()); ok && s.broken[strings.ToLower(name)] != nil {
		return s.broken[strings.ToLower(name)]
	}
	better := s.readOnlyView(stmt, s.missing(ctx, e, stmt))
	at := -1
	var placed *placedError
	if errors.As(err, &placed) {
		at = placed.at
	}
	hint := s.catalogHint(ctx, stmt, better, at-stmt.start)
	if hint == "" {
		hint = habitHint(stmt, better, at-stmt.start)
	}
	if hint != "" {
		better = better.WithHint("%s", hint)
	}
	if better == e {
		return err
	}
	if at >= 0 {
		return fault(at, better)
	}
	return better
}

// readOnlyView makes DuckDB's error about writing a view one about the source's
// table that it is.
func (s *Session) readOnlyView(stmt statement, err *connector.Error) *connector.Error {
	message := err.Err.Error()
	name, ok := strings.CutSuffix(message, " is not an table")
	if !ok && (!strings.HasPrefix(message, "Can only ") || !strings.Contains(message, " base table")) {
		return err
	}
	for _, relations := range s.catalog.tables {
		for _, r := range relations {
			if (!ok || strings.EqualFold(name, r.table.Name)) && stmt.mentions(r.table.Name) {
				return readOnly(r.source.Name, r.table.Name, "it cannot be changed")
			}
		}
	}
	return err
}
