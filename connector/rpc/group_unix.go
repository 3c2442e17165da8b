//go:build unix && !linux

package rpc

import (
	"os/exec"
	"syscall"
)

// group is the process group that a child leads.
type group struct{}

// prepare is called before the child starts.
func (g *group) prepare(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// adopt is called after the child has started.
func (g *group) adopt(*exec.Cmd) {}

// wait returns when the child has exited and its group is gone.
func (g *group) wait(cmd *exec.Cmd) error {
	defer g.kill(cmd)
	return cmd.Wait()
}

// kill ends the child and all that it has started, if they are still there.
func (g *group) kill(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // an empty group is what we want
}
