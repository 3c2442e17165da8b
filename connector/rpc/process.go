package rpc

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-plugin/runner"
)

// lastWords is how long the pipes of a child that has exited are still read.
// They end with the child, but for a grandchild that has left the group.
const lastWords = time.Second

// process is a child with its pipes, in a process group of its own. go-plugin
// starts it and reads its standard output.
type process struct {
	cmd            *exec.Cmd
	group          group
	stdin          *os.File
	stdout, stderr *os.File
	logs           *logs

	mu      sync.Mutex
	hello   []byte // the first bytes of standard output
	started bool
	doomed  bool // killed before it started

	exited chan struct{} // closed when it has
	err    error         // how it ended, once it has
	logged chan struct{} // closed when its last log line is read
}

var _ runner.Runner = (*process)(nil)

func newProcess(p Program, env []string, logs *logs) *process {
	cmd := exec.Command(p.Path, p.Args...)
	cmd.Env = env
	return &process{cmd: cmd, logs: logs, exited: make(chan struct{}), logged: make(chan struct{})}
}

// Start starts the child. When it fails, nothing is left of it.
func (p *process) Start(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.doomed {
		return os.ErrProcessDone
	}
	theirs, err := p.pipes()
	defer func() {
		for _, f := range theirs {
			_ = f.Close() // they are the child's now
		}
	}()
	if err != nil {
		return err
	}
	p.group.prepare(p.cmd)
	if err := p.cmd.Start(); err != nil {
		p.free()
		return err
	}
	p.group.adopt(p.cmd)
	p.started = true
	go p.reap()
	go func() {
		defer close(p.logged)
		p.logs.read(p.stderr)
	}()
	return nil
}

// running tells whether the child was started.
func (p *process) running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.started
}

// pipes makes the pipes, and returns the child's ends.
func (p *process) pipes() (theirs []*os.File, err error) {
	for _, pipe := range []struct {
		mine    **os.File
		theirs  func(*os.File)
		writing bool
	}{
		{&p.stdin, func(f *os.File) { p.cmd.Stdin = f }, true},
		{&p.stdout, func(f *os.File) { p.cmd.Stdout = f }, false},
		{&p.stderr, func(f *os.File) { p.cmd.Stderr = f }, false},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			p.free()
			return theirs, err
		}
		if pipe.writing {
			r, w = w, r
		}
		*pipe.mine = r
		pipe.theirs(w)
		theirs = append(theirs, w)
	}
	return theirs, nil
}

// reap waits for the child, takes its group with it, and lets the readers of
// its pipes come to an end.
func (p *process) reap() {
	p.err = p.group.wait(p.cmd)
	end := time.Now().Add(lastWords)
	_ = p.stdout.SetReadDeadline(end) // where it cannot be set, the pipe ends by itself
	_ = p.stderr.SetReadDeadline(end)
	close(p.exited)
}

// free closes our ends of the pipes.
func (p *process) free() {
	for _, f := range []*os.File{p.stdin, p.stdout, p.stderr} {
		if f != nil {
			_ = f.Close() // nobody reads them any more
		}
	}
}

// Wait returns when the child has exited.
func (p *process) Wait(context.Context) error {
	<-p.exited
	return p.err
}

// Kill ends the child and its group at once, or before it starts.
func (p *process) Kill(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doomed = true
	if p.started {
		p.group.kill(p.cmd)
	}
	return nil
}

// Stdout is what go-plugin reads the handshake from.
func (p *process) Stdout() io.ReadCloser { return &sniffed{File: p.stdout, process: p} }

// Stderr is empty for go-plugin: the logs are read here.
func (p *process) Stderr() io.ReadCloser { return io.NopCloser(strings.NewReader("")) }

// Name is what go-plugin calls the child.
func (p *process) Name() string { return p.cmd.Path }

// ID is the child's process number.
func (p *process) ID() string {
	if !p.running() {
		return ""
	}
	return strconv.Itoa(p.cmd.Process.Pid)
}

// Diagnose adds nothing to go-plugin's errors: they are worded here.
func (p *process) Diagnose(context.Context) string { return "" }

// PluginToHost and HostToPlugin change no address: both see the same system.
func (p *process) PluginToHost(network, address string) (string, string, error) {
	return network, address, nil
}

// HostToPlugin is the way back.
func (p *process) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}

// helloBytes is how much of standard output is kept to tell what came instead
// of a handshake.
const helloBytes = 200

// sniffed is standard output, of which the beginning is kept.
type sniffed struct {
	*os.File
	process *process
}

func (s *sniffed) Read(b []byte) (int, error) {
	n, err := s.File.Read(b)
	p := s.process
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hello = append(p.hello, b[:min(n, helloBytes-len(p.hello))]...)
	return n, err
}

// greeting returns the first line of standard output.
func (p *process) greeting() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	line, _, _ := strings.Cut(string(p.hello), "\n")
	return strings.TrimSpace(line)
}
