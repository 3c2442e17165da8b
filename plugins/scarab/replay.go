package scarab

import (
	"bytes"
	"fmt"
	"strconv"
)

// replay is the state of one issue's attributes after its activity sets, played
// in document order. It is reset and used again for every issue.
type replay struct {
	catalog *catalog
	survey  *survey
	needs   need
	// wanted tells which attributes count; nil is all.
	wanted func(attribute int32) bool
	// warn takes what does not fit; nil drops it.
	warn warnFunc

	issue   *issue
	slots   []slot  // by attribute
	touched []int32 // the attributes that have an activity
	// created and modified are the indexes of these sets, or -1.
	created, modified int
}

// slot holds the values of one attribute.
type slot struct {
	touched  bool
	disagree bool // the activities without end date do not fit
	values   []value
	// changed is the set that changed the attribute last, counted from 1.
	changed int32
}

// value is a current value.
type value struct {
	text span
	set  int32 // the set that gave it
	// open says that an activity without end date gave it.
	open bool
}

// play replays an issue.
func (r *replay) play(i *issue) {
	r.issue = i
	for len(r.slots) < len(r.catalog.list) {
		r.slots = append(r.slots, slot{})
	}
	for _, at := range r.touched {
		r.slots[at] = slot{values: r.slots[at].values[:0]}
	}
	r.touched = r.touched[:0]
	r.created, r.modified = i.created(), i.modified()
	for at := range i.sets {
		r.set(at)
	}
	if r.survey.endDates && r.needs.has(actEnd) {
		r.compareEndDates()
	}
	if r.warn != nil {
		r.check()
	}
}

func (r *replay) set(at int) {
	set := &r.issue.sets[at]
	for a := set.first; a < set.behind; a++ {
		activity := &r.issue.activities[a]
		attribute := activity.attribute
		if attribute == noAttribute || r.wanted != nil && !r.wanted(attribute) {
			continue
		}
		r.apply(activity, &r.catalog.list[attribute])
	}
}

// apply changes the values of an attribute.
func (r *replay) apply(a *activity, at *attribute) {
	s := &r.slots[a.attribute]
	if !s.touched {
		s.touched = true
		r.touched = append(r.touched, a.attribute)
	}
	c := a.operands(at.kind())
	if !c.new.present() && !c.removes {
		return
	}
	if at.multiple() {
		r.member(s, a, at, c)
		return
	}
	r.compareOld(s, a, at, c)
	s.changed = a.set + 1
	s.values = s.values[:0]
	if c.new.present() {
		s.values = append(s.values, value{text: c.new, set: a.set})
	}
}

// member removes and adds a value of an attribute that has several.
func (r *replay) member(s *slot, a *activity, at *attribute, c change) {
	if !c.old.empty() {
		if found := r.find(s, c.old); found >= 0 {
			s.values = append(s.values[:found], s.values[found+1:]...)
		} else if r.warn != nil {
			r.warn(oldValueDiffers, int(a.line), fmt.Sprintf("%s: %s is removed, but the replay has %s",
				at.name, r.quote(c.old), r.quoteAll(s)))
		}
	}
	if c.new.present() && r.find(s, c.new) < 0 {
		s.values = append(s.values, value{text: c.new, set: a.set})
	}
}

// find returns the index of a value, or -1.
func (r *replay) find(s *slot, text span) int {
	for at := range s.values {
		if r.issue.equal(s.values[at].text, text) {
			return at
		}
	}
	return -1
}

// compareOld warns where a change of a single value does not follow from what
// came before.
func (r *replay) compareOld(s *slot, a *activity, at *attribute, c change) {
	if r.warn == nil {
		return
	}
	var current span
	if len(s.values) > 0 {
		current = s.values[0].text
	}
	again := s.changed == a.set+1
	switch {
	case c.removes && !r.issue.equal(current, c.old):
		if !again {
			r.warn(oldValueDiffers, int(a.line), fmt.Sprintf("%s: the old value is %s, but the replay has %s",
				at.name, r.quote(c.old), r.quoteAll(s)))
			return
		}
	case c.removes, !again, !current.present(), r.issue.equal(current, c.new):
		return
	}
	set := "an activity set"
	if id := r.issue.bytes(r.issue.sets[a.set].id); len(id) > 0 {
		set = "activity set " + string(id)
	}
	r.warn(contradictorySet, int(a.line), fmt.Sprintf("%s: %s makes it %s and then %s",
		at.name, set, r.quoteAll(s), r.quoteNew(c.new)))
}

// compareEndDates holds the values against the activities without end date: in
// a file that has end dates, these are the ones still valid.
func (r *replay) compareEndDates() {
	for at := range r.issue.activities {
		a := &r.issue.activities[at]
		if a.attribute == noAttribute || a.end.present || !r.slots[a.attribute].touched {
			continue
		}
		c := a.operands(r.catalog.list[a.attribute].kind())
		if !c.new.present() {
			continue
		}
		s := &r.slots[a.attribute]
		if found := r.find(s, c.new); found >= 0 {
			s.values[found].open = true
		} else {
			s.disagree = true
		}
	}
	for _, at := range r.touched {
		s := &r.slots[at]
		for v := range s.values {
			s.disagree = s.disagree || !s.values[v].open
		}
		if s.disagree && r.warn != nil {
			r.warn(endDatesDisagree, int(r.issue.line), fmt.Sprintf("%s: the replay ends with %s, which is not what the activities without end date say",
				r.catalog.list[at].name, r.quoteAll(s)))
		}
	}
}

// check warns of what is odd in the sets and activities themselves.
func (r *replay) check() {
	i := r.issue
	if r.needs.has(setType) && r.created < 0 {
		r.warn(noCreation, int(i.line), "no activity set creates the issue or moves it here")
	}
	var last moment
	for at := range i.sets {
		set := &i.sets[at]
		if r.needs.has(setType) && setTypeOf(i.bytes(set.kind)) == otherSet {
			r.warn(unknownSetType, int(set.line), "the activity set has the unknown type "+r.quote(set.kind))
		}
		if set.date.known && last.known && set.date.micros < last.micros {
			r.warn(setBackInTime, int(set.line), "the activity set is older than the one before it")
		}
		if set.date.known {
			last = set.date
		}
	}
	for at := range i.activities {
		r.checkActivity(&i.activities[at])
	}
	for at := range i.attachments {
		a := &i.attachments[at]
		if kind := i.bytes(a.text(attType)); r.needs.has(attType) && kindOf(kind) == otherKind {
			r.warn(unknownKind, int(a.line), fmt.Sprintf("attachment %s has the unknown type %s", i.bytes(a.text(attID)), r.quote(a.text(attType))))
		}
	}
}

func (r *replay) checkActivity(a *activity) {
	i := r.issue
	for _, f := range [...]field{actOldNumber, actNewNumber} {
		if text := i.bytes(a.text(f)); len(text) > 0 {
			if _, ok := integer(text); !ok {
				r.warn(unparsableNumber, int(a.line), fmt.Sprintf("%s is no integer; it is NULL", r.quote(a.text(f))))
			}
		}
	}
	if a.attribute != noAttribute && r.needs.has(actNewNumber) && r.numberAlone(a) {
		r.warn(numberWithoutValue, int(a.line), fmt.Sprintf("%s is set to the number %s without a value; the number is in Activities only",
			r.catalog.list[a.attribute].name, i.bytes(a.text(actNewNumber))))
	}
	if !a.dependency || !r.needs.has(depParent) {
		return
	}
	at, known := r.survey.links[link{string(i.bytes(a.text(depParent))), string(i.bytes(a.text(depChild)))}]
	if !known {
		return
	}
	if d := &r.survey.dependencies[at]; d.dangling() && d.issue == i.ordinal && d.line == a.line {
		r.warn(danglingDependency, int(a.line), d.describe())
	}
}

// numberAlone tells whether an activity sets a number other than 0 and no
// value: old exporters wrote 0 where there was none.
func (r *replay) numberAlone(a *activity) bool {
	n, ok := integer(r.issue.bytes(a.text(actNewNumber)))
	return ok && n != 0 &&
		!a.text(actNewUser).present() && !a.text(actNewOption).present() && !a.text(actNewValue).present()
}

func (r *replay) quote(s span) string { return strconv.Quote(string(abridge(r.issue.bytes(s)))) }

func (r *replay) quoteNew(s span) string {
	if !s.present() {
		return "none"
	}
	return r.quote(s)
}

// quoteAll shows the values of an attribute.
func (r *replay) quoteAll(s *slot) string {
	if len(s.values) == 0 {
		return "none"
	}
	var list []byte
	for at, v := range s.values {
		if at > 0 {
			list = append(list, ", "...)
		}
		list = append(list, r.quote(v.text)...)
	}
	return string(list)
}

// abridge cuts a text that is too long for a message.
func abridge(text []byte) []byte {
	const most = 60
	if len(text) <= most {
		return text
	}
	return append(bytes.ToValidUTF8(text[:most:most], nil), "…"...)
}
