package rest

import "github.com/tidwall/gjson"

// rowBytes is how much the rows may take that statements remember.
const rowBytes = 32 << 20

// See remembers rows of a kind within the statement, by their "id".
func (t *Trip) See(kind string, rows []gjson.Result) {
	if t.statement == "" {
		return
	}
	s, prefix := t.client.cfg.Shared, t.rowKey(kind)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, row := range rows {
		s.rows.put(prefix+row.Get("id").Raw, answer{body: row.Raw})
	}
}

// Seen returns the rows of a kind that have these ids, in their order. It answers
// false where the statement has not seen all of them, or does not remember them.
func (t *Trip) Seen(kind string, ids []string) ([]gjson.Result, bool) {
	if t.statement == "" || len(ids) == 0 {
		return nil, false
	}
	s, prefix := t.client.cfg.Shared, t.rowKey(kind)
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := make([]gjson.Result, 0, len(ids))
	for _, id := range ids {
		row, ok := s.rows.get(prefix + id)
		if !ok {
			return nil, false
		}
		rows = append(rows, gjson.Parse(row.body))
	}
	return rows, true
}

func (t *Trip) rowKey(kind string) string { return t.statement + " " + t.client.scope + kind + " " }
