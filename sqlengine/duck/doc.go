// Package duck is DuckDB as TrackQL uses it: a planner, a store and an
// executor, embedded in the process. It is the only package with cgo, and owns
// every trap of the C interface: handles, callbacks, vectors, interrupts.
//
// It speaks through the driver's raw bindings, not through database/sql: a
// result streams instead of being materialized, a context that ends interrupts
// the connection at once, and no cached handle to a database file is needed.
//
// It knows Arrow, but no source, no plan and no catalog of ours.
package duck
