package rest

// Shared is what the clients of a process share: allowances, requests under
// way, and answers that statements remember. It is safe for concurrent use.
type Shared struct{}

// NewShared returns a Shared that holds nothing yet.
func NewShared() *Shared { return &Shared{} }
