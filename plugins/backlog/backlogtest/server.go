package backlogtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Server is an emulated Backlog. It is an [http.Handler], safe for concurrent
// use: requests change and read the space one after the other.
type Server struct {
	options Options
	clock   Clock
	handler http.Handler
	keys    map[string]int64 // API keys, and whose they are

	mu      sync.Mutex // guards all below
	space   *Space
	between func(page int, s *Space)
	page    int
	windows map[budget]*window
	tokens  tokens
	entries []*Request

	faultMu sync.Mutex
	faults  []*Fault
}

var _ http.Handler = (*Server)(nil)

// New makes the space and its server. It listens nowhere; see Transport and
// Listen. It panics where the options name no time zone.
func New(options Options) *Server {
	options = options.withDefaults()
	zone, err := time.LoadLocation(options.Zone)
	if err != nil {
		panic(fmt.Sprintf("backlogtest: zone %q: %v", options.Zone, err))
	}
	s := &Server{
		options: options, clock: options.Clock, windows: map[budget]*window{},
		space: seed(options, zone), tokens: newTokens(),
	}
	s.space.now = s.clock.Now
	s.keys = map[string]int64{
		secretText(options.Seed, "administrator"): s.space.Users[0].ID,
		secretText(options.Seed, "member"):        s.space.Users[1].ID,
	}
	s.handler = http.StripPrefix(options.Prefix, s.mux())
	return s
}

// Key is an API key of an administrator, who is a member of all projects.
func (s *Server) Key() string { return secretText(s.options.Seed, "administrator") }

// MemberKey is an API key of an ordinary person, who is a member of all projects
// but the last, where there are several.
func (s *Server) MemberKey() string { return secretText(s.options.Seed, "member") }

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Listen serves on a TCP address like "127.0.0.1:0". The base is what a client
// takes as the space's address; stop ends all connections, and returns when
// nothing is served any more.
func (s *Server) Listen(addr string) (base string, stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return "", nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		// Serve ends when stop closes the server, or when the listener breaks:
		// clients then cannot connect, and say so.
		_ = server.Serve(listener)
	}()
	stop = func() {
		if err := server.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			panic(fmt.Sprintf("backlogtest: close: %v", err))
		}
		<-done
	}
	return "http://" + listener.Addr().String() + s.options.Prefix, stop, nil
}

// Edit changes the space while no request is answered.
func (s *Server) Edit(change func(*Space)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.space)
	s.space.touch()
}

// Between makes change be called before each page of a list of issues is
// answered, with the number of such pages since Between was called: 1 for the
// first. Nil ends that.
func (s *Server) Between(change func(page int, s *Space)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.between, s.page = change, 0
}

// turnPage calls what Between was given.
func (s *Server) turnPage() {
	if s.between == nil {
		return
	}
	s.page++
	s.between(s.page, s.space)
	s.space.touch()
}

// Requests are the requests since the start or the last Forget, in the order of
// their arrival, the latest 100,000 at least. One that is not answered yet has
// the Status 0.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.entries))
	for i, entry := range s.entries {
		out[i] = *entry
	}
	return out
}

// Forget clears the record of requests.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries = nil
}

// Inject makes the next requests that the fault matches fail. Of several faults
// that match, the one injected first is used.
func (s *Server) Inject(fault Fault) {
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	s.faults = append(s.faults, &fault)
}

// takeFault is the fault that befalls the request, or nil.
func (s *Server) takeFault(r *http.Request) *Fault {
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	at := slices.IndexFunc(s.faults, func(f *Fault) bool { return f.Match == nil || f.Match(r) })
	if at < 0 {
		return nil
	}
	fault := s.faults[at]
	if fault.Times > 0 {
		if fault.Times--; fault.Times == 0 {
			s.faults = slices.Delete(s.faults, at, at+1)
		}
	}
	taken := *fault
	return &taken
}
