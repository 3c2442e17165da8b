package rpc

import (
	"os/exec"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// group is the job object that a child and its children belong to. It may not
// be copied.
type group struct {
	mu  sync.Mutex
	job windows.Handle // 0 where there is none
}

// prepare is called before the child starts.
func (g *group) prepare(*exec.Cmd) {}

// adopt puts the child into a job that ends with this process. Where Windows
// refuses, the child still ends with its standard input.
func (g *group) adopt(cmd *exec.Cmd) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err == nil {
		err = assign(job, cmd.Process.Pid)
	}
	if err != nil {
		_ = windows.CloseHandle(job) // it is empty
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.job = job
}

func assign(job windows.Handle, pid int) error {
	child, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	defer windows.CloseHandle(child)
	return windows.AssignProcessToJobObject(job, child)
}

// wait returns when the child has exited and its job is gone.
func (g *group) wait(cmd *exec.Cmd) error {
	err := cmd.Wait()
	g.kill(cmd)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.job != 0 {
		_ = windows.CloseHandle(g.job) // nothing is in it any more
		g.job = 0
	}
	return err
}

// kill ends the child and all that it has started, if they are still there.
func (g *group) kill(cmd *exec.Cmd) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.job != 0 {
		_ = windows.TerminateJobObject(g.job, 1) // an empty job is what we want
		return
	}
	_ = cmd.Process.Kill() // it may have exited
}
