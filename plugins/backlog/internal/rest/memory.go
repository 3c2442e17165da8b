package rest

import "container/list"

// entryBytes is about what an entry takes beside its texts.
const entryBytes = 256

// memory keeps answers, the least recently used of which go when they are too
// many bytes.
type memory struct {
	limit, used int
	entries     map[string]*list.Element
	recent      *list.List // of *entry, the most recently used first
}

type entry struct {
	key    string
	answer answer
}

func (e *entry) size() int { return len(e.key) + len(e.answer.body) + entryBytes }

func newMemory(limit int) memory {
	return memory{limit: limit, entries: make(map[string]*list.Element), recent: list.New()}
}

func (m *memory) get(key string) (answer, bool) {
	element, ok := m.entries[key]
	if !ok {
		return answer{}, false
	}
	m.recent.MoveToFront(element)
	return element.Value.(*entry).answer, true
}

// put keeps an answer, in place of an earlier one.
func (m *memory) put(key string, a answer) {
	if element, ok := m.entries[key]; ok {
		m.drop(element)
	}
	e := &entry{key: key, answer: a}
	m.entries[key] = m.recent.PushFront(e)
	m.used += e.size()
	for m.used > m.limit {
		m.drop(m.recent.Back())
	}
}

func (m *memory) drop(element *list.Element) {
	e := m.recent.Remove(element).(*entry)
	delete(m.entries, e.key)
	m.used -= e.size()
}
