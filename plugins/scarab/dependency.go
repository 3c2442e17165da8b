package scarab

import (
	"fmt"
	"strings"
)

// link is what identifies a dependency in a file: the two issues, as written.
type link struct{ parent, child string }

// dependency is the state of a link after its last activity.
type dependency struct {
	link
	// parentID and childID are the ids of the issues that they name, empty
	// where there is none.
	parentID, childID string
	kind              string
	deleted           bool
	// issue and line are where the link stands first.
	issue, line int32
}

func (d *dependency) dangling() bool { return d.parentID == "" || d.childID == "" }

// event is an activity on a link.
type event struct {
	link
	kind    string
	deleted bool
	issue   int32
	line    int32
	date    moment
}

// newEvent tells what an activity does to a link: with an old and no new value
// it removes it. Otherwise the link is there, unless its own element says that
// it is deleted: exports show the state of the day of the export there.
func newEvent(i *issue, a *activity) event {
	e := event{
		link:  link{string(i.bytes(a.text(depParent))), string(i.bytes(a.text(depChild)))},
		kind:  string(i.bytes(a.text(depType))),
		issue: i.ordinal,
		line:  a.line,
		date:  i.sets[a.set].date,
	}
	value := string(i.bytes(a.text(actNewValue)))
	for _, known := range dependencyTypes {
		if strings.EqualFold(strings.TrimSpace(value), known) {
			e.kind = known
		}
	}
	removes := a.text(actOldValue).present() && !a.text(actNewValue).present()
	e.deleted = removes || truth(i.bytes(a.text(depDeleted)))
	return e
}

// settle makes the dependencies of a file from its events.
//
// Both issues of a link tell its story. Within an issue the order of the
// document counts; another issue's activity counts only if it is not older.
func (s *scout) settle() {
	latest := map[link]event{}
	for _, e := range s.events {
		if _, hidden := s.hidden[e.issue]; hidden {
			continue
		}
		at, known := s.links[e.link]
		if !known {
			at = int32(len(s.dependencies))
			s.links[e.link] = at
			s.dependencies = append(s.dependencies, dependency{link: e.link, issue: e.issue, line: e.line})
		}
		last := latest[e.link]
		older := e.date.known && last.date.known && e.date.micros < last.date.micros
		if known && last.issue != e.issue && older {
			continue
		}
		latest[e.link] = e
		d := &s.dependencies[at]
		d.kind, d.deleted = e.kind, e.deleted
	}
	for at := range s.dependencies {
		d := &s.dependencies[at]
		d.parentID, d.childID = s.resolve(d.parent), s.resolve(d.child)
	}
	s.events = nil
}

// resolve returns the id of the issue that a dependency names, empty where
// there is none.
func (s *scout) resolve(text string) string {
	id := s.ids.resolve(s.module.code(), text)
	if id == "" && s.merge != nil {
		id = s.merge.resolve(s.module, text)
	}
	return id
}

// describe tells which end of a link is not there.
func (d *dependency) describe() string {
	missing := fmt.Sprintf("issue %s is not in the file", d.parent)
	switch {
	case d.parentID == "" && d.childID == "":
		missing = fmt.Sprintf("issues %s and %s are not in the file", d.parent, d.child)
	case d.childID == "":
		missing = fmt.Sprintf("issue %s is not in the file", d.child)
	}
	return fmt.Sprintf("%s blocks %s: %s", d.parent, d.child, missing)
}
