// Package plan decides what to ask the sources for. It reads the optimized
// logical plan that DuckDB gives for a statement over empty shadows of the
// tables, and answers with one request a table, the dynamic filters that would
// be sound, and notes that say why.
//
// It does no I/O, needs no DuckDB and no cgo, and runs nothing: DuckDB runs the
// statement, with all its filters, over the rows that the requests give. So the
// one thing that must hold here is the superset law: a predicate goes into a
// request only if every row that the statement needs satisfies it. Where the
// plan holds anything that this package does not know, it asks for more rows
// and says so in a note.
package plan
