package scarab

import (
	"math"
)

// survey is what the light pass learns of one file.
type survey struct {
	file  file
	stamp stamp
	// fault ended the pass early: what follows it in the file is not known.
	fault  error
	module module

	// How many rows each table has from this file. values is an estimate.
	issues, sets, activities, attachments, comments, values int64

	// endDates says that some activity has an end date.
	endDates bool
	// repeats are the attachments whose id was there before, by issue.
	repeats map[reference]repeat
	// repeated are the issues whose id was there before, hidden those that
	// another file has in a later state.
	repeated map[int32]bool
	hidden   map[int32]mergeKey
	merge    *merge
	// ownSets says that no issue has two activity sets of one id, or one
	// without id.
	ownSets bool

	users        []user
	dependencies []dependency
	links        map[link]int32 // the indexes of the dependencies
}

// reference is an attachment's id in an issue.
type reference struct {
	issue int32
	id    string
}

// repeat tells whether the first reference is in the same issue.
type repeat struct{ first bool }

// user is a name in a role.
type user struct {
	name  string
	role  role
	times int64
}

// role tells as what a user was met.
type role uint8

const (
	moduleOwner role = iota
	setAuthor
	attachmentAuthor
	attachmentEditor
	userValue
)

func (r role) String() string {
	return [...]string{"owner", "author", "attachment author", "attachment editor", "value"}[r]
}

// scout makes a survey of one file.
type scout struct {
	*survey
	doc     *document
	catalog *catalog
	ids     issueIDs

	attached idSet
	owners   map[string][]int32 // the issues that refer to an attachment, for merging
	roles    map[user]int       // without times, the index in users
	states   []state            // by attribute
	events   []event
	setIDs   map[string]bool // of the issue at hand
}

// state is what an option attribute's value would be, in one issue.
type state struct {
	issue int32 // whose it is, counted from 1
	value span
}

// lightNeeds are the fields that the light pass reads.
const lightNeeds = 1<<issueID | 1<<issueType | 1<<setID | 1<<setBy | 1<<setDate |
	values | inDependencies&^(1<<depID) | 1<<attID | 1<<attType | 1<<attBy | 1<<attEditor

// newScout prepares the survey of a file. m is nil where files are not merged.
func newScout(f file, c *catalog, m *merge) *scout {
	return &scout{
		survey: &survey{
			file: f, ownSets: true, merge: m,
			repeats:  map[reference]repeat{},
			repeated: map[int32]bool{},
			hidden:   map[int32]mergeKey{},
			links:    map[link]int32{},
		},
		catalog:  c,
		ids:      newIssueIDs(),
		attached: newIDSet(),
		owners:   map[string][]int32{},
		roles:    map[user]int{},
		setIDs:   map[string]bool{},
	}
}

// run reads the document to its end.
func (s *scout) run() {
	for {
		more, err := s.doc.next()
		if err != nil || !more {
			s.fault = err
			break
		}
		s.issue(&s.doc.issue)
	}
	s.module = s.doc.module
	s.met([]byte(s.module.texts[elemOwner]), moduleOwner)
}

func (s *scout) issue(i *issue) {
	s.issues++
	if !s.ids.add(s.doc.module.code(), i.bytes(i.id)) {
		s.repeated[i.ordinal] = true
	}
	clear(s.setIDs)
	for at := range i.sets {
		s.set(i, &i.sets[at])
	}
	for at := range i.activities {
		s.activity(i, &i.activities[at])
	}
	for at := range i.attachments {
		s.attachment(i, &i.attachments[at])
	}
	if s.merge != nil {
		s.merge.add(s.survey, s.doc.module, i)
	}
}

func (s *scout) set(i *issue, set *set) {
	s.sets++
	s.met(i.bytes(set.by), setAuthor)
	if id := i.bytes(set.id); len(id) == 0 || s.setIDs[string(id)] {
		s.ownSets = false
	} else {
		s.setIDs[string(id)] = true
	}
}

func (s *scout) activity(i *issue, a *activity) {
	s.activities++
	s.endDates = s.endDates || a.end.present
	if a.dependency {
		s.events = append(s.events, newEvent(i, a))
	}
	oldUser, newUser := a.text(actOldUser), a.text(actNewUser)
	s.met(i.bytes(oldUser), userValue)
	s.met(i.bytes(newUser), userValue)
	if a.attribute == noAttribute {
		return
	}
	at := &s.catalog.list[a.attribute]
	at.users = at.users || oldUser.present() || newUser.present()
	at.options = at.options || a.text(actOldOption).present() || a.text(actNewOption).present()
	s.follow(i, a, at)
}

// follow replays an activity as one of a single-valued option attribute, to see
// whether it gains a second value without an old one.
func (s *scout) follow(i *issue, a *activity, at *attribute) {
	for len(s.states) <= int(a.attribute) {
		s.states = append(s.states, state{})
	}
	st := &s.states[a.attribute]
	if st.issue != i.ordinal+1 {
		*st = state{issue: i.ordinal + 1}
	}
	change := a.operands(optionAttribute)
	switch {
	case !change.new.empty():
		if !change.removes && !st.value.empty() && !i.equal(st.value, change.new) {
			at.gains = true
		}
		if st.value.empty() {
			s.values++
		}
		st.value = change.new
	case change.removes:
		if !st.value.empty() {
			s.values--
		}
		st.value = span{}
	}
}

func (s *scout) attachment(i *issue, a *attachment) {
	s.met(i.bytes(a.text(attBy)), attachmentAuthor)
	s.met(i.bytes(a.text(attEditor)), attachmentEditor)
	if id := i.bytes(a.text(attID)); len(id) > 0 {
		if s.merge != nil {
			s.owners[string(id)] = append(s.owners[string(id)], i.ordinal)
		}
		if !s.attached.add(id) {
			a.repeats = true
			s.repeat(i, a)
			return
		}
	}
	s.attachments++
	if kindOf(i.bytes(a.text(attType))) == commentKind {
		s.comments++
	}
}

// repeat notes an attachment whose id was there before.
func (s *scout) repeat(i *issue, a *attachment) {
	ref := reference{i.ordinal, string(i.bytes(a.text(attID)))}
	if _, noted := s.repeats[ref]; noted {
		return
	}
	// The first reference is in this issue if one before this is no repeat.
	r := repeat{}
	for at := range i.attachments {
		b := &i.attachments[at]
		if a == b {
			break
		}
		r.first = r.first || !b.repeats && i.equal(a.text(attID), b.text(attID))
	}
	s.repeats[ref] = r
}

// met counts a user's name, if there is one.
func (s *scout) met(name []byte, role role) {
	if len(name) == 0 {
		return
	}
	at, known := s.roles[user{name: string(name), role: role}]
	if !known {
		at = len(s.users)
		s.users = append(s.users, user{name: string(name), role: role})
		s.roles[s.users[at]] = at
	}
	s.users[at].times++
}

// finish makes use of what is known when all files were read.
func (s *scout) finish() {
	if len(s.hidden) > 0 {
		s.claim()
	}
	s.settle()
}

// claim gives each attachment to the first issue that is not hidden.
func (s *scout) claim() {
	clear(s.repeats)
	for id, issues := range s.owners {
		first := int32(math.MaxInt32)
		for _, at := range issues {
			if _, hidden := s.hidden[at]; !hidden {
				first = min(first, at)
			}
		}
		seen := map[int32]bool{}
		for _, at := range issues {
			if at != first || seen[at] {
				s.repeats[reference{at, id}] = repeat{first: at == first}
			}
			seen[at] = true
		}
	}
}
