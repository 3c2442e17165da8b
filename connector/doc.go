// Package connector is the contract between TrackQL and the systems it reads
// and writes. It owns the words: connector, source, table, scan, predicate,
// grade, write. It does no I/O, and imports nothing but Arrow.
//
// # The life of a source
//
//  1. A person names a source and its connector: NAME=CONNECTOR:Key=Value;…
//     [ParseSource] reads that, [Info.Resolve] checks it against the options
//     that the connector declares.
//  2. [Connector.Open] makes a [Source] of it, and reaches the system only as
//     far as it must to know that the options make sense.
//  3. [Source.Tables] tells, as plain data, what there is to read: columns,
//     keys, and per column and operator how well the source filters.
//  4. [Source.Scan] streams rows as Arrow batches.
//  5. [Source.Close] ends it.
//
// Everything else that a source may be able to do is an optional interface
// ([Counter], [Writer], [Splitter] …), found with [As].
//
// # The superset law
//
// A scan returns every row that satisfies all predicates of its request. It
// may return more, never fewer: the engine filters, sorts and limits again. A
// wrong pushdown therefore makes a query slow, but never false, as long as
// this one law holds. Package connectortest hammers on it.
package connector
