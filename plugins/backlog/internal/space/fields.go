package space

import (
	"context"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// Field is the definition of a custom field, which one project has.
type Field struct {
	ID, Project int64
	// Type is Backlog's number: 1 text, 2 several lines of text, 3 number, 4
	// date, 5 one of a list, 6 several of a list, 7 check boxes, 8 radio buttons.
	Type int
	Name string
	// Items are what there is to choose, of the types 5 to 8.
	Items []Item
}

// Item is one of the things to choose in a field.
type Item struct {
	ID   int64
	Name string
}

// Fields returns the custom fields of projects, project by project, in the
// server's order. A project of a plan without custom fields has none.
func (s *Space) Fields(ctx context.Context, trip *rest.Trip, projects []int64) ([]Field, error) {
	return s.fields(ctx, trip, projects, forever)
}

// RefreshFields is Fields, but asks again for what was not asked in the last ten
// seconds. It is for names that no field has.
func (s *Space) RefreshFields(ctx context.Context, trip *rest.Trip, projects []int64) ([]Field, error) {
	return s.fields(ctx, trip, projects, moment)
}

func (s *Space) fields(ctx context.Context, trip *rest.Trip, projects []int64, age time.Duration) ([]Field, error) {
	return each(ctx, projects, func(ctx context.Context, project int64) ([]Field, error) {
		path := inProject(project, "customFields")
		return answer(ctx, s, trip, path, age, list(path, field(project)))
	})
}

func field(project int64) func(gjson.Result) (Field, bool) {
	return func(r gjson.Result) (Field, bool) {
		f := Field{
			ID: r.Get("id").Int(), Project: project,
			Type: int(r.Get("typeId").Int()), Name: r.Get("name").String(),
		}
		r.Get("items").ForEach(func(_, item gjson.Result) bool {
			f.Items = append(f.Items, Item{ID: item.Get("id").Int(), Name: item.Get("name").String()})
			return true
		})
		return f, r.Get("id").Type == gjson.Number
	}
}
