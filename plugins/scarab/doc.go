// Package scarab reads the XML exports of the issue trackers Scarab and
// CollabNet Project Tracker as tables. It owns the format: its elements and
// content models, the replay of an issue's log, and the warnings about what
// does not fit.
//
// It refuses to fetch document types, to read attached files (an export only
// names them), and the formats before September 2002.
//
// # How a source reads
//
// A file is a log: per issue the activity sets, per set the activities. There is
// no current state in it; replaying the log in document order gives one. What a
// replay must know beforehand (which attributes there are, which are users,
// options or text, which have several values, what refers to what) a light pass
// over all files finds out, once a source. Then every scan reads the files once
// more, an issue at a time, into buffers that are used again: memory does not
// grow with the file, but for the ids that are not numbers, the ids of
// attachments that repeat, users, and dependencies.
//
// A scan leaves unread what nobody asked for: elements without a column or
// predicate, the log of issues that a predicate on the issue leaves out, files
// that a predicate on the file leaves out. Users, Modules and Dependencies are
// kept from the light pass, and read nothing.
//
// Names, ids and dates are taken without the white space around them, because
// converters indent them; what people wrote is taken as it is. An empty element
// is an empty text, an absent one NULL.
//
// # Files
//
// connector.go, path.go and input.go open; elements.go and models.go know the
// format; document.go, document_issue.go and date.go read it; survey.go with
// attribute.go, ids.go, dependency.go and merge.go is the light pass; replay.go
// plays an issue; plan.go, scan.go, match.go and writer.go answer a request.
// Every table has a file of its own, with its columns in one literal.
package scarab
