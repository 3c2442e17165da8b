package xmlread

import (
	"errors"

	"github.com/trackql/trackql/connector"
)

// entity is a general entity that the internal subset declares.
type entity struct {
	name string
	// value is the replacement text.
	value []byte
	// system is where an external entity would be.
	system   string
	external bool
	open     bool // being read
}

// input is what is being read around an entity: its window, and how many
// elements were open.
type input struct {
	entity   *entity
	buf      []byte
	pos, end int
	depth    int
}

// enterEntity goes to the replacement text of the entity whose reference, n
// bytes long, is at pos. Text and tags in it are read as if they stood there.
func (r *Reader) enterEntity(name []byte, n int) error {
	e := r.entities[string(name)]
	switch {
	case e == nil:
		var err *connector.Error
		errors.As(r.corrupt(r.pos, "entity &%s; is not declared", name), &err)
		return err.WithHint("Write &amp;%s; for the text itself.", name)
	case e.external:
		return r.corrupt(r.pos, "entity &%s; is external (%q): external entities are never read", name, e.system)
	case e.open:
		return r.corrupt(r.pos, "entity &%s; refers to itself", name)
	}
	r.expanded += len(e.value)
	if err := r.checkEntities(e); err != nil {
		return err
	}
	r.flush()
	if len(r.inputs) == 0 {
		r.advance(r.base + int64(r.pos))
		r.reference = r.at
	}
	r.inputs = append(r.inputs, input{e, r.buf, r.pos + n, r.end, len(r.stack)})
	e.open = true
	r.buf, r.pos, r.end = e.value, 0, len(e.value)
	return nil
}

// leaveEntity goes on behind the reference.
func (r *Reader) leaveEntity() error {
	in := r.inputs[len(r.inputs)-1]
	if len(r.stack) > in.depth {
		return r.corrupt(r.pos, "entity &%s; opens <%s> and does not close it: expected </%s> inside", in.entity.name, r.top(), r.top())
	}
	r.flush()
	in.entity.open = false
	r.buf, r.pos, r.end = in.buf, in.pos, in.end
	r.inputs = r.inputs[:len(r.inputs)-1]
	return nil
}

// checkEntities bounds the work that entities can ask for.
func (r *Reader) checkEntities(e *entity) error {
	if r.expanded <= r.limits.Entities {
		return nil
	}
	return r.corrupt(r.pos, "with &%s; the entities of the document amount to more than %d bytes", e.name, r.limits.Entities)
}
