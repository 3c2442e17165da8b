package shell

// Names are the names that a statement can use.
type Names struct {
	Sources []Source
	// Tables are those of all sources, and those of the session, which have no
	// source.
	Tables []Table
	// Functions are the names of functions, without repetitions and sorted.
	Functions []string
	// Keywords are the words of the language in lower case; true are those that
	// cannot be names.
	Keywords map[string]bool
	// Formats are the names after \format.
	Formats []string
}

// Source is a schema.
type Source struct {
	Name, Connector string
}

// Table is a table or view.
type Table struct {
	// Source is its schema; empty for a table of the session.
	Source, Name string
	Doc          string
	Columns      []Column
}

// Column is a column of a table.
type Column struct {
	Name, Type, Doc string
}
