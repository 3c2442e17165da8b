package rpc

import (
	"bytes"
	"errors"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// eachOr converts the elements of a slice until one cannot be; none become nil.
func eachOr[A, B any](list []A, convert func(A) (B, error)) ([]B, error) {
	if len(list) == 0 {
		return nil, nil
	}
	converted := make([]B, len(list))
	for i, a := range list {
		b, err := convert(a)
		if err != nil {
			return nil, err
		}
		converted[i] = b
	}
	return converted, nil
}

// unknown tells of a number of the wire that the contract has no word for.
func unknown(what string, number uint32) error {
	return connector.Errorf(connector.Corrupt, "the other side speaks of %s number %d, which this version does not know", what, number)
}

// errorFromWire returns nil for nil.
func errorFromWire(w *wire.Error) *connector.Error {
	if w == nil {
		return nil
	}
	e := &connector.Error{
		Kind: connector.Kind(min(w.Kind, 255)), Op: w.Op, Place: placeFromWire(w.Place),
		Hint: w.Hint, RetryAfter: time.Duration(w.RetryAfterNanos),
	}
	if w.Text != "" {
		e.Err = errors.New(w.Text)
	}
	if e.Kind > connector.Canceled {
		e.Kind = connector.Internal
	}
	return e
}

func placeFromWire(w *wire.Place) connector.Place {
	return connector.Place{File: w.GetFile(), Line: int(w.GetLine()), Column: int(w.GetColumn())}
}

func infoFromWire(w *wire.Info) connector.Info {
	return connector.Info{Name: w.GetName(), Summary: w.GetSummary(), Options: each(w.GetOptions(), optionFromWire)}
}

func optionFromWire(w *wire.Option) connector.Option {
	return connector.Option{
		Name: w.Name, Type: connector.OptionType(min(w.Type, 255)), Default: w.Default, Choices: w.Choices,
		Required: w.Required, Secret: w.Secret, Doc: w.Doc,
	}
}

func settingFromWire(w *wire.Setting) connector.Setting {
	return connector.Setting{Key: w.Key, Value: string(w.Value)}
}

func tableFromWire(w *wire.Table) (connector.Table, error) {
	columns, err := columnsFromWire(w.Columns, w.Schema)
	if err != nil {
		return connector.Table{}, connector.Errorf(connector.KindOf(err), "table %s: %w", w.Name, err)
	}
	return connector.Table{
		Name: w.Name, Doc: w.Doc, Columns: columns, Key: w.Key,
		Unique:     each(w.Unique, (*wire.Names).GetNames),
		References: each(w.References, referenceFromWire),
		Rows:       w.Rows, StopsAtLimit: w.StopsAtLimit, Writes: connector.Actions(w.Writes),
		Examples: each(w.Examples, exampleFromWire), Wider: w.Wider,
	}, nil
}

// columnsFromWire joins what is said of columns with their types.
func columnsFromWire(said []*wire.Column, stream []byte) ([]connector.Column, error) {
	schema, err := schemaFromWire(stream)
	if err != nil {
		return nil, err
	}
	if schema.NumFields() != len(said) {
		return nil, connector.Errorf(connector.Corrupt, "%d columns are described, and %d have a type", len(said), schema.NumFields())
	}
	if len(said) == 0 {
		return nil, nil
	}
	columns := make([]connector.Column, len(said))
	for i, w := range said {
		if columns[i], err = columnFromWire(w, schema.Field(i)); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

func schemaFromWire(stream []byte) (*arrow.Schema, error) {
	r, err := newStream(bytes.NewReader(stream), memory.DefaultAllocator)
	if err != nil {
		return nil, connector.Errorf(connector.Corrupt, "the columns' types: %w", err)
	}
	defer r.Release()
	return r.Schema(), nil
}

func columnFromWire(w *wire.Column, field arrow.Field) (connector.Column, error) {
	c := connector.Column{
		Name: field.Name, Type: field.Type, Nullable: field.Nullable,
		Doc: w.Doc, Sortable: w.Sortable, Asked: w.Asked, Access: connector.Access(w.Access),
	}
	for op, grade := range w.Filters {
		if int(op) >= len(c.Filters) {
			return c, unknown("an operator", op)
		}
		if grade > uint32(connector.Exact) {
			return c, unknown("a grade", grade)
		}
		c.Filters[op] = connector.Grade(grade)
	}
	var err error
	c.Values, err = eachOr(w.Values, valueFromWire)
	return c, err
}

func referenceFromWire(w *wire.Reference) connector.Reference {
	return connector.Reference{Columns: w.Columns, Table: w.Table, To: w.To}
}

func exampleFromWire(w *wire.Example) connector.Example {
	return connector.Example{Doc: w.Doc, SQL: w.Sql}
}

func valueFromWire(w *wire.Value) (connector.Value, error) {
	switch k := w.GetKind().(type) {
	case *wire.Value_Null:
		return connector.Null(), nil
	case *wire.Value_Boolean:
		return connector.BoolOf(k.Boolean), nil
	case *wire.Value_Integer:
		return connector.IntOf(k.Integer), nil
	case *wire.Value_Float:
		return connector.FloatOf(k.Float), nil
	case *wire.Value_Decimal:
		return connector.DecimalOf(k.Decimal)
	case *wire.Value_Text:
		return connector.TextOf(string(k.Text)), nil
	case *wire.Value_Bytes:
		return connector.BytesOf(k.Bytes), nil
	case *wire.Value_Date:
		return connector.DateOf(k.Date), nil
	case *wire.Value_Time:
		return connector.TimeOf(k.Time), nil
	case *wire.Value_Timestamp:
		return connector.TimestampOf(k.Timestamp), nil
	case *wire.Value_Local:
		return connector.LocalOf(k.Local), nil
	}
	return connector.Value{}, connector.Errorf(connector.Corrupt, "the other side sends a constant of a kind that this version does not know")
}

func predicateFromWire(w *wire.Predicate) (connector.Predicate, error) {
	if int(w.Op) >= len(connector.Filters{}) {
		return connector.Predicate{}, unknown("an operator", w.Op)
	}
	values, err := eachOr(w.Values, valueFromWire)
	return connector.Predicate{Column: w.Column, Op: connector.Operator(w.Op), Values: values}, err
}

func orderFromWire(w *wire.Order) connector.Order {
	return connector.Order{Column: w.Column, Descending: w.Descending}
}

func scanFromWire(w *wire.ScanRequest) (connector.ScanRequest, error) {
	where, err := eachOr(w.GetWhere(), predicateFromWire)
	return connector.ScanRequest{
		Table: w.GetTable(), Columns: w.GetColumns(), Where: where, Order: each(w.GetOrder(), orderFromWire),
		Limit: w.GetLimit(), BatchRows: int(w.GetBatchRows()), Part: w.GetPart(),
		Statement: w.GetStatement(), MaxRequests: w.GetMaxRequests(),
	}, err
}

func reportFromWire(w *wire.Report) connector.Report {
	p := w.GetProgress()
	v := connector.Verdict{Note: w.GetVerdict().GetNote()}
	if c := w.GetVerdict().GetCompleteness(); c <= uint32(connector.Complete) {
		v.Completeness = connector.Completeness(c)
	}
	return connector.Report{
		Progress: connector.Progress{
			Rows: p.GetRows(), TotalRows: p.GetTotalRows(), Bytes: p.GetBytes(), TotalBytes: p.GetTotalBytes(),
			Requests: p.GetRequests(), Waiting: p.GetWaiting(),
		},
		Verdict: v, Warnings: each(w.GetWarnings(), warningFromWire),
	}
}

func warningFromWire(w *wire.Warning) connector.Warning {
	return connector.Warning{Code: w.Code, Count: w.Count, Text: w.Text}
}

func countFromWire(w *wire.CountRequest) (connector.CountRequest, error) {
	where, err := eachOr(w.Where, predicateFromWire)
	return connector.CountRequest{Table: w.Table, Where: where, Statement: w.Statement, MaxRequests: w.MaxRequests}, err
}

func aggregateFromWire(w *wire.AggregateRequest) (connector.AggregateRequest, error) {
	where, err := eachOr(w.Where, predicateFromWire)
	return connector.AggregateRequest{
		Table: w.Table, Where: where, GroupBy: w.GroupBy, Statement: w.Statement, MaxRequests: w.MaxRequests,
	}, err
}

func estimateFromWire(w *wire.Estimate) connector.Estimate {
	return connector.Estimate{
		Rows: w.Rows, Bytes: w.Bytes, Requests: w.Requests, Category: w.Category,
		Metadata: w.Metadata, Takes: time.Duration(w.TakesNanos), Notes: w.Notes, AtLeast: w.AtLeast,
	}
}

func spendingFromWire(w *wire.Spending) connector.Spending {
	return connector.Spending{
		Data: w.GetData(), Count: w.GetCount(), Metadata: w.GetMetadata(), Retries: w.GetRetries(), Bytes: w.GetBytes(),
	}
}

func quotaFromWire(w *wire.Quota) connector.Quota {
	q := connector.Quota{Category: w.Category, Limit: w.Limit, Remaining: w.Remaining}
	if w.Reset_ != nil {
		q.Reset = time.Unix(w.Reset_.Seconds, int64(w.Reset_.Nanos)).UTC()
	}
	return q
}

func markFromWire(w *wire.MarkRequest) connector.MarkRequest {
	return connector.MarkRequest{Table: w.Table, Statement: w.Statement, MaxRequests: w.MaxRequests}
}

func changesFromWire(w *wire.ChangesRequest) connector.ChangesRequest {
	return connector.ChangesRequest{
		Table: w.Table, Columns: w.Columns, Since: w.Since, Statement: w.Statement, MaxRequests: w.MaxRequests,
	}
}

func procedureFromWire(w *wire.Procedure) (connector.Procedure, error) {
	p := connector.Procedure{Name: w.Name, Doc: w.Doc, Writes: w.Writes}
	var err error
	if p.Arguments, err = columnsFromWire(w.Arguments, w.ArgumentSchema); err != nil {
		return p, connector.Errorf(connector.KindOf(err), "procedure %s: arguments: %w", w.Name, err)
	}
	if p.Result, err = columnsFromWire(w.Result, w.ResultSchema); err != nil {
		return p, connector.Errorf(connector.KindOf(err), "procedure %s: result: %w", w.Name, err)
	}
	return p, nil
}

func callFromWire(w *wire.CallRequest) (connector.CallRequest, error) {
	arguments, err := eachOr(w.Arguments, argumentFromWire)
	return connector.CallRequest{Procedure: w.Procedure, Arguments: arguments}, err
}

func argumentFromWire(w *wire.Argument) (connector.Argument, error) {
	value, err := valueFromWire(w.Value)
	return connector.Argument{Name: w.Name, Value: value}, err
}

func trackerFromWire(w *wire.Tracker) (connector.Tracker, error) {
	projects, err := eachOr(w.Projects, projectFromWire)
	return connector.Tracker{Projects: projects, Users: each(w.Users, userFromWire)}, err
}

func projectFromWire(w *wire.Project) (connector.Project, error) {
	fields, err := eachOr(w.Fields, fieldFromWire)
	return connector.Project{
		ID: w.Id, Key: w.Key, Name: w.Name, Types: each(w.Types, termFromWire), Statuses: each(w.Statuses, termFromWire),
		Priorities: each(w.Priorities, termFromWire), Fields: fields,
	}, err
}

func termFromWire(w *wire.Term) connector.Term { return connector.Term{ID: w.Id, Name: w.Name} }

func userFromWire(w *wire.User) connector.User {
	return connector.User{ID: w.Id, Login: w.Login, Name: w.Name, Mail: w.Mail}
}

func fieldFromWire(w *wire.Field) (connector.Field, error) {
	if w.Kind > uint32(connector.LocalValue) {
		return connector.Field{}, unknown("a kind of values", w.Kind)
	}
	return connector.Field{
		ID: w.Id, Name: w.Name, Kind: connector.ValueKind(w.Kind), Multiple: w.Multiple,
		Options: each(w.Options, termFromWire),
	}, nil
}

// writeFromWire returns the request without its rows.
func writeFromWire(w *wire.WriteRequest) connector.WriteRequest {
	return connector.WriteRequest{Table: w.GetTable(), Action: connector.Actions(w.GetAction())}
}

func outcomeFromWire(w *wire.Outcome) (connector.Outcome, error) {
	if w.Result > uint32(connector.Refused) {
		return connector.Outcome{}, unknown("a result of a write", w.Result)
	}
	key, err := eachOr(w.Key, valueFromWire)
	return connector.Outcome{Result: connector.Result(w.Result), Key: key, Err: errorFromWire(w.Error)}, err
}
