// Command trackql-plugin-markdown is the connector markdown as an executable,
// for TrackQL to find and to start.
package main

import (
	"example.com/trackql-plugin-markdown/markdown"

	"github.com/trackql/trackql/connector/rpc"
)

func main() { rpc.Serve(markdown.New()) }
