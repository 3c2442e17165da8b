package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
	"github.com/trackql/trackql/sqlengine/plan"
)

// placedError is an error at a byte of the text that is being run.
type placedError struct {
	err *connector.Error
	at  int
}

func (e *placedError) Error() string { return e.err.Error() }
func (e *placedError) Unwrap() error { return e.err }

// fault puts an error at a byte of the text.
func fault(at int, err *connector.Error) error { return &placedError{err, at} }

// noPlanError says that DuckDB has no plan of a statement that it may well run.
type noPlanError struct{ why string }

func (e *noPlanError) Error() string { return e.why }

// refused turns the planner's refusal into the statement's error, or into a
// noPlanError.
func (s *Session) refused(ctx context.Context, refusal *plan.RefusedError, stmt statement, text planText) error {
	switch refusal.Type {
	case "internal", "not implemented", "invalid input", "serialization":
		return &noPlanError{refusal.Message}
	case "catalog", "binder":
		if s.local { // perhaps about a macro or type of the session
			return &noPlanError{refusal.Message}
		}
	}
	err := duckError(refusal.Type, refusal.Message)
	if refusal.Subtype == "MISSING_ENTRY" && refusal.Entry == "Table" {
		err = s.missing(ctx, refusal.Name, stmt, err)
	}
	at, failed := strconv.Atoi(refusal.Position)
	if failed != nil {
		return err
	}
	return fault(stmt.start+text.original(at), err)
}

// missing says what table was perhaps meant.
func (s *Session) missing(ctx context.Context, name string, stmt statement, err *connector.Error) *connector.Error {
	all, failed := s.catalog.within(ctx, stmt)
	if failed != nil {
		return err
	}
	var names []string
	for _, r := range all {
		names = append(names, r.table.Name)
	}
	table := name[strings.LastIndexByte(name, '.')+1:]
	message, _, _ := strings.Cut(err.Err.Error(), "!\n")
	err = connector.Errorf(connector.NotFound, "%s", message)
	near, ok := connector.Nearest(table, names)
	for _, r := range all {
		if strings.EqualFold(r.table.Name, table) || ok && r.table.Name == near {
			return err.WithHint("Did you mean %s?", r.name())
		}
	}
	return err.WithHint("Run SHOW ALL TABLES to list what there is.")
}

// duckError makes an error of DuckDB one of ours.
func duckError(kind, message string) *connector.Error {
	message = strings.ReplaceAll(message, planCatalog+".", "")
	message, candidates, _ := strings.Cut(message, "\nCandidate bindings: ")
	message = strings.TrimSuffix(message, "!")
	e := connector.Errorf(kindOf(kind), "%s", strings.TrimSpace(message))
	if candidates != "" {
		return e.WithHint("%s", amongColumns(message, candidates))
	}
	if meant, ok := strings.CutPrefix(message[strings.LastIndexByte(message, '\n')+1:], "Did you mean "); ok && strings.Contains(message, "\n") {
		e.Err = errors.New(message[:strings.LastIndexByte(message, '\n')])
		return e.WithHint("Did you mean %s", meant)
	}
	if kind == "out of memory" {
		return e.WithHint("Raise the memory limit, or let the query keep fewer rows.")
	}
	return e
}

// amongColumns says which of the candidates, as DuckDB lists them, was perhaps
// meant by the name that its message quotes.
func amongColumns(message, candidates string) string {
	parts := strings.Split(message, `"`)
	list := strings.Split(candidates, ", ")
	if len(parts) > 2 {
		names := make([]string, len(list))
		for i, candidate := range list {
			names[i] = strings.Trim(candidate, `"`)
		}
		if near, ok := connector.Nearest(parts[1], names); ok {
			return fmt.Sprintf("Did you mean %s?", connector.QuoteName(near))
		}
	}
	return "Columns here are " + strings.Join(list, ", ") + " …"
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

// placed makes an error that a running statement met one of ours, at its place
// in the text where DuckDB tells.
func placed(err error, stmt statement) error {
	var refused *duck.Error
	var ours *connector.Error
	if err == nil || errors.As(err, &ours) || !errors.As(err, &refused) {
		return err
	}
	e := duckError(refused.Type, refused.Message)
	if refused.Line == 0 || refused.Column == 0 {
		return e
	}
	at := 0
	for range refused.Line - 1 {
		at += strings.IndexByte(stmt.text[at:], '\n') + 1
	}
	for range refused.Column - 1 {
		_, size := utf8.DecodeRuneInString(stmt.text[at:])
		at += size
	}
	return fault(stmt.start+at, e)
}

// located gives an error its line and column in the whole text.
func located(err error, text string, stmt statement) error {
	err = placed(err, stmt)
	var at *placedError
	if !errors.As(err, &at) {
		return err
	}
	offset := min(at.at, len(text))
	before := text[:offset]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return at.err.At(connector.Place{File: "query", Line: line, Column: column})
}

// hinted adds to an error the hint that a habit of another dialect calls for.
func hinted(stmt statement, err error) error {
	var e *connector.Error
	err = placed(err, stmt)
	if !errors.As(err, &e) || e.Kind != connector.Invalid {
		return err
	}
	hint := habitHint(stmt, e.Error())
	if hint == "" {
		return err
	}
	var at *placedError
	if errors.As(err, &at) {
		return fault(at.at, at.err.WithHint("%s", hint))
	}
	return e.WithHint("%s", hint)
}
