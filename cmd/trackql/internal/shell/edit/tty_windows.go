package edit

import (
	"fmt"
	"os"
	"syscall"
)

var setConsoleMode = syscall.NewLazyDLL("kernel32.dll").NewProc("SetConsoleMode")

// virtualTerminal is ENABLE_VIRTUAL_TERMINAL_PROCESSING.
const virtualTerminal = 0x0004

// watchSize does nothing: a console tells of another size only where it is
// asked for it, as each key does.
func watchSize(chan<- os.Signal) {}

// showSequences makes a console understand sequences, until restore is called.
func showSequences(screen *os.File) (restore func() error, err error) {
	console := syscall.Handle(screen.Fd())
	var was uint32
	if err := syscall.GetConsoleMode(console, &was); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	if err := setMode(console, was|virtualTerminal); err != nil {
		return nil, err
	}
	return func() error { return setMode(console, was) }, nil
}

func setMode(console syscall.Handle, mode uint32) error {
	if ok, _, err := setConsoleMode.Call(uintptr(console), uintptr(mode)); ok == 0 {
		return fmt.Errorf("console: %w", err)
	}
	return nil
}

// stopSelf does nothing: there is no such thing on Windows.
func stopSelf() error { return nil }
