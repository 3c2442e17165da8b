// Command trackql-plugin-backlog serves the backlog connector in a process of
// its own.
package main

import (
	_ "time/tzdata" // for systems without a database of time zones

	"github.com/trackql/trackql/connector/rpc"
	"github.com/trackql/trackql/plugins/backlog"
)

func main() { rpc.Serve(backlog.New()) }
