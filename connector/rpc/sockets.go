package rpc

import (
	"net"
	"path/filepath"
	"runtime"
)

// longestSocket is the longest name that go-plugin gives to a socket.
const longestSocket = "plugin4294967295"

// holdsSocket tries whether a child can have its socket in a folder: the path of
// one may have about a hundred bytes only. On Windows it has a port.
func holdsSocket(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	listener, err := net.Listen("unix", filepath.Join(folder, longestSocket))
	if err != nil {
		return err
	}
	return listener.Close()
}
