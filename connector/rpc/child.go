package rpc

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	hclog "github.com/hashicorp/go-hclog"
	plugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// child is a plugin's process that answers calls.
type child struct {
	host    Host
	program Program
	process *process
	client  *plugin.Client
	remote  wire.ConnectorClient
	logs    *logs
	redact  *redactor
	info    connector.Info
	version string
	greeted bool // it has said what it is

	mu      sync.Mutex
	sockets string // the folder of the socket
	active  int    // calls under way
	retired bool   // takes no further call
	ending  sync.Once
}

// start starts a child, shakes hands, and asks it what it is.
func start(ctx context.Context, h Host, p Program) (*child, error) {
	var err error
	if p.Path, err = filepath.Abs(p.Path); err != nil {
		return nil, p.cannotStart(err)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	c := &child{host: h, program: p, logs: newLogs(p.Name(), h.Log), redact: redactorOf(connector.Info{}, nil)}
	c.client = plugin.NewClient(c.config())
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	limit := h.Clock.AfterFunc(h.HandshakeTimeout, func() {
		cancel(connector.Errorf(connector.Unavailable, "the plugin %s did not finish its handshake within %v", p.Path, h.HandshakeTimeout).
			WithHint(notPlugin))
	})
	defer limit.Stop()
	stop := context.AfterFunc(ctx, c.kill)
	defer stop()
	if err := c.greet(ctx); err != nil {
		c.kill()
		c.end()
		if ctx.Err() != nil {
			return nil, canceled(ctx)
		}
		return nil, err
	}
	return c, nil
}

// config is what go-plugin needs to know.
func (c *child) config() *plugin.ClientConfig {
	return &plugin.ClientConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: map[int]plugin.PluginSet{Protocol: {pluginName: &service{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		StartTimeout:     24 * time.Hour, // ours ends it
		Logger:           hclog.NewNullLogger(),
		SyncStdout:       &c.logs.stdout,
		SyncStderr:       &c.logs.stderr,
		RunnerFunc: func(_ hclog.Logger, cmd *exec.Cmd, sockets string) (runner.Runner, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.sockets = sockets
			if err := holdsSocket(sockets); err != nil {
				return nil, err
			}
			c.process = newProcess(c.program, cmd.Env, c.logs)
			return c.process, nil
		},
		GRPCDialOptions: []grpc.DialOption{
			grpc.WithInitialWindowSize(windowBytes),
			grpc.WithInitialConnWindowSize(4 * windowBytes),
			grpc.WithReadBufferSize(0), // TLS has one, and large frames need none
			grpc.WithWriteBufferSize(64 << 10),
		},
	}
}

// greet starts the process and makes the first call.
func (c *child) greet(ctx context.Context) error {
	if _, err := c.client.Start(); err != nil {
		return c.stillborn(err)
	}
	protocol, err := c.client.Client()
	if err != nil {
		return c.stillborn(err)
	}
	raw, err := protocol.Dispense(pluginName)
	if err != nil {
		return c.stillborn(err)
	}
	c.remote = raw.(wire.ConnectorClient)
	alive, cancel := c.whileAlive(ctx)
	defer cancel()
	answer, err := c.remote.Describe(alive, &wire.DescribeRequest{}, grpc.WaitForReady(true))
	if err != nil {
		return c.fault(ctx, err)
	}
	c.info, c.version, c.greeted = infoFromWire(answer.Info), answer.Version, true
	return nil
}

// whileAlive returns a context that ends with the process, too.
func (c *child) whileAlive(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		select {
		case <-c.process.exited:
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// open opens the source in the child.
func (c *child) open(ctx context.Context, cfg connector.Config) (*wire.OpenResponse, error) {
	settings := slices.DeleteFunc(cfg.Options.Settings(), func(s connector.Setting) bool {
		return !c.declares(s.Key) // a key of every source, which is for us
	})
	c.redact = redactorOf(c.info, settings)
	c.logs.to(cfg.Log, c.redact)
	req := &wire.OpenRequest{
		Name: cfg.Name, Settings: each(settings, settingToWire), Timezone: zoneToWire(cfg.Timezone),
		LogLevel: int32(enabledLevel(ctx, cfg.Log)),
	}
	return call(ctx, c, "Open", c.host.StallTimeout, func(ctx context.Context) (*wire.OpenResponse, error) {
		return c.remote.Open(ctx, req)
	})
}

// declares tells whether the connector has an option of a name.
func (c *child) declares(key string) bool {
	return slices.ContainsFunc(c.info.Options, func(o connector.Option) bool { return o.Name == key })
}

// call makes one call that has one answer, within a limit.
func call[A any](ctx context.Context, c *child, what string, limit time.Duration, f func(context.Context) (A, error)) (A, error) {
	ctx, end := c.within(ctx, what, limit)
	defer end.stop()
	answer, err := f(ctx)
	if err != nil {
		var none A
		return none, c.fault(ctx, err)
	}
	return answer, nil
}

// deadline ends a call that takes too long.
type deadline struct {
	timer  Timer
	limit  time.Duration
	cancel context.CancelCauseFunc
}

func (d deadline) resume() { d.timer.Reset(d.limit) }

func (d deadline) pause() { d.timer.Stop() }

func (d deadline) stop() {
	d.timer.Stop()
	d.cancel(nil)
}

// within returns a context for a call, which ends when the limit is over: the
// child has then hung, and takes no further call.
func (c *child) within(ctx context.Context, what string, limit time.Duration) (context.Context, deadline) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := c.host.Clock.AfterFunc(limit, func() {
		c.retire()
		cancel(connector.Errorf(connector.Unavailable, "the plugin %s hangs: %s got no further for %v", c.program.Path, what, limit).
			WithHint("It was given up; the next query starts it anew."))
		c.endIdle() // where the call has just ended
	})
	return ctx, deadline{timer: timer, limit: limit, cancel: cancel}
}

// enter counts a call, and tells whether the child takes it.
func (c *child) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.retired || c.dead() {
		return false
	}
	c.active++
	return true
}

// leave ends a call. The last one takes a retired child with it.
func (c *child) leave() {
	c.mu.Lock()
	c.active--
	c.mu.Unlock()
	c.endIdle()
}

// endIdle ends a retired child whose last call has ended.
func (c *child) endIdle() {
	c.mu.Lock()
	idle := c.retired && c.active == 0
	c.mu.Unlock()
	if idle {
		c.kill()
		c.end()
	}
}

// retire makes the child take no further call.
func (c *child) retire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.retired = true
}

// dead tells whether the process has ended.
func (c *child) dead() bool {
	select {
	case <-c.process.exited:
		return true
	default:
		return false
	}
}

// kill ends the process at once.
func (c *child) kill() {
	c.mu.Lock()
	p := c.process
	c.mu.Unlock()
	if p != nil {
		_ = p.Kill(context.Background()) // it never fails
	}
}

// end ends the process, gracefully if it can be, and frees what is left of it.
// It returns when nothing is.
func (c *child) end() {
	c.ending.Do(func() {
		limit := c.host.Clock.AfterFunc(c.host.CallTimeout, c.kill)
		defer limit.Stop()
		c.client.Kill()
		c.logs.flush()
		if c.process != nil && c.process.running() {
			<-c.process.exited
			<-c.process.logged
			c.process.free()
		}
		_ = os.RemoveAll(c.sockets) // go-plugin leaves it where the start failed
	})
}

// fault returns the error of a call as the plugin meant it, or what became of
// the plugin.
func (c *child) fault(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return canceled(ctx)
	}
	st, ok := status.FromError(err)
	if !ok {
		return err
	}
	for _, detail := range st.Details() {
		if w, ok := detail.(*wire.Error); ok {
			return c.redact.error(errorFromWire(w))
		}
	}
	if st.Code() == codes.Unavailable || st.Code() == codes.Canceled {
		return c.lost()
	}
	return connector.Errorf(connector.Corrupt, "the plugin %s: %s", c.program.Path, c.redact.text(st.Message()))
}

// canceled returns why a context has ended.
func canceled(ctx context.Context) error {
	cause := context.Cause(ctx)
	var ours *connector.Error
	if errors.As(cause, &ours) {
		return cause
	}
	return connector.Errorf(connector.Canceled, "given up: %w", cause)
}
