// Package oauth signs people in to a Backlog space by OAuth 2.0, and keeps what
// the space then gives. It owns the file of tokens, the lock that lets one process
// at a time renew them, and the conversation with the person; it refuses to know
// any table, and whether anybody looks at a terminal.
//
// Backlog's refresh tokens are good for one use: who renews gets another. So a
// renewal takes the lock, reads the file again, makes the request only where
// nobody was quicker, and has the answer on disk before it is used. A request
// that was begun is not given up with the statement that needed it, or the token
// would be lost with its answer.
//
// No token, code or secret gets into an error or a log: of what the space
// answers to a request for tokens, only words of the RFC are repeated.
package oauth
