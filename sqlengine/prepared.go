package sqlengine

import (
	"context"
	"errors"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// Prepared is what is known of a statement before it runs.
type Prepared struct {
	// Schema are the columns of its rows, spelled as the query spells them; nil
	// where they are known only once it runs, as of a PIVOT or of a parameter
	// without a type, or where further columns hang on values.
	Schema *arrow.Schema
	// Params is how many parameters it takes.
	Params int
	Kind   Kind
}

// Split cuts a text into its statements, without the semicolons between them.
func Split(text string) []string {
	var texts []string
	for _, stmt := range split(text) {
		texts = append(texts, stmt.text)
	}
	return texts
}

// Prepare checks a text of one statement and describes what it will answer,
// without reading a row. It may ask sources for the columns of their tables; for
// further ones only where there are no parameters, for they are those of the rows
// that the values select. No statement may be under way. Errors are as those of [Session.Run].
func (s *Session) Prepare(ctx context.Context, text string) (Prepared, error) {
	statements := split(text)
	if len(statements) != 1 {
		return Prepared{}, connector.Errorf(connector.Invalid, "the text has %d statements, and one can be prepared", len(statements)).
			WithHint("Give one statement at a time.")
	}
	stmt := statements[0]
	p, err := s.describe(ctx, stmt)
	if err != nil {
		return Prepared{}, located(err, text, stmt)
	}
	p.Params = stmt.parameters()
	return p, nil
}

// parameters returns how many values a statement takes.
func (s statement) parameters() int {
	most, asked := 0, 0
	for _, t := range s.tokens {
		if t.kind != parameter {
			continue
		}
		number := asked
		if text := t.text(s.text); text != "?" {
			number = parameterNumber(text)
		}
		asked++
		most = max(most, number+1)
	}
	return most
}

// withoutParameters returns the text with NULL for each parameter: what DuckDB
// does not know the type of yet, it describes no columns of.
func (s statement) withoutParameters() string {
	var text strings.Builder
	last := 0
	for _, t := range s.tokens {
		if t.kind == parameter {
			text.WriteString(s.text[last:t.start])
			text.WriteString("(NULL)")
			last = t.end
		}
	}
	return text.String() + s.text[last:]
}

// withoutValues marks the context of a statement whose parameters have no values
// yet: a plan does not know which rows it is about, so the source would be asked
// for the further columns of all.
type withoutValues struct{}

var errWithoutValues = errors.New("further columns hang on values of parameters")

// unvalued describes a statement whose columns hang on values.
func unvalued(stmt statement) Prepared {
	switch stmt.keyword(0) {
	case "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE":
		if !stmt.mentions("returning") {
			return Prepared{Kind: Done}
		}
	}
	return Prepared{Kind: Rows}
}

func (s *Session) describe(ctx context.Context, stmt statement) (p Prepared, err error) {
	if stmt.keyword(0) == "EXPLAIN" {
		return Prepared{Schema: explainSchema, Kind: Explain}, nil
	}
	if err := errors.Join(refuseStatement(stmt), refuseFunctions(stmt), s.refuseReach(stmt)); err != nil {
		return Prepared{}, err
	}
	if stmt.keyword(0) == "CALL" {
		return Prepared{Kind: Rows}, nil // what it gives may hang on its arguments
	}
	r := newRun(ctx, s)
	result := &Result{session: s, run: r, stmt: stmt}
	defer func() { err = errors.Join(err, result.abort()) }()
	unknown := make([]connector.Value, stmt.parameters()) // NULL, until there are values
	deciding := r.ctx
	if len(unknown) > 0 {
		deciding = context.WithValue(deciding, withoutValues{}, true)
	}
	planned, err := s.decide(deciding, stmt, unknown, result)
	if err == nil {
		err = s.permit(planned, stmt)
	}
	switch {
	case errors.Is(err, errWithoutValues):
		return unvalued(stmt), nil
	case err != nil:
		return Prepared{}, s.hinted(ctx, stmt, s.callError(stmt, err))
	}
	if stmt.keyword(0) == "PIVOT" || stmt.keyword(0) == "PIVOT_WIDER" {
		return Prepared{Kind: Rows}, nil // its columns may be rows of a source
	}
	if p, err = s.columns(r.ctx, stmt); err != nil {
		return Prepared{}, s.hinted(ctx, stmt, s.callError(stmt, err))
	}
	return p, nil
}

// columns asks DuckDB what a statement will answer with.
func (s *Session) columns(ctx context.Context, stmt statement) (Prepared, error) {
	spelled, err := s.spelling(ctx, stmt)
	if err != nil {
		return Prepared{}, err
	}
	prepared, err := s.conn.Prepare(ctx, stmt.withoutParameters())
	if err != nil {
		return Prepared{}, err
	}
	defer prepared.Close()
	if !prepared.HasRows() {
		return Prepared{Kind: Done}, nil
	}
	schema, err := prepared.Schema()
	if err != nil || schema == nil {
		return Prepared{Kind: Rows}, err
	}
	return Prepared{Schema: renamed(schema, spelled), Kind: Rows}, nil
}
