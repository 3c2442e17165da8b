package scarab

import "strings"

// setKind is the type of an activity set.
type setKind uint8

const (
	otherSet setKind = iota
	createSet
	editSet
	moveSet
	voteSet
)

// setTypes are the types as the tracker writes them.
var setTypes = [...]string{createSet: "Create Issue", editSet: "Edit Issue", moveSet: "Move Issue", voteSet: "Retotaling Issue Votes"}

func setTypeOf(text []byte) setKind {
	for kind := createSet; kind <= voteSet; kind++ {
		if sameWord(text, setTypes[kind]) {
			return kind
		}
	}
	return otherSet
}

// attachmentKind is the type of an attachment.
type attachmentKind uint8

const (
	otherKind attachmentKind = iota
	fileKind
	commentKind
	urlKind
	reasonKind
)

// attachmentTypes are the types as the tracker writes them, kindNames as the
// column Kind shows them.
var (
	attachmentTypes = [...]string{fileKind: "ATTACHMENT", commentKind: "COMMENT", urlKind: "URL", reasonKind: "MODIFICATION"}
	kindNames       = [...][]byte{fileKind: []byte("file"), commentKind: []byte("comment"), urlKind: []byte("url"), reasonKind: []byte("reason")}
)

func kindOf(text []byte) attachmentKind {
	for kind := fileKind; kind <= reasonKind; kind++ {
		if sameWord(text, attachmentTypes[kind]) {
			return kind
		}
	}
	return otherKind
}

// sameWord tells whether text is the word, without regard to case.
func sameWord(text []byte, word string) bool {
	return len(text) == len(word) && (string(text) == word || strings.EqualFold(string(text), word))
}

// dependencyTypes are the types as the tracker writes them.
var dependencyTypes = []string{"blocking", "duplicate", "non-blocking"}

// truth reads a yes or no as the tracker's importer does: what it does not know
// is no.
func truth(text []byte) bool {
	for _, word := range [...]string{"true", "yes", "y", "on", "1"} {
		if sameWord(text, word) {
			return true
		}
	}
	return false
}
