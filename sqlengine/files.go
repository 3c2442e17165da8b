package sqlengine

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// fileRead is a read of a file in a statement: a call such as read_csv('a.csv'),
// or the name of a file where a table could stand.
type fileRead struct {
	start, end int // bytes of the text
	// sql is the read as it stands there, and name what its columns are qualified
	// with where the statement gives it no other name.
	sql, name string
	// schema is the one of its shadow in the planning catalog.
	schema string
}

// fileFunctions are the table functions that read files. Of calls of some of
// them DuckDB has no plan in JSON.
var fileFunctions = []string{
	"read_csv", "read_csv_auto", "read_json", "read_json_auto", "read_json_objects", "read_json_objects_auto",
	"read_ndjson", "read_ndjson_auto", "read_ndjson_objects", "read_parquet", "parquet_scan",
}

// fileEndings are what the names of files end with that DuckDB reads where they
// stand for a table.
var fileEndings = []string{".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet"}

// withoutFiles returns the text with empty tables of the same columns in place
// of the files that it reads, so that it can be planned; false where it reads
// none, or some that cannot be read. The files' columns may have changed since
// they were read last, so that the tables are made anew each time.
func (s *Session) withoutFiles(ctx context.Context, text planText) (planText, bool) {
	reads := fileReads(text.text)
	if len(reads) == 0 {
		return text, false
	}
	var out strings.Builder
	last := 0
	for _, read := range reads {
		if err := s.shadowFile(ctx, &read); err != nil {
			return text, false // DuckDB says what is wrong with it
		}
		table := quote(planCatalog, read.schema, read.name)
		out.WriteString(text.text[last:read.start])
		out.WriteString(table)
		last = read.end
	}
	out.WriteString(text.text[last:])
	return planText{text: out.String(), edits: text.edits}, true
}

// shadowFile makes an empty table with the columns of a file, in a schema of its
// own: two reads may have the same name.
func (s *Session) shadowFile(ctx context.Context, read *fileRead) error {
	at := slices.IndexFunc(s.files, func(f fileRead) bool { return f.sql == read.sql })
	if at < 0 {
		read.schema = fmt.Sprintf("%s%d", fileSchema, len(s.files))
		if err := s.conn.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+quote(planCatalog, read.schema)); err != nil {
			return err
		}
	} else {
		read.schema = s.files[at].schema
	}
	sql := fmt.Sprintf("CREATE OR REPLACE TABLE %s AS SELECT * FROM %s WITH NO DATA", quote(planCatalog, read.schema, read.name), read.sql)
	if err := s.conn.Exec(ctx, sql); err != nil {
		return err
	}
	if at < 0 {
		s.files = append(s.files, *read)
	}
	return nil
}

// fileSchema begins the names of the schemas of files' shadows.
const fileSchema = "trackql_file_"

// fileReads finds the reads of files in a text.
func fileReads(text string) []fileRead {
	tokens := tokenize(text)
	var found []fileRead
	for i, t := range tokens {
		if i == 0 || !standsForTable(text, tokens, i) {
			continue
		}
		name := strings.ToLower(t.name(text))
		switch {
		case slices.Contains(fileFunctions, name) && i+1 < len(tokens) && tokens[i+1].is(text, "("):
			if end := closing(text, tokens, i+1); end > 0 {
				found = append(found, fileRead{start: t.start, end: tokens[end].end, sql: text[t.start:tokens[end].end], name: name})
			}
		case t.kind == literal || t.kind == quoted:
			path := strings.Trim(t.text(text), `'"`)
			if base, ok := fileBase(path); ok {
				found = append(found, fileRead{start: t.start, end: t.end, sql: t.text(text), name: base})
			}
		}
	}
	return found
}

// fileBase returns what a table is called that stands for a file.
func fileBase(path string) (string, bool) {
	lower := strings.ToLower(path)
	for _, packed := range []string{".gz", ".zst"} {
		lower = strings.TrimSuffix(lower, packed)
	}
	if !slices.ContainsFunc(fileEndings, func(ending string) bool { return strings.HasSuffix(lower, ending) }) {
		return "", false
	}
	base := path[strings.LastIndexAny(path, `/\`)+1:]
	if at := strings.IndexByte(base, '.'); at > 0 {
		base = base[:at]
	}
	return base, true
}

// standsForTable tells whether the i-th token stands where a table can: behind
// FROM, JOIN, or a comma in a list of tables, perhaps behind a parenthesis.
func standsForTable(text string, tokens []token, i int) bool {
	before := i - 1
	for before > 0 && tokens[before].is(text, "(") {
		before--
	}
	switch t := tokens[before]; {
	case t.is(text, "FROM"), t.is(text, "JOIN"), t.is(text, "LATERAL"), t.is(text, "USING"):
		return true
	case !t.is(text, ",") || before != i-1:
		return false
	}
	return listsTables(text, tokens, before)
}

// listsTables tells whether the comma at a token is one of a list of tables: the
// clause that it is in, on the same level of parentheses, begins with FROM.
func listsTables(text string, tokens []token, at int) bool {
	depth := 0
	for at--; at >= 0; at-- {
		t := tokens[at]
		switch {
		case t.is(text, ")"):
			depth++
		case t.is(text, "("):
			if depth--; depth < 0 {
				return false
			}
		case depth > 0:
		case t.is(text, "FROM"):
			return true
		case t.kind == word && beginsClause[strings.ToUpper(t.text(text))]:
			return false
		}
	}
	return false
}

// beginsClause are words that begin a list of something else than tables.
var beginsClause = map[string]bool{
	"SELECT": true, "WHERE": true, "BY": true, "HAVING": true, "QUALIFY": true, "VALUES": true, "SET": true,
	"LIMIT": true, "OFFSET": true, "RETURNING": true, "WITH": true, "WINDOW": true,
}

// closing returns the token that closes the parenthesis at a token; 0 where none
// does.
func closing(text string, tokens []token, at int) int {
	depth := 0
	for i := at; i < len(tokens); i++ {
		switch {
		case tokens[i].is(text, "("):
			depth++
		case tokens[i].is(text, ")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return 0
}
