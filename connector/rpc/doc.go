// Package rpc carries the contract of package connector across a process
// boundary: [Serve] is the main of a plugin, [Host] starts one and makes a
// [connector.Connector] of it. It is the only package that sees protobuf, gRPC
// and go-plugin, and owns the life of the child process: handshake, mutual TLS,
// logs, deadlines, death. The protocol is connector.proto.
//
// It does not look for plugins, nor decide which may run: that is package
// registry's. And it trusts no plugin: rows are validated before anybody reads
// them, and a child that dies, hangs or lies costs one query an error that says
// so.
//
// # Life of a child
//
// One child serves one source. [Host.Start] starts it and asks it what it is;
// Open opens the source in it; Close of the source ends it. When it dies, or had
// to be given up, the source starts another at the next call. A child leads a
// process group of its own, which is killed with it, and ends when its standard
// input does, so that it does not outlive a host that was killed.
package rpc
