package rpc

import (
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// group is the process group that a child leads. It may not be copied.
type group struct {
	mu     sync.Mutex
	reaped bool
}

// prepare is called before the child starts.
func (g *group) prepare(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// adopt is called after the child has started.
func (g *group) adopt(*exec.Cmd) {}

// wait returns when the child has exited and its group is gone. The child is
// reaped last: until then nobody else can have its number, which is the group's.
func (g *group) wait(cmd *exec.Cmd) error {
	for unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
		continue
	}
	g.kill(cmd)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reaped = true
	return cmd.Wait()
}

// kill ends the child and all that it has started, if they are still there.
func (g *group) kill(cmd *exec.Cmd) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.reaped {
		_ = unix.Kill(-cmd.Process.Pid, unix.SIGKILL) // an empty group is what we want
	}
}
