package sqlengine

import (
	"context"
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector"
)

// catalogHint says how a table is called here that a statement calls by three
// names, as drivers of other makers have them: [CData].[Backlog].[Issues]. At is
// a byte of the statement, or less than 0 where the error tells none.
func (s *Session) catalogHint(ctx context.Context, stmt statement, err *connector.Error, at int) string {
	message := err.Err.Error()
	if !strings.Contains(message, "syntax error") && !strings.HasPrefix(message, "Catalog ") {
		return ""
	}
	for i := 0; i < len(stmt.tokens); i++ {
		begin := stmt.tokens[i].start
		names, next := dottedNames(stmt, i)
		if len(names) != 3 || at >= 0 && (at < begin || at >= stmt.tokens[next-1].end) {
			continue
		}
		relations, failed := s.catalog.named(ctx, names[2], stmt)
		if failed != nil || len(relations) == 0 {
			continue
		}
		return fmt.Sprintf("Write %s: a table is called by its source and its name here.", relations[0].name())
	}
	return ""
}

// dottedNames returns the names with dots between them that begin at the i-th
// token, bare, in double quotes or in brackets, and the token after them.
func dottedNames(stmt statement, i int) (names []string, next int) {
	for {
		name, after, ok := namedInBrackets(stmt, i)
		if !ok {
			name, after = stmt.tokens[i].name(stmt.text), i+1
		}
		if name == "" {
			return nil, after
		}
		names = append(names, name)
		if after+1 >= len(stmt.tokens) || !stmt.tokens[after].is(stmt.text, ".") {
			return names, after
		}
		i = after + 1
	}
}
