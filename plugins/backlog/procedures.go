package backlog

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

var _ connector.Procedures = (*Source)(nil)

// procedure is something that the API offers beside lists of rows. All of them
// read.
type procedure struct {
	name, doc string
	arguments []connector.Column
	result    []connector.Column
	// call answers with a batch of the result, which the caller releases.
	call func(ctx context.Context, s *Source, args arguments) (arrow.RecordBatch, error)
}

// Procedures describes what can be called. It makes no request.
func (s *Source) Procedures(context.Context) ([]connector.Procedure, error) {
	var described []connector.Procedure
	for _, p := range s.procedures() {
		described = append(described, connector.Procedure{Name: p.name, Doc: p.doc, Arguments: p.arguments, Result: p.result})
	}
	return described, nil
}

// procedures are all that can be called.
func (s *Source) procedures() []procedure {
	return []procedure{s.getOwnUser(), downloadFile(), downloadIcon(), countNotifications(), countWatchings(), countStars()}
}

// Call runs a procedure. The reader has what came; nothing is asked later.
func (s *Source) Call(ctx context.Context, req connector.CallRequest) (array.RecordReader, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	var names []string
	for _, p := range s.procedures() {
		if !strings.EqualFold(p.name, req.Procedure) {
			names = append(names, p.name)
			continue
		}
		args, err := p.read(req.Arguments)
		if err != nil {
			return nil, err
		}
		batch, err := p.call(ctx, s, args)
		if err != nil {
			return nil, err
		}
		defer batch.Release()
		return array.NewRecordReader(batch.Schema(), []arrow.RecordBatch{batch})
	}
	err := connector.Errorf(connector.NotFound, "there is no procedure %q", req.Procedure)
	if near, ok := connector.Nearest(req.Procedure, names); ok {
		return nil, err.WithHint("Did you mean %s?", near)
	}
	return nil, err.WithHint("There are %s.", strings.Join(names, ", "))
}

// arguments are the values of a call, by the names of the arguments. What was
// left out, or is NULL, is not there.
type arguments map[string]connector.Value

// read checks the arguments of a call.
func (p *procedure) read(given []connector.Argument) (arguments, error) {
	args := arguments{}
	for _, a := range given {
		declared := false
		for i := range p.arguments {
			c := &p.arguments[i]
			if !strings.EqualFold(c.Name, a.Name) {
				continue
			}
			declared = true
			if a.Value.IsNull() {
				continue
			}
			if !fits(c, a.Value) {
				return nil, connector.Errorf(connector.Invalid, "the argument %s of %s cannot be %s", c.Name, p.name, a.Value)
			}
			args[c.Name] = a.Value
		}
		if !declared {
			return nil, connector.Errorf(connector.Invalid, "%s has no argument %q", p.name, a.Name).
				WithHint("It takes %s.", p.takes())
		}
	}
	for _, c := range p.arguments {
		if _, ok := args[c.Name]; !ok && !c.Nullable {
			return nil, connector.Errorf(connector.Invalid, "%s needs the argument %s", p.name, c.Name).WithHint("%s", c.Doc)
		}
	}
	return args, nil
}

// fits tells whether a value can be an argument: of its type, and for a text, a
// word that a path can have.
func fits(c *connector.Column, v connector.Value) bool {
	if !connector.Comparable(c.Type, v) {
		return false
	}
	return v.Kind() != connector.TextValue || !slices.Contains([]string{"", ".", ".."}, v.Text())
}

// takes lists the names of the arguments.
func (p *procedure) takes() string {
	if len(p.arguments) == 0 {
		return "no arguments"
	}
	names := make([]string, len(p.arguments))
	for i, c := range p.arguments {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

// word returns an argument as it stands in a path; empty where it was left out.
func (a arguments) word(name string) string {
	v, ok := a[name]
	switch {
	case !ok:
		return ""
	case v.Kind() == connector.TextValue:
		return url.PathEscape(v.Text())
	}
	return v.String()
}

// optional describes an argument that may be left out.
func optional(name string, t arrow.DataType, doc string) connector.Column {
	return connector.Column{Name: name, Type: t, Nullable: true, Doc: doc}
}

// rowsOf makes a batch of rows of a table.
func (s *Source) rowsOf(table *relation.Table, rows ...gjson.Result) (arrow.RecordBatch, error) {
	b := relation.NewBuilder(s.memory, table, table.Columns, nil)
	defer b.Release()
	for _, row := range rows {
		if err := b.Append(relation.Row{JSON: row, Table: table}); err != nil {
			return nil, err
		}
	}
	return b.Batch(), nil
}

// getOwnUser tells who asks: the one row of Users that is the caller's.
func (s *Source) getOwnUser() procedure {
	users := s.tables.find("Users")
	return procedure{
		name: "GetOwnUser", doc: "The person whose key or token it is.",
		result: s.describe(users).Columns,
		call: func(ctx context.Context, s *Source, _ arguments) (arrow.RecordBatch, error) {
			body, err := s.client.Begin("").Get(ctx, rest.Call{Path: "/users/myself", Purpose: rest.Data})
			if err != nil {
				return nil, err
			}
			return s.rowsOf(users, gjson.ParseBytes(body))
		},
	}
}

// counting is a procedure that asks for one number.
func counting(name, doc string, takes []connector.Column, call func(args arguments) rest.Call) procedure {
	return procedure{
		name: name, doc: doc, arguments: takes,
		result: []connector.Column{{Name: "Count", Type: relation.Int, Doc: "How many there are."}},
		call: func(ctx context.Context, s *Source, args arguments) (arrow.RecordBatch, error) {
			asked := call(args)
			asked.Purpose = rest.Count
			n, err := s.client.Begin("").Count(ctx, asked)
			if err != nil {
				return nil, err
			}
			b := array.NewInt64Builder(s.memory)
			defer b.Release()
			b.Append(n)
			column := b.NewArray()
			defer column.Release()
			schema := arrow.NewSchema([]arrow.Field{{Name: "Count", Type: relation.Int}}, nil)
			return array.NewRecordBatch(schema, []arrow.Array{column}, 1), nil
		},
	}
}

// query returns those of the arguments that were given, as parameters of the
// names in pairs: the argument's, then the parameter's.
func (a arguments) query(pairs ...string) url.Values {
	query := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v, ok := a[pairs[i]]
		switch {
		case !ok:
		case v.Kind() == connector.BoolValue && v.Bool():
			query.Set(pairs[i+1], "true")
		case v.Kind() == connector.BoolValue:
			query.Set(pairs[i+1], "false")
		case v.Kind() == connector.DateValue:
			query.Set(pairs[i+1], strings.Trim(strings.TrimPrefix(v.String(), "DATE "), "'"))
		default:
			query.Set(pairs[i+1], v.Text())
		}
	}
	return query
}

func countNotifications() procedure {
	return counting("CountNotifications", "How many notifications you have.", []connector.Column{
		optional("AlreadyRead", relation.Bool, "Only those that you have read, or have not; without it, both."),
		optional("ResourceAlreadyRead", relation.Bool, "Only those of whose issue you have read the news, or have not."),
	}, func(args arguments) rest.Call {
		return rest.Call{
			Path:  "/notifications/count",
			Query: args.query("AlreadyRead", "alreadyRead", "ResourceAlreadyRead", "resourceAlreadyRead"),
		}
	})
}

func countWatchings() procedure {
	return counting("CountWatchings", "How many issues a person watches.", []connector.Column{
		{Name: "UserId", Type: relation.Int, Doc: "The id of the person: GetOwnUser tells yours."},
		optional("AlreadyRead", relation.Bool, "Only those that the person has read, or has not; without it, both."),
		optional("ResourceAlreadyRead", relation.Bool, "Only those of whose issue the person has read the news, or has not."),
	}, func(args arguments) rest.Call {
		return rest.Call{
			Path:  "/users/" + args.word("UserId") + "/watchings/count",
			Query: args.query("AlreadyRead", "alreadyRead", "ResourceAlreadyRead", "resourceAlreadyRead"),
		}
	})
}

func countStars() procedure {
	return counting("CountStars", "How many stars a person was given.", []connector.Column{
		{Name: "UserId", Type: relation.Int, Doc: "The id of the person: GetOwnUser tells yours."},
		optional("Since", relation.Date, "The first day that counts."),
		optional("Until", relation.Date, "The last day that counts."),
	}, func(args arguments) rest.Call {
		return rest.Call{
			Path:  "/users/" + args.word("UserId") + "/stars/count",
			Query: args.query("Since", "since", "Until", "until"),
		}
	})
}
