// Package catalog holds what the tables of the Backlog connector are: one file
// and one literal a table, with every column, where it stands in the API's JSON,
// and what conditions on it become. It is data: it makes no request, and what
// the words mean is said in package relation.
//
// Every field of an answer can be reached: as a column, as a table of the rows
// inside it, as a column of JSON where its structure varies, or, where an answer
// repeats a row of another table, by its id there.
package catalog
