package connector

import "context"

// Metadata is implemented by the source of a tracker that can tell what its
// issues are made of. A migration maps these between two trackers.
type Metadata interface {
	Metadata(ctx context.Context) (Tracker, error)
}

// Tracker is what a tracker's issues are made of. Ids are as the tracker writes
// them.
type Tracker struct {
	Projects []Project
	Users    []User
}

// Project is a container of issues.
type Project struct {
	ID, Key, Name string
	Types         []Term
	Statuses      []Term
	Priorities    []Term
	Fields        []Field
}

// Term is a word of a project's closed vocabulary.
type Term struct {
	ID, Name string
}

// User is somebody that issues name.
type User struct {
	ID, Login, Name, Mail string
}

// Field is a field that a project adds to its issues.
type Field struct {
	ID, Name string
	Kind     ValueKind
	// Multiple says that an issue may have several values.
	Multiple bool
	// Options are the values that may be chosen; none where it is free.
	Options []Term
}
