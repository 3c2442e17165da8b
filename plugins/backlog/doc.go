// Package backlog reads a space of Nulab Backlog as tables. It owns what makes
// a scan cheap: which requests a scan needs, what of its conditions, order and
// limit the server can apply, and what can be counted instead of read. It
// refuses to know how a request is sent (package rest), what a table is (package
// catalog) and which id a name stands for (package space); and it asks for
// nothing that nobody reads.
//
// # A plan
//
// A table is the end of a chain: Issues, IssueComments, IssueCommentStars. Each
// is asked for each row of the one before, or is inside of it. A scan's
// conditions move up the chain to the table whose column they are about. Then
// the scan becomes a plan, plain data: per level of the chain the requests, with
// their parameters, and the conditions, each with a grade that says how well the
// requests apply it. All conditions are compared again with the rows, here, so
// that a server that is looser than its documents costs time only.
//
// Asking begins as far down the chain as the conditions tell the words of a
// path: IssueId = 5 asks for the comments of one issue, and for no issue. Where
// something else of the parents is wanted, they are read first.
//
// Conditions on names become ids, by what the space's metadata tell of the
// projects in question. The metadata may be as old as MetadataTTL. A name that
// nothing has is asked for anew before it is believed, and is then a warning.
// People are different: some have left, and still are assignees. A name that
// nobody has whom the space lists cannot be asked for, and rows are fetched and
// compared. One that somebody listed has means those who are listed: who left
// and is called the same is found by id.
//
// Custom fields are further columns of Issues, whose names follow from the
// definitions of all projects: not from those in question alone, because then a
// name would mean something else under another WHERE clause, nor from what the
// session asked before. Definitions are read only where a request names a column
// that is not fixed.
//
// # What a plan is for
//
// Scan reads it, as a stream of rows: requests side by side, rows in the same
// order each time, no more memory than the requests under way need. Count and
// Aggregate ask for numbers in place of rows, where these are proven to be
// whole. Estimate tells what it would cost. Changes reads what is newer than a
// moment.
//
// # Files
//
// connector.go, options.go and login.go open; source.go has the tables. chain.go, plan.go,
// planner.go, start.go, shape.go, keys.go, conditions.go, names.go, naming.go, fields.go,
// form.go and span.go make plans; stream.go, ask.go, compare.go, order.go and side.go
// read them; scan.go makes batches. count.go, aggregate.go, grouping.go,
// estimate.go, changes.go and metadata.go are the other things to do with a plan.
// cache.go puts package cache before the source.
package backlog
