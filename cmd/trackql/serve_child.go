package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
	"github.com/trackql/trackql/sqlengine/serve"
)

// bondedChild serves the program that started this one, which says on the standard
// input what to open, a line of JSON each, and is answered in the same way. It
// serves until that input ends.
type bondedChild struct {
	program *program
	folder  string // of the sockets, for this user alone
	token   string
	served  []*served
}

// served is what one message had opened.
type served struct {
	engine *engine
	server *serve.Server
	done   chan error
}

// childRequest is a message of the parent: the token of all calls, first and once,
// and then what to open, or the question what is held at the moment.
type childRequest struct {
	Token    string   `json:"token"`
	Sources  []string `json:"sources"`
	Config   string   `json:"config"`
	Timezone string   `json:"timezone"`
	Folder   string   `json:"folder"`
	Held     bool     `json:"held"`
}

// childAnswer says where the sources are served, or why they are not; or what is
// held at each address, in the order in which they were opened.
type childAnswer struct {
	Address string       `json:"address,omitempty"`
	Kind    string       `json:"kind,omitempty"`
	Error   string       `json:"error,omitempty"`
	Held    []serve.Held `json:"held,omitempty"`
}

// serveParent serves the program that started this one.
func (p *program) serveParent(ctx context.Context) (err error) {
	c := &bondedChild{program: p}
	if c.folder, err = os.MkdirTemp("", "trackql-"); err != nil {
		return fmt.Errorf("a folder for sockets: %w", err)
	}
	defer func() { err = errors.Join(err, c.close()) }()
	requests := make(chan childRequest)
	failed := make(chan error, 1)
	go func() {
		defer close(requests)
		in := bufio.NewScanner(p.in)
		in.Buffer(nil, maxRequest)
		for in.Scan() {
			var r childRequest
			if err := json.Unmarshal(in.Bytes(), &r); err != nil {
				failed <- usage("Leave out --child: it is for programs that start trackql.", "the standard input is no message: %w", err)
				return
			}
			requests <- r
		}
	}()
	answers := json.NewEncoder(p.out)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case r, more := <-requests:
			switch {
			case !more:
				return nil
			case r.Token != "":
				c.token = r.Token
				continue
			}
			if err := answers.Encode(c.answer(ctx, r)); err != nil {
				return err
			}
		}
	}
}

// maxRequest bounds a message, in bytes.
const maxRequest = 1 << 20

func (c *bondedChild) answer(ctx context.Context, r childRequest) childAnswer {
	if r.Held {
		var a childAnswer
		for _, s := range c.served {
			a.Held = append(a.Held, s.server.Held())
		}
		return a
	}
	address, err := c.open(ctx, r)
	if err == nil {
		return childAnswer{Address: address}
	}
	text := err.Error()
	if hint := connector.HintOf(err); hint != "" {
		text += "\n" + hint
	}
	return childAnswer{Kind: connector.KindOf(err).String(), Error: text}
}

// open opens sources, and serves them at an address of their own.
func (c *bondedChild) open(ctx context.Context, r childRequest) (_ string, err error) {
	p := c.program
	if r.Folder != "" {
		if err := os.Chdir(r.Folder); err != nil {
			return "", err
		}
	}
	setup, err := p.setup(ctx, sourceFlags{sources: r.Sources, config: r.Config, timezone: r.Timezone, alone: true})
	if err != nil {
		return "", err
	}
	s := &served{done: make(chan error, 1)}
	if s.engine, err = p.openEngine(ctx, setup, sqlengine.Config{}); err != nil {
		return "", err
	}
	if s.server, err = serve.New(serve.Config{
		Engine: s.engine.Engine, Version: version(), Access: serve.NewAccess(c.token, nil), Log: p.log(),
	}); err != nil {
		return "", errors.Join(err, s.engine.Close())
	}
	listener, err := c.listen()
	if err != nil {
		return "", errors.Join(err, s.server.Close(), s.engine.Close())
	}
	go func() { s.done <- s.server.Serve(listener) }()
	c.served = append(c.served, s)
	if listener.Addr().Network() == "unix" {
		return "grpc+unix://" + listener.Addr().String(), nil
	}
	return "grpc://" + listener.Addr().String(), nil
}

// listen opens a socket that only this user reaches; on Windows, where the driver
// knows no such sockets, one that only this machine does.
func (c *bondedChild) listen() (net.Listener, error) {
	if runtime.GOOS == "windows" {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	return net.Listen("unix", filepath.Join(c.folder, fmt.Sprint(len(c.served))))
}

func (c *bondedChild) close() error {
	var errs []error
	for _, s := range c.served {
		errs = append(errs, s.server.Close(), <-s.done, s.engine.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(c.folder))...)
}
