package backlogtest

import (
	"slices"
)

func fieldWriteRoutes() []route {
	return []route{
		{"POST", "/projects/{project}/customFields", Update, 200, postField},
		{"PATCH", "/projects/{project}/customFields/{term}", Update, 200, patchField},
		{"DELETE", "/projects/{project}/customFields/{term}", Update, 200, deleteField},
		{"POST", "/projects/{project}/customFields/{term}/items", Update, 200, postItem},
		{"PATCH", "/projects/{project}/customFields/{term}/items/{item}", Update, 200, patchItem},
		{"DELETE", "/projects/{project}/customFields/{term}/items/{item}", Update, 200, deleteItem},
	}
}

// AddField makes a custom field of a project, after all that there are; change
// may set what else it shall be. It returns nil where there is no such project.
func (s *Space) AddField(project int64, kind FieldType, name string, change func(*Field)) *Field {
	p := s.Project(project)
	if p == nil {
		return nil
	}
	f := &Field{ID: s.nextID(), Project: p.ID, Type: kind, Name: name, DisplayOrder: len(p.Fields)}
	if change != nil {
		change(f)
	}
	p.Fields = append(p.Fields, f)
	s.touch()
	return f
}

func postField(c *call) (any, error) {
	p, err := c.managed()
	if err != nil {
		return nil, err
	}
	c.params.required("name")
	f := &Field{ID: c.space.nextID(), Project: p.ID, DisplayOrder: len(p.Fields)}
	f.Type = FieldType(c.params.between("typeId", int(TextField), int(RadioField), 0))
	if !c.params.has("typeId") {
		c.params.problem("typeId is required.")
	}
	if err := c.fillField(p, f); err != nil {
		return nil, err
	}
	p.Fields = append(p.Fields, f)
	return c.space.field(f), nil
}

// fillField puts in what was sent.
func (c *call) fillField(p *Project, f *Field) error {
	c.uniqueName(&f.Name, texts(p.Fields, func(f *Field) string { return f.Name }))
	if c.params.has("description") {
		f.Description = c.params.text("description")
	}
	if required, sent := c.params.flag("required"); sent {
		f.Required = required
	}
	if ids := c.params.ints("applicableIssueTypes"); ids != nil {
		f.IssueTypes = ids
	}
	for _, id := range f.IssueTypes {
		if p.issueType(id) == nil {
			c.params.problem("applicableIssueTypes[] is not valid: %d.", id)
		}
	}
	if f.Type == NumericField && c.params.has("unit") {
		f.Unit = c.params.text("unit")
	}
	if f.Type.hasItems() {
		c.fillItems(f)
	}
	return c.params.err()
}

func (c *call) fillItems(f *Field) {
	if allow, sent := c.params.flag("allowAddItem"); sent {
		f.AllowAdd = allow
	}
	if allow, sent := c.params.flag("allowInput"); sent {
		f.AllowInput = allow
	}
	if names := c.params.values["items[]"]; names != nil {
		f.Items = nil
		for _, name := range names {
			f.add(name)
		}
	}
}

// add makes one more item.
func (f *Field) add(name string) {
	id := int64(firstItemID)
	for _, item := range f.Items {
		id = max(id, item.ID+1)
	}
	f.Items = append(slices.Clone(f.Items), &Item{id, name, len(f.Items)})
}

func patchField(c *call) (any, error) {
	p, f, err := termOf(c, "custom field", (*Project).field)
	if err != nil {
		return nil, err
	}
	changed := *f
	if err := c.fillField(p, &changed); err != nil {
		return nil, err
	}
	*f = changed
	return c.space.field(f), nil
}

func deleteField(c *call) (any, error) {
	p, f, err := termOf(c, "custom field", (*Project).field)
	if err != nil {
		return nil, err
	}
	p.Fields = without(p.Fields, f)
	c.space.eachOf(p, func(i *Issue) {
		i.Values = slices.DeleteFunc(slices.Clone(i.Values), func(v Value) bool { return v.Field == f.ID })
	})
	return c.space.field(f), nil
}

// listField is the custom field that the path names, which must be a list.
func (c *call) listField() (*Project, *Field, error) {
	p, f, err := termOf(c, "custom field", (*Project).field)
	if err == nil && !f.Type.hasItems() {
		err = refuse(InvalidRequestError, "The custom field %s is no list.", f.Name)
	}
	return p, f, err
}

// itemOf is the item that the path names, and its field.
func (c *call) itemOf() (*Project, *Field, *Item, error) {
	p, f, err := c.listField()
	if err != nil {
		return nil, nil, nil, err
	}
	id, _ := c.wordID("item")
	item := f.item(id)
	if item == nil {
		return nil, nil, nil, missing("item")
	}
	return p, f, item, nil
}

func postItem(c *call) (any, error) {
	_, f, err := c.listField()
	if err != nil {
		return nil, err
	}
	name := c.params.required("name")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	f.add(name)
	return c.space.field(f), nil
}

func patchItem(c *call) (any, error) {
	_, f, item, err := c.itemOf()
	if err != nil {
		return nil, err
	}
	name := c.params.required("name")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	item.Name = name
	return c.space.field(f), nil
}

func deleteItem(c *call) (any, error) {
	p, f, item, err := c.itemOf()
	if err != nil {
		return nil, err
	}
	f.Items = without(f.Items, item)
	c.space.eachOf(p, func(i *Issue) {
		if v := i.Value(f.ID); v != nil {
			v.Items = without(v.Items, item.ID)
		}
	})
	return c.space.field(f), nil
}
