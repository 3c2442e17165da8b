// Command trackql-plugin-scarab serves the scarab connector in a process of its
// own.
package main

import (
	_ "time/tzdata" // for systems without a database of time zones

	"github.com/trackql/trackql/connector/rpc"
	"github.com/trackql/trackql/plugins/scarab"
)

func main() { rpc.Serve(scarab.New()) }
