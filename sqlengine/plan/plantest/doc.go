// Package plantest holds what the planner is tested with: two sources in the
// shape of real ones, and the corpus of statements with the plans that DuckDB
// made of them. The planner's own tests read it, and so does the engine's test
// that DuckDB still makes these plans.
//
// It is no part of the product, and does no I/O but reading and rewriting the
// corpus.
package plantest
