package backlogtest

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// largestBody is how many bytes a request may send.
const largestBody = 64 << 20

// endpoint is a route of a server.
type endpoint struct {
	server *Server
	route  route
}

// call is a request that is being answered, under the server's lock.
type call struct {
	server  *Server
	space   *Space
	request *http.Request
	user    *User // who asks; nil where the route needs nobody
	params  *params
	upload  *upload // the file that was sent, or nil
}

// word is a part of the path.
func (c *call) word(name string) string { return c.request.PathValue(name) }

// wordID is a part of the path that is an id; ok is false where it is none.
func (c *call) wordID(name string) (int64, bool) { return parseID(c.word(name)) }

func parseID(text string) (int64, bool) {
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil && id > 0
}

// reply is an answer before it is sent.
type reply struct {
	status int
	header http.Header
	body   []byte
	cut    bool // send half of the body
	reset  bool // send nothing
}

// file is an answer that is a file.
type file struct {
	name, kind string
	content    []byte
}

// ServeHTTP answers a request: it is recorded, counted and may fail by a fault
// before it is done.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := e.server
	entry := s.record(r, e.route.category)
	fault := s.takeFault(r)
	values, sent, err := readBody(r)
	if err != nil {
		s.send(w, entry, replyOf(refuse(InvalidRequestError, "The body cannot be read: %v.", err)), quota{})
		return
	}
	user, left, early := s.admit(e.route.category, r)
	if early == nil && fault != nil {
		early = fault.early()
	}
	if err := s.wait(r, s.options.Latency+fault.delay()); err != nil {
		panic(http.ErrAbortHandler) // the client has gone
	}
	if early != nil {
		s.send(w, entry, early, left)
		return
	}
	answer := s.do(e.route, &call{server: s, request: r, user: user, params: newParams(values), upload: sent})
	if fault != nil {
		answer = fault.late(answer)
	}
	s.send(w, entry, answer, left)
}

// admit finds who asks, and takes the request from their budget. A reply says
// that it goes no further.
func (s *Server) admit(category Category, r *http.Request) (*User, quota, *reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if category == "" {
		return nil, quota{}, nil
	}
	user, err := s.identify(r)
	if err != nil {
		left, _ := s.spend(budget{0, category})
		return nil, left, replyOf(err)
	}
	left, ok := s.spend(budget{user.ID, category})
	if !ok {
		return nil, left, replyOf(refuse(TooManyRequestsError, "Rate limit exceeded."))
	}
	return user, left, nil
}

// do answers the request under the lock.
func (s *Server) do(route route, c *call) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.space = s.space
	value, err := route.answer(c)
	if c.request.Method != http.MethodGet {
		s.space.touch()
	}
	if err != nil {
		return replyOf(err)
	}
	switch v := value.(type) {
	case *reply:
		return v
	case *file:
		return v.reply()
	case nil:
		return &reply{status: route.ok}
	}
	return replyJSON(route.ok, value)
}

func replyJSON(status int, value any) *reply {
	expected := 1 << 10
	if items, ok := value.(list); ok {
		expected += len(items) << 12
	}
	return &reply{
		status: status, header: http.Header{"Content-Type": {"application/json;charset=utf-8"}},
		body: appendJSON(make([]byte, 0, expected), value),
	}
}

// replyOf is the answer that an error becomes.
func replyOf(err error) *reply {
	var token *tokenError
	if errors.As(err, &token) {
		out := replyJSON(http.StatusUnauthorized,
			object{{"error", "invalid_token"}, {"error_description", token.description}})
		out.header.Set("WWW-Authenticate",
			`Bearer error="invalid_token", error_description="`+token.description+`"`)
		return out
	}
	var f *failure
	if !errors.As(err, &f) {
		f = refuse(InternalError, "%v", err)
	}
	return replyJSON(statuses[f.code], f.body())
}

// reply names the file as RFC 5987 has it, for names in any script.
func (f *file) reply() *reply {
	return &reply{status: http.StatusOK, body: f.content, header: http.Header{
		"Content-Type":        {f.kind},
		"Content-Disposition": {"attachment; filename*=UTF-8''" + url.PathEscape(f.name)},
	}}
}

// wait lets time pass.
func (s *Server) wait(r *http.Request, d time.Duration) error {
	if d == 0 {
		return r.Context().Err()
	}
	return s.clock.Sleep(r.Context(), d)
}

// send writes the answer, and completes its record.
func (s *Server) send(w http.ResponseWriter, entry *Request, answer *reply, left quota) {
	s.mu.Lock()
	entry.Status, entry.Bytes = answer.status, int64(len(answer.body))
	s.mu.Unlock()
	if answer.reset {
		panic(http.ErrAbortHandler) // net/http and Transport know it: the connection ends
	}
	header := w.Header()
	for name, values := range answer.header {
		header[name] = values
	}
	header.Set("Date", s.clock.Now().UTC().Format(http.TimeFormat))
	if left.limit > 0 {
		left.tell(header)
	}
	if answer.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(answer.body)))
	}
	w.WriteHeader(answer.status)
	if answer.status == http.StatusNoContent {
		return
	}
	body := answer.body
	if answer.cut {
		body = body[:len(body)/2]
	}
	_, err := w.Write(body)
	if answer.cut {
		err = errors.Join(io.ErrShortWrite, http.NewResponseController(w).Flush())
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// readBody is what a request says in its query and its form, and the file that
// it sends.
func readBody(r *http.Request) (url.Values, *upload, error) {
	values := r.URL.Query()
	kind := r.Header.Get("Content-Type")
	if strings.HasPrefix(kind, "multipart/form-data") {
		sent, err := readUpload(r)
		return values, sent, err
	}
	if r.Body == nil || !strings.HasPrefix(kind, "application/x-www-form-urlencoded") {
		return values, nil, nil
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, largestBody))
	if err != nil {
		return nil, nil, err
	}
	form, err := url.ParseQuery(string(text))
	for name, texts := range form {
		values[name] = append(texts, values[name]...)
	}
	return values, nil, err
}
