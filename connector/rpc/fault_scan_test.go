//go:build unix

package rpc_test

import "github.com/trackql/trackql/connector/rpc"

var faults = map[string]fault{}

var liars = map[string]func(*scene, *rpc.Liar){}
