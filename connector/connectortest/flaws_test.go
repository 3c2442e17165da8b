package connectortest_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

func reporting(r array.RecordReader, report func(int64) connector.Report) array.RecordReader {
	return boasting{RecordReader: r, report: report, rows: new(atomic.Int64)}
}

var streamFlaws = map[string]flaw{
	"the reader swallows its error": {
		promise: "failure", reason: "a scan that must fail ends after 11 rows: there is no error", also: []string{"cancel", "spending"},
		make: reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader { return noErr{r} }),
	},
	"the stream is truncated": {
		promise: "complete", reason: "ends without an error after 30 rows; Count says 44",
		also: []string{"aggregate", "count", "order", "split"}, // they know of rows that a scan does not give
		make: reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader {
			return &cut{RecordReader: r, left: 30}
		}),
	},
	"the last page is lost": {
		promise: "complete", reason: "ends without an error after 40 rows",
		also: []string{"aggregate", "order", "split"},
		make: reading(func(r array.RecordReader, req connector.ScanRequest) array.RecordReader {
			if len(req.Where) > 0 || req.Limit > 0 {
				return r
			}
			return &cut{RecordReader: r, left: 40}
		}),
	},
	"a finished scan calls itself partial": {
		promise: "complete", reason: `verdict "partial"`,
		make: reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader {
			return reporting(r, func(int64) connector.Report {
				return connector.Report{Verdict: connector.Verdict{Completeness: connector.Partial}}
			})
		}),
	},
	"a row comes twice": {
		promise: "keys", reason: "two rows have the key (Status)",
		make: describing(func(t *connector.Table) { t.Key = []string{"Status"} }),
	},
	"columns come by name": {
		promise: "projection", reason: "the reader's schema has the columns", make: reading(byName),
	},
	"batches have other types": {
		promise: "schema", reason: "Due as date32, nullable false; declared is int32",
		also: []string{"aggregate"},
		make: describing(func(t *connector.Table) {
			column(t, "Due").Type, column(t, "Due").Filters = arrow.PrimitiveTypes.Int32, connector.Filters{}
		}),
		table: func(t *connector.Table) { column(t, "Due").Filters = connector.Filters{} },
	},
	"a column has NULLs, and is not nullable": {
		promise: "schema", reason: "Created is NULL, but is declared not nullable",
		also: []string{"aggregate"},
		make: func(src connector.Source) connector.Source {
			return describing(func(t *connector.Table) {
				column(t, "Created").Nullable, column(t, "Title").Nullable = false, false
			})(reading(neverNull)(src))
		},
	},
	"batches share one buffer": {
		promise: "batches", reason: "changed after the next ones were read",
		make: reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader { return recycling{r} }),
	},
	"batches are large": {
		promise: "batches", reason: "batch 1 has 11 rows",
		make: requesting(func(req *connector.ScanRequest) { req.BatchRows = 0 }),
	},
	"every second scan lacks a row": {
		promise: "stable", reason: "the second scan gives other rows", make: forgetful,
		also: []string{"projection", "split", "statement"}, // they make the same scan again
	},
	"it goes on when canceled": {
		promise: "cancel", reason: "a scan with a context that had ended gives 44 rows: there is no error",
		make: func(src connector.Source) connector.Source {
			return faulty{Source: src, scan: func(ctx context.Context, src connector.Source, req connector.ScanRequest) (array.RecordReader, error) {
				return src.Scan(context.WithoutCancel(ctx), req)
			}}
		},
	},
	"it goes on when canceled midway": {
		promise: "cancel", reason: "after 0 batches: it goes on", make: deafOnceStarted,
	},
	"it keeps a batch": {
		promise: "release", reason: "read to its end holds", also: []string{"failure"},
		make: reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader {
			return &hoarding{RecordReader: r, always: true}
		}),
	},
	"it keeps a batch when released early": {
		promise: "release", reason: "released after one batch holds",
		make: reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader {
			return &hoarding{RecordReader: r}
		}),
	},
	"a goroutine stays": {
		promise: "goroutines", reason: "running after Close", make: lingering,
	},
	"one scan at a time": {
		promise: "concurrent", reason: "in turns: missing", make: oneAtATime,
	},
	"errors have the wrong kind": {
		promise: "errors", reason: `kind "internal", want "not found"`, also: []string{"cancel", "failure", "spending"}, make: failing(wrongKind),
	},
	"errors have no kind": {
		promise: "errors", reason: "no *connector.Error", also: []string{"cancel", "failure", "spending"}, make: failing(noKind),
	},
	"a constant that does not fit is ignored": {
		promise: "errors", reason: "there is no error",
		make: requesting(func(req *connector.ScanRequest) {
			req.Where = slices.DeleteFunc(slices.Clone(req.Where), func(p connector.Predicate) bool {
				return len(p.Values) == 1 && p.Values[0] == connector.TextOf("no such kind")
			})
		}),
	},
	"a report goes back": {
		promise: "report", reason: "Progress.Rows goes back",
		make: reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader {
			return reporting(r, func(n int64) connector.Report {
				return connector.Report{Progress: connector.Progress{Rows: 100 - n}}
			})
		}),
	},
	"a report is complete too early": {
		promise: "report", reason: `Report says "complete" after 1 of 44 rows`,
		make: reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader {
			return reporting(r, func(int64) connector.Report {
				return connector.Report{Verdict: connector.Verdict{Completeness: connector.Complete}}
			})
		}),
	},
	"a report promises more rows": {
		promise: "complete", reason: "Report says 45",
		make: reading(func(r array.RecordReader, _ connector.ScanRequest) array.RecordReader {
			return reporting(r, func(int64) connector.Report {
				return connector.Report{Progress: connector.Progress{TotalRows: 45}}
			})
		}),
	},
}

// forgetful leaves out a row when it is asked for all columns in their order
// for the second time.
func forgetful(src connector.Source) connector.Source {
	var times atomic.Int64
	return reading(func(r array.RecordReader, req connector.ScanRequest) array.RecordReader {
		plain := req.BatchRows == 0 && req.Limit == 0 && len(req.Where) == 0 && req.Part == ""
		if plain && len(req.Columns) == 5 && req.Columns[0] == "Created" && times.Add(1) == 2 {
			return &cut{RecordReader: r, left: 43}
		}
		return r
	})(src)
}

// deafOnceStarted does not look at the context after Scan.
func deafOnceStarted(src connector.Source) connector.Source {
	return faulty{Source: src, scan: func(ctx context.Context, src connector.Source, req connector.ScanRequest) (array.RecordReader, error) {
		if ctx.Err() != nil {
			return src.Scan(ctx, req)
		}
		return src.Scan(context.WithoutCancel(ctx), req)
	}}
}

// lingering starts a goroutine with its first scan that waits for ever.
func lingering(src connector.Source) connector.Source {
	var once sync.Once
	return requesting(func(*connector.ScanRequest) {
		once.Do(func() { go func() { <-make(chan struct{}) }() })
	})(src)
}

// oneAtATime ends a scan in small batches when another one begins.
func oneAtATime(src connector.Source) connector.Source {
	var latest atomic.Int64
	return reading(func(r array.RecordReader, req connector.ScanRequest) array.RecordReader {
		mine := int64(0)
		if req.BatchRows > 0 {
			mine = latest.Add(1)
		}
		return overtaken{r, &latest, mine}
	})(src)
}

type overtaken struct {
	array.RecordReader
	latest *atomic.Int64
	mine   int64
}

func (o overtaken) Next() bool {
	return (o.mine == 0 || o.mine == o.latest.Load()) && o.RecordReader.Next()
}

func allChecks() []string {
	var names []string
	for _, check := range connectortest.Checks() {
		names = append(names, check.Name)
	}
	return names
}

var descriptionFlaws = map[string]flaw{
	"a set of values is not closed": {
		promise: "values", reason: "column Status holds 'open'",
		make: describing(func(t *connector.Table) {
			column(t, "Status").Values = []connector.Value{connector.TextOf("Open"), connector.TextOf("Closed")}
		}),
	},
	"a column has no type": {
		promise: "tables", reason: "table Issues: column Title has no type", also: allChecks(),
		make: describing(func(t *connector.Table) { column(t, "Title").Type = nil }),
	},
	"a column has no words": {
		promise: "documentation", reason: "column Title: Doc is empty",
		make: describing(func(t *connector.Table) { column(t, "Title").Doc = "" }),
	},
	"one example": {
		promise: "documentation", reason: "1 examples",
		make: describing(func(t *connector.Table) { t.Examples = t.Examples[:1] }),
	},
	"an example without schema": {
		promise: "documentation", reason: "{source}",
		make: describing(func(t *connector.Table) {
			t.Examples = []connector.Example{{Doc: "All.", SQL: "FROM Issues"}, t.Examples[0]}
		}),
	},
	"two columns with one name": {
		promise: "tables", reason: "columns Id and ID have one name",
		make: describing(func(t *connector.Table) {
			t.Columns = append(t.Columns, connector.Column{Name: "ID", Type: arrow.PrimitiveTypes.Int64, Doc: "Another."})
		}),
		also: allChecks(), // the table cannot be read
	},
	"a key that is not there": {
		promise: "tables", reason: `key (No): there is no column "No"`,
		make: describing(func(t *connector.Table) { t.Unique = [][]string{{"No"}} }),
	},
	"a primary key that is not there": {
		promise: "tables", reason: `key (No): there is no column "No"`,
		make: describing(func(t *connector.Table) { t.Key = []string{"No"} }),
	},
	"a reference to nothing": {
		promise: "tables", reason: "reference (Status) to Statuses (Name): there is no such table",
		make: describing(func(t *connector.Table) {
			t.References = []connector.Reference{{Columns: []string{"Status"}, Table: "Statuses", To: []string{"Name"}}}
		}),
	},
	"a reference between types": {
		promise: "tables", reason: "Status of type utf8 cannot equal Id of type int64",
		make: describing(func(t *connector.Table) {
			t.References = []connector.Reference{{Columns: []string{"Status"}, Table: "Issues", To: []string{"Id"}}}
		}),
	},
	"values of another type": {
		promise: "tables", reason: "1 in Values is no value of type utf8",
		make: describing(func(t *connector.Table) { column(t, "Status").Values = []connector.Value{connector.IntOf(1)} }),
		also: []string{"values"},
	},
	"prefix of a number": {
		promise: "tables", reason: "prefix is graded inexact, but no constant fits type int64",
		make:  describing(func(t *connector.Table) { column(t, "Id").Filters[connector.Prefix] = connector.Inexact }),
		also:  []string{"errors"},
		table: nil,
	},
	"insertable where nothing is inserted": {
		promise: "tables", reason: "column Title is insertable",
		make: describing(func(t *connector.Table) { column(t, "Title").Access = connector.Insertable }),
	},
	"updates without a key": {
		promise: "tables", reason: "has none", also: []string{"writes"},
		make: describing(func(t *connector.Table) { t.Writes, t.Key = connector.Update, nil }),
	},
	"writes without a writer": {
		promise: "writes", reason: "no connector.Writer",
		make: describing(func(t *connector.Table) { t.Writes = connector.Insert }),
	},
	"a writer that says nothing": {
		promise: "writes", reason: "no table declares", make: func(src connector.Source) connector.Source { return silentWriter{faulty{Source: src}} },
	},
}

// wholeNumbers takes constants of one operator on Id, and loses those that are
// numbers of another kind: 5.0 is 5.
func wholeNumbers(op connector.Operator) func(connector.Source) connector.Source {
	return rewriting(func(p connector.Predicate) connector.Predicate {
		if p.Column != "Id" || p.Op != op {
			return p
		}
		values := slices.DeleteFunc(slices.Clone(p.Values), func(v connector.Value) bool {
			return v.Kind() == connector.FloatValue || v.Kind() == connector.DecimalValue
		})
		if len(values) < len(p.Values) {
			p.Op, p.Values = connector.In, values
		}
		return p
	})
}
