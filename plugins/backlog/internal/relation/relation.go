package relation

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// Table is one table of the connector.
type Table struct {
	Name, Doc string
	Columns   []Column
	// Key names the columns of the primary key.
	Key        []string
	Unique     [][]string
	References []connector.Reference
	Examples   []connector.Example
	// Parent names the table that this one is asked per row of, or is inside of;
	// empty for a root.
	Parent string
	// Inside is where the rows stand in a row of the parent, as a path of its
	// JSON ("attachments"); empty where the table has requests of its own. An
	// array gives a row an element, an object one row, null none.
	Inside string
	// Split is a path in a row at which an array may stand. Each element of it
	// makes a row of its own, as if it stood there in the array's place; what
	// stands beside it is in each of them. A row with anything else there, or
	// an empty array, stays one row, where an empty array counts as null.
	Split string
	// Path is the path of the request below /api/v2, "/issues/{IssueId}/comments";
	// empty where Inside is set.
	Path string
	// Rows is where in an answer of Path the rows stand; empty where the answer
	// is the array of them, or the one row.
	Rows string
	// Members says that the rows are the members of one object; a column with
	// Member holds their names.
	Members bool
	Paging  Paging
	// Page is the largest page that Paging may ask for; 0 is 100.
	Page int
	// ID is where in a row stands what tells it from others when pages overlap,
	// and what minId and maxId mean; "id" where it is empty.
	ID string
	// Query are parameters that every request has: "order=asc". It may have
	// words in braces, as Path: "projectIdOrKey={ProjectId}".
	Query string
	// Count is the path of a request that counts the rows with the same
	// parameters as Path: "/issues/count"; empty where there is none. One with a
	// query of its own, "/documents/count?projectIdOrKey={ProjectId}", takes no
	// other parameter: it counts where nothing else is asked for.
	Count string
	// Detail is the path of the request for one row, "/wikis/{Id}", which gives
	// the columns that are marked Detail where the list left them out.
	Detail string
	// Folders says that rows may be folders, whose rows take further requests;
	// nil where they are not.
	Folders  *Folders
	Category Category
	// Wider says that custom fields are further columns.
	Wider bool
	// Optional are Backlog's codes of errors that mean that a parent has no rows:
	// a project that does not use wikis, a resource that was deleted meanwhile.
	Optional []int
}

// Folders says how rows that are folders lead to the rows within them.
type Folders struct {
	// Column is the column, and the word of Path, that names the folder whose
	// rows a request gives: Dir. Its value stands in Path without the slashes at
	// its ends, and with those within. A condition = or IN on it asks for these
	// folders only, without the ones within.
	Column string
	// Root is the Column's value of the uppermost folder: "/".
	Root string
	// Kind is a path in a row, and Folder the value there that makes it a folder.
	Kind, Folder string
	// Name is a path in a row: the Column's value for the rows within is the
	// row's own, then this, then "/".
	Name string
}

// Paging is how an endpoint gives long lists.
type Paging uint8

// The ways of paging: facts of Backlog's API pages.
const (
	Whole   Paging = iota // everything in one answer
	Offset                // offset and count
	ByMinID               // minId, maxId, count and order
)

// Category is the allowance that a request is taken from. See
// https://developer.nulab.com/docs/backlog/rate-limit/.
type Category uint8

// The categories of requests that read.
const (
	Read Category = iota
	Search
	Icon
)

func (c Category) String() string { return [...]string{"read", "search", "icon"}[c] }

// Column is one column of a table.
type Column struct {
	Name string
	// Doc says what the value is, with its unit.
	Doc string
	// Type is Int, Float, Text, Bool, Date, Timestamp, Texts or Ints.
	Type arrow.DataType
	// Path is where the value stands in a row's JSON: "status.id". A path that
	// ends in ".#.name" gives all names of an array: a list (Texts), or for Text
	// the list joined by ", ", in which nulls are left out; an empty list joined
	// is NULL, or empty text where the column is Required. An array of plain
	// values is a list (Texts), too. One that ends in ".#" gives the number of
	// elements (Int).
	// A Text column whose value is an object or array holds its JSON. Empty where
	// Of or Pseudo is set.
	Path string
	// Only are ids of elements of the array before the first # of Path, such as
	// "customFields.#.value": the value is that of the first element whose "id"
	// is one of these, and no list; NULL where there is no such element.
	Only []int64
	// Of names the parent's column that this one is.
	Of string
	// Required says that the value is never NULL.
	Required bool
	// Filter says how conditions on the column become parameters. Columns with Of
	// have none of their own: they are filtered by the parent.
	Filter Filter
	// Sort is the value of the parameter "sort" that sorts by the column in SQL's
	// order; empty where there is none. Only a Required column may have it.
	Sort string
	// Pseudo says that the server gives no value: the column holds what it was
	// compared with, and is NULL where it was not.
	Pseudo bool
	// Present says that the column is true where Path holds a non-empty array.
	Present bool
	// Else is the path to take where there is nothing at Path.
	Else string
	// When is a path to a number in the row, and Is the numbers there with which
	// the column has a value; with others it is NULL. None: always.
	When string
	Is   []int64
	// Epoch is the unit of a Timestamp that comes as a number: of so many units
	// since 1970. One that comes as text is read as text.
	Epoch time.Duration
	// Position says that the column is the row's place, from 1, in the array
	// that it is inside of; for a table with Split, its place in that array.
	// Path is empty.
	Position bool
	// Member says that the column is the name under which the row stands in the
	// object, of a table with Members. Path is empty.
	Member bool
	// Term says that Path holds the id of a term of Filter.Of, and the column
	// what Filter.By says of that term: the key of the project.
	Term bool
	// Detail says that the list may leave out Path. Where the column is wanted
	// and a row has nothing there, not even null, the table's Detail is asked.
	Detail bool
	// Expand is a parameter that a request must have for Path to be there:
	// "expand[]=childIssueSummary". It is sent where the column is wanted.
	Expand string
}

// The types of columns.
var (
	Int       arrow.DataType = arrow.PrimitiveTypes.Int64
	Float     arrow.DataType = arrow.PrimitiveTypes.Float64
	Text      arrow.DataType = arrow.BinaryTypes.String
	Bool      arrow.DataType = arrow.FixedWidthTypes.Boolean
	Date      arrow.DataType = arrow.FixedWidthTypes.Date32
	Timestamp arrow.DataType = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	Texts     arrow.DataType = arrow.ListOf(arrow.BinaryTypes.String)
	Ints      arrow.DataType = arrow.ListOf(arrow.PrimitiveTypes.Int64)
)

// How says in which way a condition becomes part of a request.
type How uint8

// The ways of filtering.
const (
	// None: conditions stay here.
	None How = iota
	// List: Param repeated, for = and IN: "statusId[]". Exact.
	List
	// Closed: the column's values are a closed vocabulary, whose terms the
	// request names by id in Param. Every operator but IS NULL is evaluated over
	// the terms: <> becomes the list of the others. Exact.
	Closed
	// Open: like Closed for = and IN, but there may be values that the vocabulary
	// does not know, as of people who have left. A value that it does not know is
	// not sent. Exact.
	Open
	// Days: ranges of whole days, both ends inclusive: Param+"Since" and
	// Param+"Until". For a Date column it is exact. For a Timestamp the zone of
	// the days is not documented: they are widened by a day, and inexact.
	Days
	// Flag: a boolean parameter, for =. Exact.
	Flag
	// Single: for = and IN, one request each to the path in Param, which holds
	// the column's name in braces and gives one row, or the error NoResource.
	// Exact.
	Single
	// Echo: for =, the value as it is, in Param: of a Pseudo column. Exact.
	Echo
	// Place: for = and IN, one request for each value, which stands in the path
	// or in the query, where the table's Path or Query has the column's name in
	// braces. Of a root, or the Column of Folders. Exact.
	Place
	// Here: there is no parameter, but every operator is evaluated on the rows
	// when they come. It is for rows that lead to further requests, which are
	// then made only where the condition holds. Exact.
	Here
	// Span: for =, IN, <, <=, > and >= on the id of a table that is paged
	// ByMinID: minId and maxId, one further than asked, because it is not
	// documented whether they are inclusive. Inexact.
	Span
)

// Filter is how conditions on one column become parameters. A column of a table
// that is inside its parent may have one: it then goes into the request of the
// nearest ancestor that has requests. Because a row of that ancestor comes with
// all rows inside it, such a filter is inexact: IssueCategories.CategoryId is
// categoryId[] of the request for issues.
type Filter struct {
	How   How
	Param string
	// Of is the vocabulary of Closed and Open, and By what the column holds of
	// its terms. Closed without Param is of a table whose rows are the terms:
	// those of other terms are left out, as with Here. None with Projects is of
	// the ids of projects in the rows of a table that cannot be asked by project:
	// rows of projects that the source does not show are left out.
	Of Vocabulary
	By Facet
	// Null is the value of Param that asks for rows without a value (assigneeId
	// -1), or the whole parameter ("hasDueDate=false"); empty where they cannot
	// be asked for. NullGrade is how well that works.
	Null      string
	NullGrade connector.Grade
	// NotNull is the whole parameter that asks for rows with a value
	// ("parentChild=2"); empty where they cannot be asked for. Exact.
	NotNull string
	// Most is the highest number that the server takes in Param, of Echo: others,
	// and those below 0, are errors. 0 is any.
	Most int64
	// Many says that a row has several values, of which the column is one: rows
	// of different lists overlap.
	Many bool
}

// Vocabulary is a set of terms of a space, known by id and name.
type Vocabulary uint8

// The vocabularies.
const (
	NoVocabulary Vocabulary = iota
	Projects
	Statuses
	IssueTypes
	Priorities
	Resolutions
	Categories
	Versions // milestones are versions
	People
	PullRequestStatuses
)

// Facet is what a column holds of a term.
type Facet uint8

// The facets of a term.
const (
	ID Facet = iota
	Name
	Key // of a project
)
