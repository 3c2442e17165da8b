// Package backlogtest is an emulated Backlog.
package backlogtest
