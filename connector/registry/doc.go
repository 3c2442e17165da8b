// Package registry knows which connectors there are: those compiled into the
// program, and the executables trackql-plugin-NAME in the folders of the plugin
// path. It decides which of them may run, by the checksums of the lock file of
// their folder, and installs and removes them.
//
// It does not talk to plugins: package rpc starts them. It starts one only when
// somebody asks for it by name, or wants to know what all of them are.
package registry
