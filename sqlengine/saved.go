package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// makeSaved makes a saved query in the running catalog, where it is not there
// yet. One that is broken is remembered with its error.
func (s *Session) makeSaved(ctx context.Context, name string) error {
	for _, v := range s.engine.cfg.Views {
		if !strings.EqualFold(v.Name, name) || s.saved[v.Name] {
			continue
		}
		s.saved[v.Name] = true // also while it is being made: it may name itself
		if err := s.createView(ctx, v); err != nil {
			delete(s.saved, v.Name)
			s.broken[strings.ToLower(v.Name)] = err
			return err
		}
		delete(s.broken, strings.ToLower(v.Name))
	}
	return nil
}

// makeAllSaved makes every saved query, and returns a notice of each one that is
// broken.
func (s *Session) makeAllSaved(ctx context.Context) ([]Notice, error) {
	var notices []Notice
	for _, v := range s.engine.cfg.Views {
		err := s.makeSaved(ctx, v.Name)
		if err == nil {
			continue
		}
		var e *connector.Error
		if ctx.Err() != nil || !errors.As(err, &e) {
			return nil, err
		}
		place := e.Place
		notices = append(notices, Notice{Code: "broken-view", Place: place, Text: e.At(connector.Place{}).Error(), Hint: e.Hint, Count: 1})
	}
	return notices, nil
}

// makeMentioned makes the saved queries that a statement mentions. One that is
// broken does no harm where the word means something else.
func (s *Session) makeMentioned(ctx context.Context, stmt statement) error {
	for _, v := range s.engine.cfg.Views {
		if !stmt.mentions(v.Name) {
			continue
		}
		if err := s.makeSaved(ctx, v.Name); ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// preferSaved makes the saved queries that are named like a source's table known
// to the planning catalog, where a statement mentions them without a schema:
// else the table, once its shadow is there, would be taken for them.
func (s *Session) preferSaved(ctx context.Context, stmt statement) error {
	for _, v := range s.engine.cfg.Views {
		if s.saved[v.Name] || !stmt.bare(v.Name) {
			continue
		}
		for _, source := range s.engine.cfg.Sources {
			if _, ok := s.catalog.find(source.Name, v.Name); !ok {
				continue
			}
			if _, err := s.supplyLocal(ctx, v.Name, stmt); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// createView makes a saved query a view, with the tables that it turns out to
// read.
func (s *Session) createView(ctx context.Context, v View) error {
	statements := split(v.SQL)
	if len(statements) != 1 {
		return connector.Errorf(connector.Invalid, "view %s: it holds %d statements", connector.QuoteName(v.Name), len(statements)).
			WithHint("A saved query is one SELECT.").At(v.Place)
	}
	stmt := statements[0]
	for learned := false; ; {
		err := s.conn.Exec(ctx, "CREATE VIEW "+quote(runCatalog, "main", v.Name)+" AS "+stmt.text)
		if err == nil {
			return nil
		}
		supply := s.supplyRunning
		missing, ok := missingTable(err)
		if !ok && !learned && s.catalog.anyNarrow() { // perhaps it names further columns
			learned = true
			if err := s.learn(ctx, stmt); err != nil {
				return err
			}
			continue
		}
		if !ok {
			missing, ok = missingFunction(err)
			supply = s.supplyProcedure
		}
		if !ok {
			return s.brokenView(ctx, v, stmt, err)
		}
		made, failed := supply(ctx, missing, stmt)
		if failed != nil {
			return failed
		}
		if !made {
			return s.brokenView(ctx, v, stmt, err)
		}
	}
}

// brokenView says why a saved query is none, and where it was written.
func (s *Session) brokenView(ctx context.Context, v View, stmt statement, err error) error {
	var refused *duck.Error
	if !errors.As(err, &refused) {
		return fmt.Errorf("view %s: %w", connector.QuoteName(v.Name), err)
	}
	s.broken[strings.ToLower(v.Name)] = err // so that it is not what was meant
	e := s.missing(ctx, duckError(refused.Type, refused.Message), stmt)
	hint := habitHint(stmt, e, -1)
	switch {
	case hint != "":
	case e.Hint != "":
		hint = e.Hint
	default:
		hint = "Mend the saved query where it was written, under views."
	}
	return connector.Errorf(connector.Invalid, "view %s: %w", connector.QuoteName(v.Name), e.Err).WithHint("%s", hint).At(v.Place)
}

// supplyRunning makes the views of the relations of that name, or a saved
// query. It answers false where there is none that is not there yet.
func (s *Session) supplyRunning(ctx context.Context, name string, stmt statement) (bool, error) {
	relations, err := s.catalog.named(ctx, name, stmt)
	if err != nil {
		return false, err
	}
	made := false
	for _, r := range relations {
		made = made || r.scan == ""
		if err := s.use(ctx, r); err != nil {
			return false, err
		}
	}
	if made {
		return true, nil
	}
	for _, v := range s.engine.cfg.Views {
		if strings.EqualFold(v.Name, name) && !s.saved[v.Name] {
			return true, s.makeSaved(ctx, v.Name)
		}
	}
	return false, nil
}
