package scarab

import "strconv"

// merge finds, of several files, the latest state of each issue.
type merge struct {
	latest map[mergeKey]candidate
}

// mergeKey identifies an issue in several files: by the module's code, or else
// its name, and the issue's number, or else its id.
type mergeKey struct{ module, issue string }

// candidate is an issue in one file.
type candidate struct {
	survey   *survey
	ordinal  int32
	id       string
	modified moment
}

func newMerge() *merge { return &merge{latest: map[mergeKey]candidate{}} }

func keyOf(m module, id []byte) mergeKey {
	key := mergeKey{module: fold(m.code())}
	if key.module == "" {
		key.module = "name " + fold(m.texts[elemName])
	}
	if n, ok := issueNumber(m.code(), id); ok {
		key.issue = strconv.FormatInt(n, 10)
	} else {
		key.issue = "id " + string(id)
	}
	return key
}

// add hides the earlier of two states of an issue. Of two that are equally
// late, or without dates, the one read later stays.
func (m *merge) add(s *survey, module module, i *issue) {
	id := i.bytes(i.id)
	if len(id) == 0 {
		return
	}
	c := candidate{survey: s, ordinal: i.ordinal, id: string(id)}
	if at := i.modified(); at >= 0 {
		c.modified = i.sets[at].date
	}
	key := keyOf(module, id)
	last, known := m.latest[key]
	if !known {
		m.latest[key] = c
		return
	}
	if last.modified.known && (!c.modified.known || c.modified.micros < last.modified.micros) {
		s.hidden[c.ordinal] = key
		return
	}
	last.survey.hidden[last.ordinal] = key
	m.latest[key] = c
}

// resolve returns the id of the issue of any file that text names, empty where
// there is none.
func (m *merge) resolve(module module, text string) string {
	return m.latest[keyOf(module, []byte(text))].id
}
