// Command trackql asks trackers, files and databases in SQL. It owns flags, the
// wiring of configuration, connectors and engine, exit codes, and what is
// printed where; one file a subcommand.
//
// It decides nothing about SQL and knows no tracker: that is the engine's and
// the connectors'.
package main

import (
	"context"
	"os"
	_ "time/tzdata" // for systems without a database of time zones
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
