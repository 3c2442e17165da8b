package rpc

import (
	"bytes"
	"errors"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// each converts the elements of a slice; none become nil.
func each[A, B any](list []A, convert func(A) B) []B {
	if len(list) == 0 {
		return nil
	}
	converted := make([]B, len(list))
	for i, a := range list {
		converted[i] = convert(a)
	}
	return converted
}

// errorToWire keeps of an error what connector.Error says of itself; what wraps
// it becomes part of Op.
func errorToWire(err error) *wire.Error {
	if err == nil {
		return nil
	}
	var e *connector.Error
	if !errors.As(err, &e) {
		return &wire.Error{Kind: uint32(connector.KindOf(err)), Text: err.Error()}
	}
	w := &wire.Error{
		Kind: uint32(e.Kind), Op: e.Op, Place: placeToWire(e.Place),
		Hint: connector.HintOf(err), RetryAfterNanos: int64(e.RetryAfter),
	}
	if e.Err != nil {
		w.Text = e.Err.Error()
	}
	if err.Error() == e.Error() {
		return w
	}
	around, ok := strings.CutSuffix(err.Error(), ": "+e.Error())
	if !ok {
		w.Op, w.Place, w.Text = "", nil, err.Error()
		return w
	}
	w.Op = strings.TrimSuffix(around+": "+e.Op, ": ")
	return w
}

func placeToWire(p connector.Place) *wire.Place {
	return &wire.Place{File: p.File, Line: int64(p.Line), Column: int64(p.Column)}
}

func infoToWire(i connector.Info) *wire.Info {
	return &wire.Info{Name: i.Name, Summary: i.Summary, Options: each(i.Options, optionToWire)}
}

func optionToWire(o connector.Option) *wire.Option {
	return &wire.Option{
		Name: o.Name, Type: uint32(o.Type), Default: o.Default, Choices: o.Choices,
		Required: o.Required, Secret: o.Secret, Doc: o.Doc,
	}
}

func settingToWire(s connector.Setting) *wire.Setting {
	return &wire.Setting{Key: s.Key, Value: []byte(s.Value)}
}

func tableToWire(t connector.Table) (*wire.Table, error) {
	schema, err := schemaToWire(t.Columns)
	if err != nil {
		return nil, connector.Errorf(connector.Internal, "table %s: %w", t.Name, err)
	}
	return &wire.Table{
		Name: t.Name, Doc: t.Doc, Columns: each(t.Columns, columnToWire), Schema: schema,
		Key: t.Key, Unique: each(t.Unique, namesToWire), References: each(t.References, referenceToWire),
		Rows: t.Rows, StopsAtLimit: t.StopsAtLimit, Writes: uint32(t.Writes), Examples: each(t.Examples, exampleToWire),
		Wider: t.Wider,
	}, nil
}

// schemaToWire writes names, types and nullability as an Arrow IPC stream.
func schemaToWire(columns []connector.Column) ([]byte, error) {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.Name, Type: c.Type, Nullable: c.Nullable}
	}
	return streamOf(arrow.NewSchema(fields, nil))
}

// streamOf returns an Arrow IPC stream without batches.
func streamOf(schema *arrow.Schema) ([]byte, error) {
	var stream bytes.Buffer
	w := ipc.NewWriter(&stream, ipc.WithSchema(schema))
	if err := w.Close(); err != nil {
		return nil, err
	}
	return stream.Bytes(), nil
}

func columnToWire(c connector.Column) *wire.Column {
	filters := map[uint32]uint32{}
	for _, op := range c.Filters.Operators() {
		filters[uint32(op)] = uint32(c.Filters[op])
	}
	return &wire.Column{
		Doc: c.Doc, Filters: filters, Sortable: c.Sortable, Asked: c.Asked,
		Values: each(c.Values, valueToWire), Access: uint32(c.Access),
	}
}

func namesToWire(names []string) *wire.Names { return &wire.Names{Names: names} }

func referenceToWire(r connector.Reference) *wire.Reference {
	return &wire.Reference{Columns: r.Columns, Table: r.Table, To: r.To}
}

func exampleToWire(e connector.Example) *wire.Example {
	return &wire.Example{Doc: e.Doc, Sql: e.SQL}
}

func valueToWire(v connector.Value) *wire.Value {
	switch v.Kind() {
	case connector.BoolValue:
		return &wire.Value{Kind: &wire.Value_Boolean{Boolean: v.Bool()}}
	case connector.IntValue:
		return &wire.Value{Kind: &wire.Value_Integer{Integer: v.Int()}}
	case connector.FloatValue:
		return &wire.Value{Kind: &wire.Value_Float{Float: v.Float()}}
	case connector.DecimalValue:
		return &wire.Value{Kind: &wire.Value_Decimal{Decimal: v.Text()}}
	case connector.TextValue:
		return &wire.Value{Kind: &wire.Value_Text{Text: []byte(v.Text())}}
	case connector.BytesValue:
		return &wire.Value{Kind: &wire.Value_Bytes{Bytes: []byte(v.Text())}}
	case connector.DateValue:
		return &wire.Value{Kind: &wire.Value_Date{Date: v.Int()}}
	case connector.TimeValue:
		return &wire.Value{Kind: &wire.Value_Time{Time: v.Int()}}
	case connector.TimestampValue:
		return &wire.Value{Kind: &wire.Value_Timestamp{Timestamp: v.Int()}}
	case connector.LocalValue:
		return &wire.Value{Kind: &wire.Value_Local{Local: v.Int()}}
	}
	return &wire.Value{Kind: &wire.Value_Null{Null: true}}
}

func predicateToWire(p connector.Predicate) *wire.Predicate {
	return &wire.Predicate{Column: p.Column, Op: uint32(p.Op), Values: each(p.Values, valueToWire)}
}

func orderToWire(o connector.Order) *wire.Order {
	return &wire.Order{Column: o.Column, Descending: o.Descending}
}

func scanToWire(r connector.ScanRequest) *wire.ScanRequest {
	return &wire.ScanRequest{
		Table: r.Table, Columns: r.Columns, Where: each(r.Where, predicateToWire), Order: each(r.Order, orderToWire),
		Limit: r.Limit, BatchRows: int64(r.BatchRows), Part: r.Part,
		Statement: r.Statement, MaxRequests: r.MaxRequests,
	}
}

func reportToWire(r connector.Report) *wire.Report {
	p := r.Progress
	return &wire.Report{
		Progress: &wire.Progress{
			Rows: p.Rows, TotalRows: p.TotalRows, Bytes: p.Bytes, TotalBytes: p.TotalBytes,
			Requests: p.Requests, Waiting: p.Waiting,
		},
		Verdict:  &wire.Verdict{Completeness: uint32(r.Verdict.Completeness), Note: r.Verdict.Note},
		Warnings: each(r.Warnings, warningToWire),
	}
}

func warningToWire(w connector.Warning) *wire.Warning {
	return &wire.Warning{Code: w.Code, Count: w.Count, Text: w.Text}
}

func countToWire(r connector.CountRequest) *wire.CountRequest {
	return &wire.CountRequest{
		Table: r.Table, Where: each(r.Where, predicateToWire), Statement: r.Statement, MaxRequests: r.MaxRequests,
	}
}

func aggregateToWire(r connector.AggregateRequest) *wire.AggregateRequest {
	return &wire.AggregateRequest{
		Table: r.Table, Where: each(r.Where, predicateToWire), GroupBy: r.GroupBy,
		Statement: r.Statement, MaxRequests: r.MaxRequests,
	}
}

func estimateToWire(e connector.Estimate) *wire.Estimate {
	return &wire.Estimate{
		Rows: e.Rows, Bytes: e.Bytes, Requests: e.Requests, Category: e.Category,
		Metadata: e.Metadata, TakesNanos: int64(e.Takes), Notes: e.Notes, AtLeast: e.AtLeast,
	}
}

func spendingToWire(s connector.Spending) *wire.Spending {
	return &wire.Spending{Data: s.Data, Count: s.Count, Metadata: s.Metadata, Retries: s.Retries, Bytes: s.Bytes}
}

func quotaToWire(q connector.Quota) *wire.Quota {
	w := &wire.Quota{Category: q.Category, Limit: q.Limit, Remaining: q.Remaining}
	if !q.Reset.IsZero() {
		w.Reset_ = &wire.Instant{Seconds: q.Reset.Unix(), Nanos: int32(q.Reset.Nanosecond())}
	}
	return w
}

func markToWire(r connector.MarkRequest) *wire.MarkRequest {
	return &wire.MarkRequest{Table: r.Table, Statement: r.Statement, MaxRequests: r.MaxRequests}
}

func changesToWire(r connector.ChangesRequest) *wire.ChangesRequest {
	return &wire.ChangesRequest{
		Table: r.Table, Columns: r.Columns, Since: r.Since, Statement: r.Statement, MaxRequests: r.MaxRequests,
	}
}

func procedureToWire(p connector.Procedure) (*wire.Procedure, error) {
	arguments, err := schemaToWire(p.Arguments)
	if err != nil {
		return nil, connector.Errorf(connector.Internal, "procedure %s: arguments: %w", p.Name, err)
	}
	result, err := schemaToWire(p.Result)
	if err != nil {
		return nil, connector.Errorf(connector.Internal, "procedure %s: result: %w", p.Name, err)
	}
	return &wire.Procedure{
		Name: p.Name, Doc: p.Doc, Writes: p.Writes,
		Arguments: each(p.Arguments, columnToWire), ArgumentSchema: arguments,
		Result: each(p.Result, columnToWire), ResultSchema: result,
	}, nil
}

func callToWire(r connector.CallRequest) *wire.CallRequest {
	return &wire.CallRequest{Procedure: r.Procedure, Arguments: each(r.Arguments, argumentToWire)}
}

func argumentToWire(a connector.Argument) *wire.Argument {
	return &wire.Argument{Name: a.Name, Value: valueToWire(a.Value)}
}

func trackerToWire(t connector.Tracker) *wire.Tracker {
	return &wire.Tracker{Projects: each(t.Projects, projectToWire), Users: each(t.Users, userToWire)}
}

func projectToWire(p connector.Project) *wire.Project {
	return &wire.Project{
		Id: p.ID, Key: p.Key, Name: p.Name, Types: each(p.Types, termToWire), Statuses: each(p.Statuses, termToWire),
		Priorities: each(p.Priorities, termToWire), Fields: each(p.Fields, fieldToWire),
	}
}

func termToWire(t connector.Term) *wire.Term { return &wire.Term{Id: t.ID, Name: t.Name} }

func userToWire(u connector.User) *wire.User {
	return &wire.User{Id: u.ID, Login: u.Login, Name: u.Name, Mail: u.Mail}
}

func fieldToWire(f connector.Field) *wire.Field {
	return &wire.Field{
		Id: f.ID, Name: f.Name, Kind: uint32(f.Kind), Multiple: f.Multiple, Options: each(f.Options, termToWire),
	}
}

// writeToWire returns the request without its rows.
func writeToWire(r connector.WriteRequest) (*wire.WriteRequest, error) {
	w := &wire.WriteRequest{Table: r.Table, Action: uint32(r.Action)}
	var err error
	if w.Schema, err = streamOf(r.Rows.Schema()); err != nil {
		return nil, connector.Errorf(connector.Internal, "the rows to write: %w", err)
	}
	if r.Expect == nil {
		return w, nil
	}
	if w.ExpectSchema, err = streamOf(r.Expect.Schema()); err != nil {
		return nil, connector.Errorf(connector.Internal, "the rows read before: %w", err)
	}
	return w, nil
}

func outcomeToWire(o connector.Outcome) *wire.Outcome {
	w := &wire.Outcome{Result: uint32(o.Result), Key: each(o.Key, valueToWire)}
	if o.Err != nil {
		w.Error = errorToWire(o.Err)
	}
	return w
}
