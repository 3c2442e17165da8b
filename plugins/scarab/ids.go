package scarab

import (
	"strconv"
	"strings"
)

// numberSet is a set of whole numbers, at one bit a number where they lie
// close together.
type numberSet map[int64]*[64]uint64

// add adds a number and tells whether it was not there yet.
func (s numberSet) add(n int64) bool {
	page := s[n>>12]
	if page == nil {
		page = new([64]uint64)
		s[n>>12] = page
	}
	word, bit := n>>6&63, uint64(1)<<(n&63)
	added := page[word]&bit == 0
	page[word] |= bit
	return added
}

func (s numberSet) has(n int64) bool {
	page := s[n>>12]
	return page != nil && page[n>>6&63]>>(n&63)&1 != 0
}

// idSet is a set of ids, most of which are numbers.
type idSet struct {
	numbers numberSet
	others  map[string]bool
}

func newIDSet() idSet { return idSet{numberSet{}, map[string]bool{}} }

// add adds an id and tells whether it was not there yet.
func (s idSet) add(id []byte) bool {
	if n, ok := plainNumber(id); ok {
		return s.numbers.add(n)
	}
	if s.others[string(id)] {
		return false
	}
	s.others[string(id)] = true
	return true
}

// plainNumber reads a whole number that is written as strconv would write it.
func plainNumber(text []byte) (int64, bool) {
	if len(text) > 1 && text[0] == '0' {
		return 0, false
	}
	return number(text)
}

// number reads decimal digits.
func number(text []byte) (int64, bool) {
	if len(text) == 0 || len(text) > 18 {
		return 0, false
	}
	n := int64(0)
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// issueNumber returns an issue's number: its id, which may begin with the
// module's code in any case. An id of another form has none.
func issueNumber(code string, id []byte) (int64, bool) {
	if n, ok := number(id); ok {
		return n, true
	}
	return keyNumber(code, id)
}

// keyNumber returns the number of a key: the module's code in any case, and
// the number.
func keyNumber(code string, key []byte) (int64, bool) {
	if code == "" || len(key) <= len(code) || !strings.EqualFold(string(key[:len(code)]), code) {
		return 0, false
	}
	return number(key[len(code):])
}

// issueIDs are the ids of a file's issues.
type issueIDs struct {
	idSet
	code  string
	coded numberSet        // those that are the module's code and a plain number
	odd   map[int64]string // made by numbered, when all ids are there
}

func newIssueIDs() issueIDs { return issueIDs{idSet: newIDSet(), coded: numberSet{}} }

// add adds an id as it is written, and tells whether it was not there yet.
func (s *issueIDs) add(code string, id []byte) bool {
	if s.code == "" {
		s.code = code
	}
	if n, ok := s.plainCoded(id); ok {
		return s.coded.add(n)
	}
	return s.idSet.add(id)
}

func (s *issueIDs) plainCoded(id []byte) (int64, bool) {
	if s.code == "" || len(id) <= len(s.code) || string(id[:len(s.code)]) != s.code {
		return 0, false
	}
	return plainNumber(id[len(s.code):])
}

// resolve returns the id of the issue that text names: by its id, else by its
// key, which is the module's code and the issue's number; empty where there is
// none.
func (s *issueIDs) resolve(code, text string) string {
	if s.has(text) {
		return text
	}
	n, ok := keyNumber(code, []byte(text))
	if !ok {
		return ""
	}
	digits := strconv.FormatInt(n, 10)
	for _, id := range []string{digits, s.code + digits} {
		if s.has(id) {
			return id
		}
	}
	return s.numbered(code)[n]
}

// numbered returns the ids of odd spelling, such as PAC007, by their numbers.
func (s *issueIDs) numbered(code string) map[int64]string {
	if s.odd != nil {
		return s.odd
	}
	s.odd = map[int64]string{}
	for id := range s.others {
		n, ok := issueNumber(code, []byte(id))
		if first, taken := s.odd[n]; ok && (!taken || id < first) {
			s.odd[n] = id
		}
	}
	return s.odd
}

func (s *issueIDs) has(id string) bool {
	if n, ok := s.plainCoded([]byte(id)); ok {
		return s.coded.has(n)
	}
	if n, ok := plainNumber([]byte(id)); ok {
		return s.numbers.has(n)
	}
	return s.others[id]
}
