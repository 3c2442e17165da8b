//go:build !unix

package rpc_test

// faultPlugins are none where faults are not tested: see fault_plugins_test.go.
var faultPlugins map[string]func()
