package doctor

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

// run looks at the source step by step, and stops at the first that fails.
func (e *examination) run(ctx context.Context) {
	defer close(e.found)
	e.tell(OK, "", "%s", shownOptions(e.source))
	var source connector.Source
	e.do("open", func() { source = e.open(ctx) })
	if source == nil {
		return
	}
	e.do("tables", func() { e.look(ctx, source) })
	e.do("close", func() {
		if err := source.Close(); err != nil {
			e.fault(context.WithoutCancel(ctx), err)
		}
	})
}

// do takes a step, and tells where the connector crashes in it.
func (e *examination) do(step string, take func()) {
	e.step.Store(step)
	defer func() {
		if crash := recover(); crash != nil {
			e.tell(Fault, faulty, "%s: the connector crashed: %v", e.step.Load(), crash)
		}
	}()
	take()
}

// open returns the open source, nil where it cannot be opened.
func (e *examination) open(ctx context.Context) connector.Source {
	begun := time.Now()
	source, err := e.source.Connector.Open(ctx, connector.Config{
		Name: e.source.Name, Options: e.source.Options, Timezone: e.config.Timezone, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		e.fault(ctx, err)
		return nil
	}
	e.tell(OK, "", "open: after %s", since(begun))
	return source
}

// look asks an open source what a session would ask.
func (e *examination) look(ctx context.Context, source connector.Source) {
	begun := time.Now()
	tables, err := source.Tables(ctx)
	if err != nil {
		e.fault(ctx, err)
		return
	}
	if len(tables) == 0 {
		e.tell(Warning, "Check what the source's options name, and what its credentials may read.", "tables: none, after %s", since(begun))
		return
	}
	e.tell(OK, "", "tables: %s after %s: %s", print.Count(int64(len(tables)), "table"), since(begun), some(tables))
	e.rights(source, tables)
	if e.kept(ctx, source) {
		return
	}
	if e.quotas(ctx, source) {
		e.probe(ctx, source, tables[0])
	}
}

// mostNames is how many tables are named.
const mostNames = 8

func some(tables []connector.Table) string {
	var names []string
	for i, table := range tables {
		if i == mostNames {
			names = append(names, "…")
			break
		}
		names = append(names, connector.QuoteName(table.Name))
	}
	return strings.Join(names, ", ")
}

// since tells how long something took, in hundredths of a second.
func since(begun time.Time) string { return fmt.Sprintf("%.2f s", time.Since(begun).Seconds()) }

// actions are the words for what a table takes.
var actions = []struct {
	action connector.Actions
	word   string
}{{connector.Insert, "insert"}, {connector.Update, "update"}, {connector.Upsert, "upsert"}, {connector.Delete, "delete"}}

// rights tells what can be read and written.
func (e *examination) rights(source connector.Source, tables []connector.Table) {
	var writes []string
	for _, table := range tables {
		var words []string
		for _, a := range actions {
			if table.Writes&a.action != 0 {
				words = append(words, a.word)
			}
		}
		if len(words) > 0 {
			writes = append(writes, connector.QuoteName(table.Name)+" ("+strings.Join(words, ", ")+")")
		}
	}
	_, writer := connector.As[connector.Writer](source)
	switch {
	case len(writes) == 0:
		e.tell(OK, "", "rights: reads, and writes nothing")
	case !writer:
		e.tell(Warning, faulty,
			"rights: declares writes of %s, and cannot write", strings.Join(writes, ", "))
	default:
		e.tell(OK, "", "rights: reads, and writes %s", strings.Join(writes, ", "))
	}
}

// keeper is implemented by a source that keeps rows.
type keeper interface {
	// Kept describes what is kept, a text for each table; offline says that
	// nothing else can be read.
	Kept(ctx context.Context) (tables []string, offline bool, err error)
}

// kept tells what a source keeps, and whether nothing else can be read of it.
func (e *examination) kept(ctx context.Context, source connector.Source) (alone bool) {
	keeps, ok := connector.As[keeper](source)
	if !ok {
		return false
	}
	e.step.Store("kept")
	tables, offline, err := keeps.Kept(ctx)
	if err != nil {
		e.fault(ctx, err)
		return true
	}
	what := "nothing"
	if len(tables) > 0 {
		what = strings.Join(tables[:min(len(tables), mostNames)], ", ")
	}
	if len(tables) > mostNames {
		what += fmt.Sprintf(", and of %s more", print.Count(int64(len(tables)-mostNames), "table"))
	}
	switch {
	case !offline:
		e.tell(OK, "", "kept: %s", what)
	case len(tables) == 0:
		e.tell(Warning, "Read the rows once without Offline, and with Cache=10m.", "offline, and kept is nothing: every query will fail")
	default:
		e.tell(OK, "", "offline, kept: %s", what)
	}
	return offline
}

// quotas tells what is left of the system's allowances. It answers false where
// the question shows that no other will be answered.
func (e *examination) quotas(ctx context.Context, source connector.Source) bool {
	limited, ok := connector.As[connector.Quotas](source)
	if !ok {
		return true
	}
	e.step.Store("quotas")
	quotas, err := limited.Quotas(ctx)
	kind := connector.KindOf(err)
	if kind == connector.Unimplemented {
		return true
	}
	if err != nil {
		e.fault(ctx, err)
		return kind != connector.Unauthorized && kind != connector.Unavailable
	}
	for _, q := range quotas[:min(len(quotas), mostQuotas)] {
		text := fmt.Sprintf("quota %s: %s of %s left", q.Category, print.Count(q.Remaining, "request"), print.Count(q.Limit, ""))
		if !q.Reset.IsZero() {
			text += ", until " + q.Reset.In(e.config.Timezone).Format(time.RFC3339)
		}
		if q.Remaining <= q.Limit/10 {
			e.tell(Warning, "Ask for less at a time, or wait until the allowance is new.", "%s", text)
			continue
		}
		e.tell(OK, "", "%s", text)
	}
	return true
}

// probe reads the first row of a table, and stops there.
func (e *examination) probe(ctx context.Context, source connector.Source, table connector.Table) {
	e.step.Store("read " + connector.QuoteName(table.Name))
	scanning, stop := context.WithCancel(ctx)
	defer stop()
	begun := time.Now()
	reader, err := source.Scan(scanning, connector.ScanRequest{
		Table: table.Name, Columns: table.ColumnNames(), Limit: 1, BatchRows: 1,
	})
	if err != nil {
		e.fault(ctx, err)
		return
	}
	defer reader.Release()
	found := false
	for !found && reader.Next() {
		found = reader.RecordBatch().NumRows() > 0
	}
	if err := reader.Err(); err != nil && !found {
		e.fault(ctx, err)
		return
	}
	columns := print.Count(int64(len(table.Columns)), "column")
	if !found {
		e.tell(OK, "", "%s: no row of %s, after %s", e.step.Load(), columns, since(begun))
		return
	}
	e.tell(OK, "", "%s: a row of %s after %s", e.step.Load(), columns, since(begun))
}
