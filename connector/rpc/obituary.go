package rpc

import (
	"fmt"
	"strings"
	"time"

	"github.com/trackql/trackql/connector"
)

// obituaryWait is how long the news of a child's death may come after that of
// its broken connection.
const obituaryWait = 2 * time.Second

// lost tells why the connection broke.
func (c *child) lost() error {
	if c.died() {
		return c.obituary()
	}
	c.retire()
	return connector.Errorf(connector.Unavailable, "the connection to the plugin %s broke", c.program.Path).
		WithHint("The next query starts it anew.")
}

// died tells whether the process has ended, of which the news may come a little
// later than that of its broken connection.
func (c *child) died() bool {
	late := make(chan struct{})
	limit := c.host.Clock.AfterFunc(obituaryWait, func() { close(late) })
	defer limit.Stop()
	select {
	case <-c.process.exited:
		return true
	case <-late:
		return false
	}
}

// obituary tells how the process ended.
func (c *child) obituary() error {
	<-c.process.logged
	amid, hint := "a call", "The next query starts it anew. If it happens again, tell its author."
	if !c.greeted {
		amid, hint = "its handshake", notPlugin
	}
	how := "exit status 0"
	if err := c.process.err; err != nil {
		how = err.Error()
	}
	fate := fmt.Sprintf("ended amid %s: %s", amid, how)
	if panicked, last := c.logs.words(); panicked != "" {
		fate = "panicked: " + panicked
	} else if last != "" {
		fate += "; its last words: " + last
	}
	return connector.Errorf(connector.Unavailable, "the plugin %s %s", c.program.Path, fate).WithHint("%s", hint)
}

// notPlugin is the hint where a process does not serve.
const notPlugin = "Is it a TrackQL plugin? Started by hand, one tells what it is."

// stillborn tells why the handshake failed: go-plugin's own words are for
// programmers.
func (c *child) stillborn(err error) error {
	p := c.process
	if p == nil {
		return connector.Errorf(connector.Invalid, "the plugin %s cannot be started: there is no place for its socket: %w", c.program.Path, err).
			WithHint("Set TMPDIR to a folder that is there, may be written to, and has a short path.")
	}
	if !p.running() {
		return c.program.cannotStart(err)
	}
	greeting := p.greeting()
	if version, ok := versionOf(greeting); ok && version != Protocol {
		return otherVersion(c.program, version)
	} else if ok {
		reason, _, _ := strings.Cut(err.Error(), "\n")
		return connector.Errorf(connector.Corrupt, "the plugin %s shakes hands in another way: %s", c.program.Path, c.redact.text(reason)).WithHint(notPlugin)
	}
	if greeting != "" {
		return connector.Errorf(connector.Corrupt, "the plugin %s printed %q instead of its handshake", c.program.Path, greeting).
			WithHint("Is it a TrackQL plugin? One may print nothing to standard output before it serves.")
	}
	c.kill()
	<-p.exited
	if p.err != nil && p.err.Error() == "signal: killed" { // by us, just now
		return connector.Errorf(connector.Unavailable, "the plugin %s closed its standard output instead of its handshake", c.program.Path).WithHint(notPlugin)
	}
	return c.obituary()
}

// versionOf reads the protocol's version from a handshake:
// CORE|VERSION|NETWORK|ADDRESS|….
func versionOf(greeting string) (int, bool) {
	var core, version int
	n, err := fmt.Sscanf(greeting, "%d|%d|", &core, &version)
	return version, err == nil && n == 2
}

func otherVersion(p Program, version int) error {
	e := connector.Errorf(connector.Invalid, "the plugin %s speaks version %d of the protocol, this trackql version %d", p.Path, version, Protocol)
	if version > Protocol {
		return e.WithHint("Install a newer trackql, or an older release of the plugin.")
	}
	return e.WithHint("Install a newer release of the plugin, or have its author build it anew.")
}
