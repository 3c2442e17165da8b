package rpc

import (
	"context"
	"sync"

	"github.com/trackql/trackql/connector"
)

// Plugin is a connector whose sources live in children.
type Plugin struct {
	host    Host
	program Program
	info    connector.Info
	version string

	mu   sync.Mutex
	idle *child // started to be asked, and not used yet
}

var _ connector.Connector = (*Plugin)(nil)

// Info describes the connector, as the plugin did when it started.
func (p *Plugin) Info() connector.Info { return p.info }

// Version is the plugin's own version.
func (p *Plugin) Version() string { return p.version }

// Open opens a source in a child of its own. Its Close ends the child.
func (p *Plugin) Open(ctx context.Context, cfg connector.Config) (connector.Source, error) {
	s := newSource(p, cfg)
	if err := s.revive(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Close ends the child that was started to be asked, if no source uses it.
func (p *Plugin) Close() error {
	if c := p.claim(); c != nil {
		c.end()
	}
	return nil
}

// claim hands out the idle child, once.
func (p *Plugin) claim() *child {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.idle
	p.idle = nil
	return c
}

// child returns a child for a source: the idle one, or a new one.
func (p *Plugin) child(ctx context.Context) (*child, error) {
	if c := p.claim(); c != nil {
		if !c.dead() {
			return c, nil
		}
		c.end()
	}
	return start(ctx, p.host, p.program)
}
