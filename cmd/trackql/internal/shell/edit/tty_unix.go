//go:build !windows

package edit

import (
	"os"
	"os/signal"
	"syscall"
)

// watchSize tells when the screen has another size.
func watchSize(resized chan<- os.Signal) { signal.Notify(resized, syscall.SIGWINCH) }

// showSequences makes a terminal understand sequences, until restore is called:
// terminals do.
func showSequences(*os.File) (restore func() error, err error) {
	return func() error { return nil }, nil
}

// stopSelf stops the program as Ctrl-Z does, with all that it has started.
func stopSelf() error { return syscall.Kill(0, syscall.SIGTSTP) }
