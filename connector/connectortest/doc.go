// Package connectortest holds connectors to the contract. It owns the suite
// that every connector must pass, [Run], and the source that tests of the
// engine read from, [Memory]. It knows package connector and Arrow, and nothing
// of the engine: a source is right when it keeps the contract's promises, not
// when it works today.
//
// A connector's test is one line:
//
//	func TestConformance(t *testing.T) {
//		connectortest.Run(t, connectortest.Config{Open: open})
//	}
//
// Each promise is a named check, listed by [Checks]; a failure names the
// promise, the table, and the smallest request and row that show it. Requests
// are made up from the data that the source gives: values that are there, their
// neighbours (another case, accent or width, a second or a day off) and
// extremes. The more varied the data, the harder the test: a table with NULLs,
// with texts that differ in case only, and with several instants on one day
// finds faults that three tidy rows do not.
//
// What the suite believes, because nothing else can be known from outside, is a
// scan of all columns without predicates; that it is whole is what the check
// "complete" is about. It never writes.
package connectortest
