// Package cache keeps the rows that a source fetched, as a decorator of any
// source. It owns what may answer a later scan, how old that may be, and the
// files; several processes share them. It refuses to know what is behind the
// source, to answer from what is broken, and to fail a query because something
// cannot be kept.
//
// # What is kept
//
// A scan that was read to its end, without limit, becomes a segment: a table's
// name, columns, the conditions that its rows were asked with, when asking began,
// and a Parquet file that is never changed. The manifest lists the segments of all
// sources that use the folder, told apart by the identity that the caller gives. It
// is replaced whole, under a lock file: whoever stops in the midst, by a crash or
// a full disk, leaves the manifest of before, and files that nobody refers to,
// which are swept after a while. A manifest that cannot be read is as good as
// none; a segment is read only while its size and checksum are those of the
// manifest. What is broken is a miss.
//
// # What answers a scan
//
// A segment answers a scan where the scan's conditions imply the segment's, so
// that all rows wanted are in it, and where it has the columns. The scan's
// conditions, as far as its source grades them, are applied to the rows exactly,
// and order and limit too; so the grades that the source declares stay true.
//
//   - A segment younger than Age is a hit.
//   - An older one is refreshed where the source is a [connector.Watcher] of
//     the table, and that takes fewer requests than to fetch: what changed since
//     replaces rows by their key, as far as it satisfies the segment's
//     conditions, and what is gone goes. One refreshes at a time, whoever else
//     wants it waits for that, for some minutes at most. Where a watcher cannot
//     tell what is gone, and the source counts as many rows as there are then,
//     nothing is; else they are fetched again.
//   - All else is a miss: the rows are fetched, streamed on, and kept.
//
// To be refreshed, a segment must know since when to look: a token is taken before
// a fetch, which all scans of the table share while it is younger than Age. There
// is none where a row does not tell whether it satisfies the conditions (of columns
// that are only asked for, or of lists), nor for one row, nor where the same rows
// took as few requests before as a refresh would, nor in a statement that may make
// so many requests only.
//
// A row tells also of things that change without it, as the name of the person
// who has it. So once a day all rows are fetched again, however often they were
// refreshed.
//
// A refresh that fails is the scan's error: old rows are never passed off as new
// ones. Offline is the other way round: any age will do, nothing is asked of the
// source, and what is not there is an error.
package cache
