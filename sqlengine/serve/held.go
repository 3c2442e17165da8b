package serve

// Held is what a server keeps at a moment.
type Held struct {
	// Sessions are those that are open, FreeSessions those of them that no client
	// uses: a few stay open for whoever comes next.
	Sessions     int `json:"sessions"`
	FreeSessions int `json:"free_sessions"`
	// Clients are those with tables or variables of their own, or with a statement
	// under way, and Statements those statements.
	Clients    int `json:"clients"`
	Statements int `json:"statements"`
	// Prepared are the prepared statements that were not closed, Unread the answers
	// that no client has come for, and Kept the bytes of rows that were read before
	// their clients came.
	Prepared int   `json:"prepared"`
	Unread   int   `json:"unread"`
	Kept     int64 `json:"kept"`
}

// Held tells what the server keeps. It may be called at any time.
func (s *Server) Held() Held {
	d := s.door
	held := Held{Kept: d.clients.spare.used.Load()}
	d.mu.Lock()
	held.Prepared, held.Unread = len(d.prepared), len(d.waiting)
	d.mu.Unlock()
	d.clients.mu.Lock()
	held.Clients = len(d.clients.known)
	for _, who := range d.clients.known {
		held.Statements += who.running
	}
	d.clients.mu.Unlock()
	d.clients.seats.mu.Lock()
	held.Sessions, held.FreeSessions = d.clients.seats.open, len(d.clients.seats.free)
	d.clients.seats.mu.Unlock()
	return held
}
