package sqlengine

import (
	"context"
	"errors"
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
	if err := s.aboutCall(stmt, refusal.Message); err != nil {
		return err
	}
	switch refusal.Type {
	case "internal", "not implemented", "invalid input", "serialization":
		return &noPlanError{refusal.Message}
	case "catalog", "binder":
		if s.local { // perhaps about a macro or type of the session
			return &noPlanError{refusal.Message}
		}
	}
	err := s.missing(ctx, duckError(refusal.Type, refusal.Message), stmt)
	at, failed := strconv.Atoi(refusal.Position)
	if failed != nil {
		return err
	}
	return fault(stmt.start+text.original(at), err)
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
