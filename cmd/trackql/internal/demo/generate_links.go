//go:build ignore

package main

import (
	"fmt"
	"strconv"
	"time"
)

// relation is a link from one issue to another, as the story has it.
type relation struct {
	other         int
	kind          string
	parent, child int
	text          string
	removed       bool
}

// links returns the links that the issue's block of the story tells of.
func (i *issue) links() []relation {
	var all []relation
	for _, n := range i.blocks {
		all = append(all, relation{other: n, kind: "blocking", parent: i.number, child: n, text: "Issue %s blocks issue %s"})
	}
	for _, n := range i.unblocks {
		all = append(all, relation{other: n, kind: "blocking", parent: i.number, child: n, text: "Issue %s blocks issue %s", removed: true})
	}
	for _, n := range i.duplicates {
		all = append(all, relation{other: n, kind: "duplicate", parent: n, child: i.number, text: "Issue %s is duplicated by issue %s"})
	}
	for _, n := range i.related {
		all = append(all, relation{other: n, kind: "non-blocking", parent: n, child: i.number, text: "Issue %s is related to issue %s"})
	}
	return all
}

// link puts one activity set into both issues: the one that makes the link,
// and where the story says so a later one that takes it away.
func link(from, to *history, l relation, id int) {
	parent, child := code+strconv.Itoa(l.parent), code+strconv.Itoa(l.child)
	d := dependency{ID: id, Parent: parent, Child: child, Type: l.kind, Deleted: l.removed}
	at := from.created()
	if to.created().After(at) {
		at = to.created()
	}
	at = at.Add(time.Duration(20+id) * time.Minute)
	text := fmt.Sprintf(l.text, parent, child)
	twins(from, to, at, &activity{NewValue: l.kind, Description: text, Dependency: &d}, "")
	if l.removed {
		reason := "Can be done without it after all."
		if from.lang() == 1 {
			reason = "先に進められることが分かったため。"
		}
		twins(from, to, at.Add(9*day), &activity{OldValue: l.kind, Description: text + ": removed", Dependency: &d}, reason)
	}
}

// twins adds an activity to two issues, in one set.
func twins(from, to *history, at time.Time, a *activity, reason string) {
	a.Attribute = nullAttribute
	one := from.event(at, from.assignee)
	two := to.event(at, from.assignee)
	two.ID = one.ID
	if reason != "" {
		one.because(reason)
		two.Reason = one.Reason
	}
	copied := *a
	one.Activities, two.Activities = []*activity{a}, []*activity{&copied}
}
