package sqlengine_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// actor is a tracker with procedures. It notes what was called.
type actor struct {
	*connectortest.Memory

	mu     sync.Mutex
	listed int
	calls  []string
	fail   error
	gate   chan struct{}
}

func (a *actor) Procedures(context.Context) ([]connector.Procedure, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.listed++
	text, integer := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	every := []connector.Column{{Name: "order", Type: arrow.FixedWidthTypes.Boolean, Nullable: true}}
	for i, t := range []arrow.DataType{
		integer, arrow.PrimitiveTypes.Float64, &arrow.Decimal128Type{Precision: 9, Scale: 2}, text, arrow.BinaryTypes.Binary,
		arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Time64us, arrow.FixedWidthTypes.Timestamp_us, &arrow.TimestampType{Unit: arrow.Microsecond},
	} {
		every = append(every, connector.Column{Name: fmt.Sprint("a", i), Type: t, Nullable: true})
	}
	return []connector.Procedure{
		{Name: "GetOwnUser", Doc: "Tells who asks.", Result: []connector.Column{{Name: "Id", Type: integer}, {Name: "Name", Type: text}}},
		{Name: "AddStar", Doc: "Stars an issue.", Writes: true, Arguments: []connector.Column{
			{Name: "IssueId", Type: integer}, {Name: "Content", Type: text, Nullable: true},
		}},
		{Name: "Every", Arguments: every, Result: []connector.Column{{Name: "Given", Type: text}}},
	}, nil
}

func (a *actor) Call(ctx context.Context, req connector.CallRequest) (array.RecordReader, error) {
	given := make([]string, len(req.Arguments))
	for i, argument := range req.Arguments {
		given[i] = argument.Name + "=" + argument.Value.String()
	}
	call := req.Procedure + "(" + strings.Join(given, " ") + ")"
	a.mu.Lock()
	a.calls = append(a.calls, call)
	fail, gate := a.fail, a.gate
	a.mu.Unlock()
	if gate != nil {
		close(gate)
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	if fail != nil {
		return nil, fail
	}
	var fields []arrow.Field
	switch req.Procedure {
	case "GetOwnUser":
		fields = []arrow.Field{{Name: "Id", Type: arrow.PrimitiveTypes.Int64}, {Name: "Name", Type: arrow.BinaryTypes.String}}
	case "Every":
		fields = []arrow.Field{{Name: "Given", Type: arrow.BinaryTypes.String}}
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	for i := range fields {
		switch f := b.Field(i).(type) {
		case *array.Int64Builder:
			f.AppendValues([]int64{1, 7}, nil)
		case *array.StringBuilder:
			f.AppendValues([]string{"me", call}, nil)
		}
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	return array.NewRecordReader(batch.Schema(), []arrow.RecordBatch{batch})
}

// taken returns the calls noted since it was last asked.
func (a *actor) taken() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	calls := strings.Join(a.calls, " ")
	a.calls = nil
	return calls
}

// TestCallsActOnce verifies that a procedure acts when a statement runs, once for
// each time that the statement names it, and never before.
func TestCallsActOnce(t *testing.T) {
	source := &actor{Memory: tracker(nil)}
	s := engine(t, source, nil)
	mustAsk(t, s, "SELECT count(*) FROM pt.Users; SELECT Id FROM pt.Issues LIMIT 1; SHOW ALL TABLES; EXPLAIN SELECT * FROM pt.Users")
	if source.listed != 0 {
		t.Errorf("the procedures were asked for by statements that name none")
	}
	const star, me = "AddStar(IssueId=2)", "GetOwnUser()"
	two := connector.IntOf(2)
	tests := map[string]struct {
		sql    string
		params []connector.Value
		want   string
		calls  string
	}{
		"call":                  {"CALL pt.AddStar(IssueId := 2)", nil, "Success\n1\n", star},
		"positional":            {"CALL pt.addstar(2, 'x')", nil, "Success\n1\n", "AddStar(IssueId=2 Content='x')"},
		"without schema":        {"CALL AddStar(2)", nil, "Success\n1\n", star},
		"three parts":           {"CALL trackql.pt.AddStar(2)", nil, "Success\n1\n", star},
		"explicit null":         {"CALL pt.AddStar(2, NULL)", nil, "Success\n1\n", star},
		"select":                {"SELECT * FROM pt.GetOwnUser()", nil, "Id|Name\n1|me\n7|GetOwnUser()\n", me},
		"one column":            {"SELECT NAME FROM pt.GetOwnUser() WHERE id = 1", nil, "NAME\nme\n", me},
		"count":                 {"SELECT count(*) AS n FROM pt.GetOwnUser()", nil, "n\n2\n", me},
		"from":                  {"FROM GetOwnUser() LIMIT 1", nil, "Id|Name\n1|me\n", me},
		"parameter":             {"CALL pt.AddStar(IssueId := ?)", []connector.Value{two}, "Success\n1\n", star},
		"select with parameter": {"SELECT * FROM pt.AddStar($1, $2)", []connector.Value{two, connector.TextOf("it's")}, "Success\n1\n", "AddStar(IssueId=2 Content='it''s')"},
		"variable":              {"SET VARIABLE x = (SELECT 2); CALL pt.AddStar(getvariable('x'))", nil, "Success\n1\n", star},
		"ctas":                  {"CREATE TABLE x AS SELECT * FROM pt.GetOwnUser(); SELECT count(*) AS n FROM x; DROP TABLE x", nil, "n\n2\n", me},
		"insert":                {"CREATE TABLE y (i INT, n VARCHAR); INSERT INTO y FROM pt.GetOwnUser(); SELECT count(*) AS n FROM y; DROP TABLE y", nil, "n\n2\n", me},
		"twice":                 {"SELECT count(*) AS n FROM pt.GetOwnUser() a, pt.GetOwnUser() b", nil, "n\n4\n", me + " " + me},
		"cte read twice":        {"WITH c AS (FROM pt.AddStar(2)) SELECT count(*) AS n FROM c a, c b", nil, "n\n1\n", star},
		"union":                 {"SELECT * FROM pt.AddStar(2) UNION ALL SELECT * FROM pt.AddStar(2)", nil, "Success\n1\n1\n", star + " " + star},
		"join":                  {"SELECT count(*) AS n FROM pt.Issues i JOIN pt.GetOwnUser() u USING (Id)", nil, "n\n2\n", me},
		"recursive":             {"WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r, pt.AddStar(2) WHERE n < 5) SELECT count(*) AS n FROM r", nil, "n\n5\n", star},
		"pivot":                 {"PIVOT (FROM pt.GetOwnUser()) ON Id USING count(*) GROUP BY Name ORDER BY 1", nil, "Name|1|7\nGetOwnUser()|0|1\nme|1|0\n", me},
		"view":                  {"CREATE VIEW v AS FROM pt.GetOwnUser(); SELECT count(*) AS n FROM v; SELECT count(*) AS n FROM v WHERE Id > 1; DROP VIEW v", nil, "n\n2\nn\n1\n", me + " " + me},
		"macro":                 {"CREATE MACRO m(x) AS TABLE FROM pt.AddStar(x); FROM m(2); DROP MACRO TABLE m", nil, "Success\n1\n", star},
		"prepare":               {"PREPARE p AS FROM pt.AddStar($1); EXECUTE p(2); EXECUTE p(3); DEALLOCATE p", nil, "Success\n1\nSuccess\n1\n", star + " AddStar(IssueId=3)"},
		"explain analyze":       {"EXPLAIN ANALYZE CALL pt.AddStar(2)", nil, "", star},
		"summarize":             {"SELECT column_name FROM (SUMMARIZE FROM pt.GetOwnUser())", nil, "column_name\nId\nName\n", me},
		"explain":               {"EXPLAIN CALL pt.AddStar(2)", nil, "", ""},
		"explain select":        {"EXPLAIN SELECT * FROM pt.AddStar(2), pt.Issues", nil, "", ""},
		"describe":              {"DESCRIBE FROM pt.GetOwnUser()", nil, "", ""},
		"prepare alone":         {"PREPARE q AS FROM pt.AddStar(2); DEALLOCATE q", nil, "", ""},
		"define a view":         {"CREATE VIEW w AS FROM pt.AddStar(2); DROP VIEW w", nil, "", ""},
		"no row needed":         {"SELECT * FROM pt.AddStar(2) WHERE false", nil, "Success\n", ""},
		"limit 0":               {"SELECT * FROM pt.AddStar(2) LIMIT 0", nil, "Success\n", ""},
		"with no data":          {"CREATE TABLE z AS FROM pt.AddStar(2) WITH NO DATA; DROP TABLE z", nil, "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source.taken()
			got := mustAsk(t, s, test.sql, test.params...)
			if test.want != "" && got != test.want {
				t.Errorf("%s =\n%swant\n%s", test.sql, got, test.want)
			}
			if calls := source.taken(); calls != test.calls {
				t.Errorf("%s called %s, want %s", test.sql, calls, test.calls)
			}
		})
	}
	if source.listed != 1 {
		t.Errorf("the procedures were asked for %d times, want once", source.listed)
	}
}

// TestCallFirst calls a procedure by the very first statement of a session, in
// ways that have no plan.
func TestCallFirst(t *testing.T) {
	for _, sql := range []string{
		"CALL pt.AddStar(2)", "PREPARE p AS FROM pt.AddStar(2); EXECUTE p", "SELECT * FROM (SUMMARIZE FROM pt.AddStar(2))",
		"PIVOT (FROM pt.AddStar(2)) ON Success", "CREATE MACRO m() AS TABLE FROM pt.AddStar(2); FROM m()", "FROM starred",
	} {
		source := &actor{Memory: tracker(nil)}
		s := engine(t, source, func(cfg *sqlengine.Config) {
			cfg.Views = []sqlengine.View{{Name: "starred", SQL: "SELECT * FROM pt.AddStar(2)"}}
		})
		mustAsk(t, s, sql)
		if calls := source.taken(); calls != "AddStar(IssueId=2)" {
			t.Errorf("%s called %q", sql, calls)
		}
	}
}

func TestCallArguments(t *testing.T) {
	source := &actor{Memory: tracker(nil)}
	s := engine(t, source, nil)
	tests := map[string]struct{ call, want string }{
		"none":       {"Every()", ""},
		"boolean":    {`Every("order" := true)`, "order=true"},
		"integer":    {"Every(a0 := '-9223372036854775808')", "a0=-9223372036854775808"},
		"whole":      {"Every(a0 := 3.0)", "a0=3"},
		"expression": {"Every(a0 := 40 + 2)", "a0=42"},
		"float":      {"Every(a1 := 0.1)", "a1=0.1e0"},
		"decimal":    {"Every(a2 := 12.5)", "a2=12.50"},
		"text":       {"Every(a3 := '完了 ''x''')", "a3='完了 ''x'''"},
		"empty text": {"Every(a3 := '')", "a3=''"},
		"bytes":      {"Every(a4 := '\\x00\\xFF'::BLOB)", "a4='\\x00\\xFF'::BLOB"},
		"day":        {"Every(a5 := '1969-12-30')", "a5=DATE '1969-12-30'"},
		"time":       {"Every(a6 := '09:30')", "a6=TIME '09:30:00'"},
		"moment":     {"Every(a7 := TIMESTAMPTZ '2024-01-01 00:00:00+09')", "a7=TIMESTAMPTZ '2023-12-31 15:00:00+00'"},
		"local":      {"Every(a8 := '2024-01-01 12:00')", "a8=TIMESTAMP '2024-01-01 12:00:00'"},
		"several":    {"Every(false, a3 => 'x', A0 => 1)", "order=false a0=1 a3='x'"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			mustAsk(t, s, "CALL pt."+test.call)
			if got := source.taken(); got != "Every("+test.want+")" {
				t.Errorf("%s = %s, want %s", test.call, got, test.want)
			}
		})
	}
}

func TestCallErrors(t *testing.T) {
	source := &actor{Memory: tracker(nil)}
	s := engine(t, source, nil)
	const form = "It is called as pt.AddStar(IssueId BIGINT, Content VARCHAR := NULL)."
	tests := map[string]struct{ sql, err, hint string }{
		"missing":        {"CALL pt.AddStar()", "query:1:9: pt.AddStar needs IssueId", form},
		"missing, named": {"SELECT * FROM pt.AddStar(Content := 'x')", "query:1:18: pt.AddStar needs IssueId", form},
		"null":           {"CALL pt.AddStar(NULL)", "query:1:9: pt.AddStar needs IssueId", form},
		"unknown name":   {"CALL pt.AddStar(IsueId := 2)", "query:1:17: pt.AddStar has no argument IsueId", "Did you mean IssueId?"},
		"far name":       {"CALL pt.AddStar(2, Colour := 2)", "query:1:20: pt.AddStar has no argument Colour", form},
		"too many":       {"SELECT 1; SELECT * FROM pt.AddStar(2, 'x', (3))", "query:1:28: pt.AddStar takes 2 arguments, and 3 are given", form},
		"twice":          {"CALL pt.AddStar(2, IssueId := 3)", "query:1:9: pt.AddStar: an argument is given twice", form},
		"wrong type":     {"CALL pt.AddStar('KEY-1')", "query:1:9: pt.AddStar: IssueId is BIGINT, and 'KEY-1' is none", form},
		"fraction":       {"CALL pt.AddStar(2.6)", "query:1:9: pt.AddStar: IssueId is BIGINT, and '2.6' is none", form},
		"wrong day":      {"CALL pt.Every(a5 := '2024-02-30')", "query:1:9: pt.Every: a5 is DATE, and '2024-02-30' is none", ""},
		"parameter":      {"CALL pt.AddStar(?)", "the parameter ? has no value: 0 values were given", ""},
		"near":           {"CALL pt.AddStars(2)", "query:1:9: pt has no procedure AddStars", "Did you mean pt.AddStar?"},
		"unknown":        {"SELECT * FROM pt.Destroy()", "query:1:18: pt has no procedure Destroy", "There are pt.AddStar, pt.Every, pt.GetOwnUser."},
		"no function":    {"SELECT pt.GetOwnUser()", "query:1:11: pt.GetOwnUser is a procedure, and no function of values", "Write SELECT * FROM pt.GetOwnUser(), or CALL."},
		"internal":       {"SELECT * FROM trackql_call('x', ['2'])", "query:1:15: the function trackql_call is not for queries", "Name the table itself: SHOW ALL TABLES lists them."},
		"internal call":  {`CALL "trackql_call"('x', ['2'])`, "query:1:6: the function trackql_call is not for queries", "Name the table itself: SHOW ALL TABLES lists them."},
		"drop":           {"DROP MACRO TABLE pt.AddStar", "query:1:1: pt.AddStar is a procedure of the source: it cannot be dropped", ""},
		"a macro there":  {"CREATE MACRO pt.AddStar() AS 1", "query:1:1: pt is a source: a macro cannot be created in it", "CREATE MACRO AddStar without pt. makes one that lives in this session."},
		"lateral":        {"SELECT * FROM pt.Issues i, pt.AddStar(i.Id)", "query:1:31: pt.AddStar takes constants: a column or a subquery cannot be an argument", "SET VARIABLE x = (SELECT …) keeps a value, and getvariable('x') passes it."},
		"subquery":       {"CALL pt.AddStar((SELECT max(Id) FROM pt.Issues))", "query:1:9: pt.AddStar takes constants: a column or a subquery cannot be an argument", ""},
	}
	mustAsk(t, s, "EXPLAIN CALL pt.AddStar(2)")
	for _, local := range []bool{false, true} { // what a session has made may change what is taken for unknown
		if local {
			mustAsk(t, s, "CREATE TABLE made (i INT)")
		}
		for name, test := range tests {
			t.Run(fmt.Sprint(name, ", ", local), func(t *testing.T) {
				_, err := ask(t.Context(), s, test.sql)
				if err == nil || test.err != "" && err.Error() != test.err || test.hint != "" && connector.HintOf(err) != test.hint {
					t.Errorf("%s = %v (hint: %s), want %s (hint: %s)", test.sql, err, connector.HintOf(err), test.err, test.hint)
				}
			})
		}
	}
	if calls := source.taken(); calls != "" {
		t.Errorf("statements that failed called %s", calls)
	}
	if n := len(source.Requests()); n != 0 {
		t.Errorf("statements that failed made %d scans: %v", n, source.Requests())
	}
}

func TestCallOfOthers(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	if _, err := ask(t.Context(), s, "CALL pt.AddStar(2)"); err == nil || err.Error() != "query:1:9: pt has no procedure AddStar" || connector.HintOf(err) != "It has no procedures." {
		t.Errorf("CALL of a source without procedures = %v (%s)", err, connector.HintOf(err))
	}
	acting := engine(t, &actor{Memory: tracker(nil)}, nil)
	for _, sql := range []string{"CALL duckdb_settings()", "CALL pragma_version()", "CALL range(3)"} {
		mustAsk(t, s, sql)
		mustAsk(t, acting, sql)
	}
	if _, err := ask(t.Context(), acting, "CALL nonsense(3)"); err == nil || !strings.Contains(err.Error(), "Table Function with name nonsense does not exist") {
		t.Errorf("CALL of nothing = %v", err)
	}
}

func TestFailingCall(t *testing.T) {
	source := &actor{Memory: tracker(nil), fail: connector.Errorf(connector.Invalid, "the source is read-only").WithHint("Open it without ReadOnly=true.")}
	s := engine(t, source, nil)
	_, err := ask(t.Context(), s, "CALL pt.AddStar(2)")
	if err == nil || !strings.HasSuffix(err.Error(), "call pt.AddStar: the source is read-only") || connector.HintOf(err) != "Open it without ReadOnly=true." {
		t.Errorf("a call that is refused = %v (%s)", err, connector.HintOf(err))
	}
	if calls := source.taken(); calls != "AddStar(IssueId=2)" {
		t.Errorf("called %s, want once", calls)
	}
}

// TestCallReports verifies that a call is among what a statement did.
func TestCallReports(t *testing.T) {
	s := engine(t, &actor{Memory: tracker(nil)}, nil)
	for result, err := range s.Run(t.Context(), "SELECT * FROM pt.GetOwnUser()", nil) {
		if err != nil {
			t.Fatal(err)
		}
		for result.Next() {
		}
		scans := result.Scans()
		if len(scans) != 1 || scans[0].Source != "pt" || scans[0].Table != "GetOwnUser" || scans[0].Report.Progress.Rows != 2 ||
			result.Verdict().Completeness != connector.Complete {
			t.Errorf("the statement did %v, %v", scans, result.Verdict())
		}
	}
}

func TestCancelCall(t *testing.T) {
	source := &actor{Memory: tracker(nil), gate: make(chan struct{})}
	s := engine(t, source, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-source.gate
		cancel()
	}()
	if _, err := ask(ctx, s, "CALL pt.AddStar(2)"); connector.KindOf(err) != connector.Canceled {
		t.Errorf("a canceled call = %v", err)
	}
}

func TestExplainCall(t *testing.T) {
	s := engine(t, &actor{Memory: tracker(nil)}, nil)
	for sql, want := range map[string]string{
		"EXPLAIN CALL pt.AddStar(2, 'x')":                                            "call pt.AddStar(IssueId := 2, Content := 'x'): once, when the statement runs; it may change pt\n",
		"EXPLAIN SELECT * FROM pt.GetOwnUser() u JOIN pt.Users x ON x.Name = u.Name": "call pt.GetOwnUser(): once, when the statement runs\n",
		"EXPLAIN ANALYZE CALL pt.AddStar(2)":                                         "called pt.AddStar(IssueId := 2): 1 row, ",
		"EXPLAIN ANALYZE SELECT * FROM pt.AddStar(2) LIMIT 0":                        "answered 0 rows",
	} {
		if got := mustAsk(t, s, sql); !strings.Contains(got, want) || strings.Contains(got, "trackql_call") {
			t.Errorf("%s =\n%swant %q in it", sql, got, want)
		}
	}
}

// TestCallsInCatalog verifies what the catalog shows of procedures: those that
// were used, and nothing of how they are made.
func TestCallsInCatalog(t *testing.T) {
	s := engine(t, &actor{Memory: tracker(nil)}, nil)
	const sql = `SELECT function_name, function_type, parameters, macro_definition FROM duckdb_functions() WHERE schema_name = 'pt' OR function_name LIKE 'trackql%' ORDER BY 1`
	if got := mustAsk(t, s, sql); got != "function_name|function_type|parameters|macro_definition\n" {
		t.Errorf("before the first call: %s", got)
	}
	mustAsk(t, s, "EXPLAIN CALL pt.AddStar(2)")
	const want = "function_name|function_type|parameters|macro_definition\nAddStar|table_macro|[\"IssueId\",\"Content\"]|∅\n"
	if got := mustAsk(t, s, sql); got != want {
		t.Errorf("after it: %s, want %s", got, want)
	}
	if all, err := s.Procedures(t.Context()); err != nil || len(all["pt"]) != 3 || all["pt"][1].Name != "AddStar" {
		t.Errorf("Procedures() = %v, %v", all, err)
	}
}
