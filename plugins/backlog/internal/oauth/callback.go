package oauth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/trackql/trackql/connector"
)

// pageTime is how long the last page may take to reach the browser.
const pageTime = 2 * time.Second

// callback is the address to which people are sent back.
type callback struct {
	*url.URL
	text string // as it was registered
}

func (c callback) String() string { return c.text }

func parseCallback(text string) (callback, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" || u.User != nil || u.Fragment != "" {
		return callback{}, connector.Errorf(connector.Invalid, "CallbackUrl=%q is not an address", text).
			WithHint("Write it as it is registered for the application, such as http://localhost:33333/.")
	}
	return callback{u, text}, nil
}

// here tells whether the address can be listened to: plain HTTP at this machine.
func (c callback) here() bool {
	ip := net.ParseIP(c.Hostname())
	return c.Scheme == "http" && (c.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

func (c callback) path() string {
	if c.Path == "" {
		return "/"
	}
	return c.Path
}

// desk receives a person who comes back from the space.
type desk struct {
	callback callback
	state    string
	listener net.Listener
	arrived  chan url.Values
	finished chan struct{} // closed when it is known how it went
	done     bool          // read after finished
}

// listen begins to listen to a callback's address. What is then to be registered
// is desk.callback.
func listen(ctx context.Context, c callback, state string) (*desk, error) {
	host, port := c.Hostname(), c.Port()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "80"
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		var cause *net.OpError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return nil, connector.Errorf(connector.Unavailable, "CallbackUrl: nothing can be listened to at %s: %w", c.Host, err).
			WithHint("End what uses the port; or register another address for the application, and write it into CallbackUrl; " +
				"or sign in with --no-browser.")
	}
	if port == "0" {
		free := *c.URL
		free.Host = net.JoinHostPort(c.Hostname(), strconv.Itoa(listener.Addr().(*net.TCPAddr).Port))
		c = callback{&free, free.String()}
	}
	return &desk{
		callback: c, state: state, listener: listener,
		arrived: make(chan url.Values, 1), finished: make(chan struct{}),
	}, nil
}

// serve sends the person away, waits until they come back, and finishes with the
// code that they bring. When it returns, nothing listens any more.
func (d *desk) serve(ctx context.Context, visit func(redirect string) error, finish func(redirect, code string) error) error {
	server := &http.Server{Handler: http.HandlerFunc(d.receive), ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(d.listener) }()
	err := visit(d.callback.String())
	if err == nil {
		err = d.await(ctx, ended, finish)
	}
	d.done = err == nil
	close(d.finished)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), pageTime)
	defer cancel()
	if server.Shutdown(last) != nil {
		// A browser keeps a connection open: it has its page, or will not get it.
		err = errors.Join(err, server.Close())
	}
	return err
}

func (d *desk) await(ctx context.Context, ended <-chan error, finish func(redirect, code string) error) error {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case values := <-d.arrived:
		code, err := codeOf(values, d.state)
		if err != nil {
			return err
		}
		return finish(d.callback.String(), code)
	case <-timer.C:
		return connector.Errorf(connector.Unauthorized, "nobody has signed in for %s", patience).
			WithHint("Begin again.")
	case err := <-ended:
		return connector.Errorf(connector.Unavailable, "CallbackUrl: %s cannot be listened to any more: %w", d.callback.Host, err)
	case <-ctx.Done():
		return canceled(ctx)
	}
}

// receive answers a browser. Who comes with another state, or for something else,
// is not the person: anything may ask a port of this machine.
func (d *desk) receive(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != d.callback.path():
		page(w, http.StatusNotFound, "There is nothing here", "trackql waits for somebody who signs in.")
		return
	case r.Method != http.MethodGet:
		page(w, http.StatusMethodNotAllowed, "There is nothing here", "trackql waits for somebody who signs in.")
		return
	case !sameState(r.URL.Query(), d.state):
		page(w, http.StatusBadRequest, "This is not the sign-in that trackql waits for",
			"Use the address that trackql shows, and sign in there.")
		return
	}
	select {
	case d.arrived <- r.URL.Query():
	default: // a browser that asks twice
	}
	select {
	case <-d.finished:
	case <-r.Context().Done():
		return
	}
	if d.done {
		page(w, http.StatusOK, "You are signed in", "Close this page, and go on with trackql.")
		return
	}
	page(w, http.StatusForbidden, "You are not signed in", "trackql tells why, where you started it.")
}

func sameState(values url.Values, state string) bool {
	return subtle.ConstantTimeCompare([]byte(values.Get("state")), []byte(state)) == 1
}

// page writes a page that loads nothing, is not kept, and tells nobody where it
// was: its address has the code.
func page(w http.ResponseWriter, status int, title, text string) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'")
	w.WriteHeader(status)
	// A browser that has gone needs no page.
	_, _ = fmt.Fprintf(w, "<!DOCTYPE html>\n<html lang=\"en\">\n<title>%s</title>\n<h1>%s</h1>\n<p>%s</p>\n</html>\n", title, title, text)
}
