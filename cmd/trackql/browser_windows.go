package main

import (
	"os/exec"
	"syscall"
)

// detach keeps Ctrl-C at our terminal from a program that we start.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
