package xmlread

// Model is a set of content models, one an element name, compiled for reading.
// It does not change once made, and may be shared by readers.
type Model struct{}

// CompileModel compiles content models from a text of our own. Each line
// declares one element: its name, then what may be inside it. The first line
// declares the root.
//
//	issue     (id, artifact-type, (note | link)*, activity-sets+)
//	id        TEXT
//	attribute TEXT | (name, namespace-title?)
//	remark    (TEXT | em | code)*
//	break     EMPTY
//
// In parentheses are elements in sequence (",") or choice ("|"), each name or
// group followed by "?", "*", "+" or nothing. TEXT is character data without
// elements; TEXT | (…) is one or the other; (TEXT | a | b)* is both, mixed. A
// line that begins with white space continues the line before; "#" begins a
// comment that ends with the line.
//
// White space between elements is never text. Kind Invalid tells of a text
// that cannot be read, with line and column, of a name declared twice, and of
// one that is used and not declared.
func CompileModel(text string) (*Model, error) { return &Model{}, nil }
