package sqlengine

import (
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// guarded are the statements that a text from elsewhere may have: those that
// read, and those that make something in its own session.
var guarded = map[string]bool{
	"SELECT": true, "WITH": true, "FROM": true, "VALUES": true, "TABLE": true, "": true,
	"PIVOT": true, "UNPIVOT": true, "PIVOT_WIDER": true, "PIVOT_LONGER": true, "SUMMARIZE": true,
	"SHOW": true, "DESCRIBE": true, "DESC": true, "EXPLAIN": true, "CALL": true, "USE": true,
	"CREATE": true, "DROP": true, "ALTER": true, "COMMENT": true,
	"INSERT": true, "UPDATE": true, "DELETE": true, "TRUNCATE": true, "MERGE": true,
}

// switches are functions of DuckDB that change settings, or write files.
var switches = []string{
	"enable_logging", "disable_logging", "truncate_duckdb_logs", "enable_profiling", "disable_profiling",
	"checkpoint", "force_checkpoint", "write_log", "load_aws_credentials", "enable_profile", "disable_profile",
}

// refuseReach refuses a text from elsewhere that would reach beyond its session.
// Files are out of reach anyway: DuckDB itself is told so.
func (s *Session) refuseReach(stmt statement) error {
	if !s.engine.cfg.Guarded {
		return nil
	}
	word := stmt.keyword(0)
	variable := (word == "SET" || word == "RESET") && stmt.keyword(1) == "VARIABLE"
	if !guarded[word] && !variable {
		return fault(stmt.start, connector.Errorf(connector.Unauthorized, "%s is not open to clients of this server", word).
			WithHint("Clients read, and make tables of their own; settings and files are the server's."))
	}
	thing := stmt.thing()
	made := word == "CREATE" || word == "DROP" || word == "ALTER"
	if made && thing == "SECRET" || word == "UPDATE" && thing == "EXTENSIONS" {
		return fault(stmt.start, connector.Errorf(connector.Unauthorized, "%s %s is not open to clients of this server", word, thing))
	}
	for i, t := range stmt.tokens {
		name := strings.ToLower(t.name(stmt.text))
		called := i+1 < len(stmt.tokens) && stmt.tokens[i+1].is(stmt.text, "(")
		if called && slices.Contains(switches, name) {
			return fault(stmt.start+t.start, connector.Errorf(connector.Unauthorized, "%s is not open to clients of this server", t.text(stmt.text)))
		}
	}
	return nil
}

// thing names the kind of thing that a statement is about, such as the TABLE of
// CREATE OR REPLACE TEMP TABLE.
func (s statement) thing() string {
	for i := 1; i < len(s.tokens); i++ {
		switch word := s.keyword(i); word {
		case "OR", "REPLACE", "PERSISTENT", "TEMPORARY", "TEMP", "LOCAL":
		default:
			return word
		}
	}
	return ""
}
