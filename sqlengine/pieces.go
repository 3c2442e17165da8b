package sqlengine

// PieceKind is the kind of a piece of SQL.
type PieceKind uint8

// The kinds of pieces.
const (
	Blank     PieceKind = iota // white space
	Comment                    // from -- to the end of the line, or between /* and */
	Word                       // a bare name or keyword
	Name                       // a name in double quotes
	Text                       // a text constant, in any of its notations
	Number                     // digits and what follows them
	Parameter                  // ?, $1, $name
	Symbol                     // one character of punctuation
	Backtick                   // a name in backticks, which is not SQL
)

// Piece is a piece of a text of SQL.
type Piece struct {
	Kind       PieceKind
	Start, End int // bytes of the text
	// Open says that the text ends before the piece does: a quote or a comment
	// that is not closed.
	Open bool
}

// pieceKinds are the pieces that tokens are.
var pieceKinds = [...]PieceKind{
	word: Word, quoted: Name, literal: Text, number: Number, parameter: Parameter, symbol: Symbol, backtick: Backtick,
}

// Pieces cuts a text into pieces that together are the text, as Run reads it:
// for programs that show a text, or ask whether it is to go on.
func Pieces(sql string) []Piece {
	var pieces []Piece
	for at := 0; at < len(sql); {
		kind, end, ok := next(sql, at)
		p := Piece{Kind: Blank, Start: at, End: end}
		switch {
		case ok:
			p.Kind = pieceKinds[kind]
		case sql[at] == '-' || sql[at] == '/':
			p.Kind = Comment
		}
		p.Open = end == len(sql) && goesOn(sql, p)
		pieces = append(pieces, p)
		at = end
	}
	return pieces
}

// goesOn tells whether the last piece of a text would take in what follows it.
func goesOn(sql string, p Piece) bool {
	switch {
	case p.Kind == Comment && sql[p.Start] == '-':
		return false
	case p.Kind == Comment, p.Kind == Name, p.Kind == Text, p.Kind == Backtick:
		_, end, _ := next(sql+"\n", p.Start)
		return end > len(sql)
	}
	return false
}
