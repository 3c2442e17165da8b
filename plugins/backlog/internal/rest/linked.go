package rest

import "context"

// linkable tells whether pages can be read by their links: a page has room for
// one, and the statement does not know already how many rows there are.
func (s *sweep) linkable() bool {
	_, known := s.trip.KnownCount(s.scan.Count)
	return s.size > 1 && !known
}

// linked reads pages one after another, when the reader wants them, each from
// the last row of the one before. Rows that come and go meanwhile break the
// link, or come twice; then all pages are read again, for the rows that were not
// met before.
func (s *sweep) linked(ctx context.Context) error {
	link, after := "", uint64(0)
	for offset := s.start; ; offset += s.size - 1 {
		p, err := s.page(ctx, offset, s.size, after)
		if err != nil {
			return err
		}
		rows := s.scan.Call.unseen(p.rows, s.seen)
		whole := len(rows) == len(p.rows)
		if link != "" {
			whole = len(rows) == len(p.rows)-1 && s.scan.Call.id(p.rows[0]) == link
		}
		switch {
		case !s.give(rows):
			return nil
		case link == "" && len(p.rows) != s.size:
			return nil // more rows than asked for are all there are: the server does not page
		case !whole:
			return s.repair(ctx, nil, true, nil)
		case len(p.rows) != s.size:
			return nil
		}
		link, after = s.scan.Call.id(p.rows[s.size-1]), p.answer.began
	}
}
