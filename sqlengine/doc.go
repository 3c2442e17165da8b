// Package sqlengine answers SQL over sources. It owns the catalog of sources
// and the sessions: a query is planned by DuckDB over empty shadows of the
// tables, the plan becomes requests to the sources, and DuckDB runs the user's
// text, unchanged, over what they stream.
//
// It does not parse SQL, knows no connector, and prints nothing.
package sqlengine
