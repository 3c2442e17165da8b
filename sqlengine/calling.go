package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// calling is a place in a statement where something is called.
type calling struct {
	// at is the token of the name, and schema the name before its dot.
	at     int
	schema string
}

// calls returns where a statement calls a name.
func (s statement) calls(name string) []calling {
	var found []calling
	for i, t := range s.tokens {
		if !strings.EqualFold(t.name(s.text), name) || i+1 >= len(s.tokens) || !s.tokens[i+1].is(s.text, "(") {
			continue
		}
		c := calling{at: i}
		if i > 1 && s.tokens[i-1].is(s.text, ".") {
			c.schema = s.tokens[i-2].name(s.text)
		}
		found = append(found, c)
	}
	return found
}

// given returns the arguments of a call: of each the token of its name, or -1
// where it has none.
func (s statement) given(c calling) []int {
	var names []int
	depth, fresh := 0, false
	for i := c.at + 1; i < len(s.tokens); i++ {
		switch text := s.tokens[i].text(s.text); {
		case strings.Contains("([{", text):
			depth++
			if depth == 1 {
				fresh = true
				continue
			}
		case strings.Contains(")]}", text):
			depth--
			if depth == 0 {
				return names
			}
		case text == "," && depth == 1:
			fresh = true
			continue
		}
		if !fresh {
			continue
		}
		fresh = false
		if i+2 < len(s.tokens) && slices.Contains([]string{":=", "=>"}, s.tokens[i+1].text(s.text)+s.tokens[i+2].text(s.text)) {
			names = append(names, i)
		} else {
			names = append(names, -1)
		}
	}
	return names
}

// callsProcedure tells whether a statement is a CALL of a source's procedure, as
// far as its words tell: such a one is planned like a query.
func (s *Session) callsProcedure(ctx context.Context, stmt statement) (bool, error) {
	if stmt.keyword(0) != "CALL" {
		return false, nil
	}
	open := slices.IndexFunc(stmt.tokens, func(t token) bool { return t.is(stmt.text, "(") })
	if open < 2 {
		return false, nil
	}
	name := stmt.tokens[open-1].name(stmt.text)
	if c := stmt.calls(name); len(c) > 0 && c[0].schema != "" {
		return s.sourceNamed(c[0].schema) != nil, nil
	}
	if !slices.ContainsFunc(s.sourcesCalled(stmt, name), func(source *NamedSource) bool {
		_, ok := connector.As[connector.Procedures](source.Source)
		return ok
	}) {
		return false, nil
	}
	rows, err := s.conn.Strings(ctx, "SELECT 1 FROM system.main.duckdb_functions() WHERE lower(function_name) = lower(?) AND database_name = 'system' LIMIT 1",
		duck.Param{Value: connector.TextOf(name)})
	return err == nil && len(rows) == 0, err
}

// sourceNamed returns the source of a schema's name; nil where it is none.
func (s *Session) sourceNamed(schema string) *NamedSource {
	for i := range s.engine.cfg.Sources {
		if strings.EqualFold(s.engine.cfg.Sources[i].Name, schema) {
			return &s.engine.cfg.Sources[i]
		}
	}
	return nil
}

// missingFunctionEntry is DuckDB's name for what is missing where a FROM calls
// what is not there.
const missingFunctionEntry = "Table Function"

// missingFunction returns the function that an error says is not there.
func missingFunction(err error) (string, bool) {
	var e *connector.Error
	var refused *duck.Error
	message := ""
	switch {
	case errors.As(err, &e) && e.Err != nil:
		message = e.Err.Error()
	case errors.As(err, &refused):
		message = refused.Message
	}
	return notThere(message, missingFunctionEntry)
}

// notThere returns the name of a thing that a message says does not exist.
func notThere(message, thing string) (string, bool) {
	rest, ok := strings.CutPrefix(message, thing+" with name ")
	if !ok {
		return "", false
	}
	name, _, ok := strings.Cut(rest, " does not exist")
	return strings.Trim(name, `"`), ok
}

// callError makes DuckDB's error one about a procedure, where it is about one.
func (s *Session) callError(stmt statement, err error) error {
	var refused *duck.Error
	if err == nil || !errors.As(err, &refused) {
		return err
	}
	if better := s.aboutCall(stmt, refused.Message); better != nil {
		return better
	}
	return err
}

// aboutCall says what is wrong with a call of a procedure; nil where DuckDB's
// message is about something else.
func (s *Session) aboutCall(stmt statement, message string) error {
	if err := s.takeMisbound(); err != nil {
		return s.atCall(stmt, err)
	}
	if rest, ok := strings.CutPrefix(message, "Macro "); ok {
		if name, _, ok := strings.Cut(rest, "() does not support the supplied arguments"); ok {
			return s.wrongArguments(stmt, strings.Trim(name, `"`))
		}
	}
	if strings.Contains(message, duck.CallFunction) || strings.Contains(message, "cannot contain subqueries") {
		return s.notConstant(stmt)
	}
	if name, ok := notThere(message, "Scalar Function"); ok {
		return s.notScalar(stmt, name)
	}
	if name, ok := notThere(message, missingFunctionEntry); ok {
		return s.unknownProcedure(stmt, name)
	}
	return nil
}

// miscalled is an error about how a procedure is called.
type miscalled struct {
	procedure *procedure
	err       *connector.Error
}

func (m *miscalled) Error() string { return m.err.Error() }
func (m *miscalled) Unwrap() error { return m.err }

// atCall puts an error at the place of the call, where the text has it.
func (s *Session) atCall(stmt statement, err error) error {
	var m *miscalled
	if !errors.As(err, &m) {
		return err
	}
	for _, c := range stmt.calls(m.procedure.described.Name) {
		return fault(stmt.start+stmt.tokens[c.at].start, m.err)
	}
	return m.err
}

// calledProcedure returns the procedure that a statement calls by a name, and
// where.
func (s *Session) calledProcedure(stmt statement, name string) (*procedure, calling, bool) {
	for _, c := range stmt.calls(name) {
		for _, source := range s.sourcesCalled(stmt, name) {
			p, ok := s.procedures.named(source.Name, name)
			if ok && (c.schema == "" || strings.EqualFold(c.schema, source.Name)) {
				return p, c, true
			}
		}
	}
	return nil, calling{}, false
}

// wrongArguments says which arguments a procedure does not have.
func (s *Session) wrongArguments(stmt statement, name string) error {
	p, c, ok := s.calledProcedure(stmt, name)
	if !ok {
		return nil
	}
	var known []string
	for _, a := range p.described.Arguments {
		known = append(known, a.Name)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) })
	}
	given := stmt.given(c)
	for _, at := range given {
		if at < 0 || has(stmt.tokens[at].name(stmt.text)) {
			continue
		}
		wrong := stmt.tokens[at].name(stmt.text)
		err := connector.Errorf(connector.Invalid, "%s has no argument %s", p.name(), connector.QuoteName(wrong))
		hint := fmt.Sprintf("It is called as %s.", p.form())
		if near, ok := connector.Nearest(wrong, known); ok {
			hint = fmt.Sprintf("Did you mean %s?", connector.QuoteName(near))
		}
		return fault(stmt.start+stmt.tokens[at].start, err.WithHint("%s", hint))
	}
	err := connector.Errorf(connector.Invalid, "%s: an argument is given twice", p.name())
	if len(given) > len(known) {
		err = connector.Errorf(connector.Invalid, "%s takes %s, and %d are given", p.name(), amount(int64(len(known)), "argument"), len(given))
	}
	return fault(stmt.start+stmt.tokens[c.at].start, err.WithHint("It is called as %s.", p.form()))
}

// notConstant says that a procedure is called with what is not known before the
// statement runs.
func (s *Session) notConstant(stmt statement) error {
	for _, list := range s.procedures.known {
		for _, known := range list {
			if p, c, ok := s.calledProcedure(stmt, known.described.Name); ok {
				return fault(stmt.start+stmt.tokens[c.at].start, connector.Errorf(connector.Invalid,
					"%s takes constants: a column or a subquery cannot be an argument", p.name()).
					WithHint("SET VARIABLE x = (SELECT …) keeps a value, and getvariable('x') passes it."))
			}
		}
	}
	return nil
}

// notScalar says of a procedure that is called like a function how to call it.
func (s *Session) notScalar(stmt statement, name string) error {
	p, c, ok := s.calledProcedure(stmt, name)
	if !ok {
		return nil
	}
	return fault(stmt.start+stmt.tokens[c.at].start, connector.Errorf(connector.Invalid, "%s is a procedure, and no function of values", p.name()).
		WithHint("Write SELECT * FROM %s, or CALL.", p.form()))
}

// unknownProcedure says what procedures there are where a source is called for
// one that it has not.
func (s *Session) unknownProcedure(stmt statement, name string) error {
	for _, c := range stmt.calls(name) {
		source := s.sourceNamed(c.schema)
		if source == nil {
			continue
		}
		_, offers := connector.As[connector.Procedures](source.Source)
		known, asked := s.procedures.known[source.Name]
		if _, ok := s.procedures.named(source.Name, name); ok || offers && !asked {
			continue // DuckDB is to be told of it first
		}
		var names []string
		for _, p := range known {
			names = append(names, p.name())
		}
		spelled := connector.QuoteName(stmt.tokens[c.at].name(stmt.text))
		err := connector.Errorf(connector.NotFound, "%s has no procedure %s", connector.QuoteName(source.Name), spelled)
		if near, ok := connector.Nearest(connector.QuoteName(source.Name)+"."+spelled, names); ok {
			err = err.WithHint("Did you mean %s?", near)
		} else if len(names) > 0 {
			slices.Sort(names)
			err = err.WithHint("There are %s.", strings.Join(names, ", "))
		} else {
			err = err.WithHint("It has no procedures.")
		}
		return fault(stmt.start+stmt.tokens[c.at].start, err)
	}
	return nil
}
