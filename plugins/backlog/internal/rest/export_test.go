package rest

import "net/http"

// LimitAnswers makes a client refuse larger answers.
func LimitAnswers(c *Client, bytes int64) { c.maxAnswer = bytes }

// LimitMemory makes statements remember less.
func LimitMemory(s *Shared, bytes int) { s.memory.limit = bytes }

// MemoryUsed returns how much statements remember.
func MemoryUsed(s *Shared) int { return s.memory.used }

// FileName is fileName.
func FileName(disposition string) string {
	return fileName(http.Header{"Content-Disposition": {disposition}})
}

// Refusal returns the message and the code of an answer that tells of an error.
func Refusal(status int, body string) (message string, code int) {
	r := parseRefusal(reply{status: status, body: body})
	return r.Error(), r.code
}
