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

// Definitions are the custom fields of all projects that there are.
type Definitions struct {
	Projects []Project
	// Fields are of the projects in their order, in each in the server's.
	Fields []Field
	// Refused are the projects whose fields the caller may not read.
	Refused []Project
}

// Definitions returns the custom fields of all projects, which are asked side by
// side. A project of a plan without custom fields has none.
func (s *Space) Definitions(ctx context.Context, trip *rest.Trip) (Definitions, error) {
	return s.definitions(ctx, trip, forever)
}

// RefreshDefinitions is Definitions, but asks again for what was not asked in
// the last ten seconds. It is for names that no field has.
func (s *Space) RefreshDefinitions(ctx context.Context, trip *rest.Trip) (Definitions, error) {
	return s.definitions(ctx, trip, moment)
}

func (s *Space) definitions(ctx context.Context, trip *rest.Trip, age time.Duration) (Definitions, error) {
	projects, err := s.projects(ctx, trip, age)
	if err != nil {
		return Definitions{}, err
	}
	all := Definitions{Projects: projects}
	answers, err := each(ctx, projectIDs(projects), func(ctx context.Context, project int64) ([]fieldList, error) {
		list, err := s.fieldList(ctx, trip, project, age)
		return []fieldList{list}, err
	})
	for i, list := range answers {
		all.Fields = append(all.Fields, list.fields...)
		if list.refused {
			all.Refused = append(all.Refused, projects[i])
		}
	}
	return all, err
}

func projectIDs(projects []Project) []int64 {
	ids := make([]int64, len(projects))
	for i, p := range projects {
		ids[i] = p.ID
	}
	return ids
}

// Fields returns the custom fields of some projects, project by project, in the
// server's order. Unlike Definitions, it fails where the caller may not read
// those of one.
func (s *Space) Fields(ctx context.Context, trip *rest.Trip, projects []int64) ([]Field, error) {
	return each(ctx, projects, func(ctx context.Context, project int64) ([]Field, error) {
		list, err := s.fieldList(ctx, trip, project, forever)
		if err != nil || !list.refused {
			return list.fields, err
		}
		call := metadataCall(inProject(project, customFields)) // again: that it was refused is kept, and not why
		body, err := trip.Get(ctx, call)
		if err != nil {
			return nil, err
		}
		list, err = fieldsOf(project)(gjson.ParseBytes(body))
		return list.fields, err
	})
}

// fieldList are the fields of a project, or that they are not to be read.
type fieldList struct {
	fields  []Field
	refused bool
}

func (s *Space) fieldList(ctx context.Context, trip *rest.Trip, project int64, age time.Duration) (fieldList, error) {
	return answer(ctx, s, trip, inProject(project, customFields), age, fieldsOf(project))
}

func fieldsOf(project int64) func(gjson.Result) (fieldList, error) {
	return func(r gjson.Result) (fieldList, error) {
		if r.Get(refusedMark).Bool() {
			return fieldList{refused: true}, nil
		}
		fields, err := list(inProject(project, customFields), field(project))(r)
		return fieldList{fields: fields}, err
	}
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
