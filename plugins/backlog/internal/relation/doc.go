// Package relation says what a table of Backlog is, as plain data: where in the
// API its rows come from, where in an answer each column stands, and how a
// condition on a column becomes a parameter of a request. It owns the words of
// the literals in package catalog, and makes Arrow columns of answers. It makes
// no request and resolves no name.
//
// # Where rows come from
//
// A table's rows are the elements of answers. Tables hang together in a tree:
//
//   - A root has requests that stand for themselves: /users, /issues.
//   - A table that is asked per parent has one request (or one series of pages)
//     for each row of its parent: /issues/{IssueId}/comments per row of Issues.
//     The words in braces are columns of the table itself, each of which is a
//     column of the parent (Column.Of).
//   - A table that is inside its parent has no request of its own: its rows are
//     elements of an array within each row of the parent: the attachments of an
//     issue.
//
// A column that is one of the parent's (Column.Of) is filtered as the parent
// filters it, so that a condition on the project of a comment narrows the
// issues whose comments are asked for.
package relation
