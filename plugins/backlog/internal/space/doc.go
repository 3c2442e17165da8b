// Package space knows what must be known of a Backlog space beside its rows:
// projects, statuses, issue types, categories, versions, people, priorities,
// resolutions, the definitions of custom fields, and the time zone. It asks for
// each once, keeps the answers in memory and in files for as long as it is
// told, and finds the terms that a condition is about. It reads no rows, and does
// not decide which requests a scan makes.
//
// It owns the names of the columns that custom fields become. They follow from
// the fields of all projects, so that one name means one thing whatever a
// statement asks for: a name that came from the projects in question alone would
// give two answers to one question. So all are asked for, side by side, and kept
// like everything else.
package space
