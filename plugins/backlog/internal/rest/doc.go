// Package rest is the thin client of Backlog's API: it gets answers, whole and
// valid, with the fewest requests and never more than the server allows.
//
// It owns the base URL, who the caller is to the server, errors and their
// hints, waiting and trying again, the allowance of requests, pages of long
// lists, and what several readers of the same answer share. It knows no table
// and no column: an answer is JSON, and a row of a list is an element of it. It
// only reads: there is no way here to send a request that changes something.
//
// # Tries
//
// A request is tried up to four times where the server fails, does not answer
// in time, hangs up, or cuts its answer off; between tries it waits, ever
// longer. A 429 is no such fault: it waits until the server's window ends, as
// often as it takes. Everybody who waits does so by the [Clock], and stops at
// once when the context ends.
//
// # Sharing
//
// A [Shared] belongs to all clients of a process. Of one server and one caller
// it keeps what is left of each allowance; the requests under way, so that two
// that ask for the same get one answer; and what a statement was answered, so
// that it is not asked twice.
//
// # Completeness
//
// A list that ends without an error is whole: [Trip.Offset] says how that is
// known while rows come and go.
package rest
