package connectortest

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Result is what one check found.
type Result struct {
	// Check is the check's name.
	Check  string
	Failed bool
	// Messages are what the check had to say, each one line or more.
	Messages []string
}

// Verify runs the suite without package testing: in a program that tries out a
// connector. A check that panics has failed.
func Verify(cfg Config) []Result {
	root := &recorder{}
	Run(root, cfg)
	results := make([]Result, len(root.children))
	for i, r := range root.children {
		results[i] = r.Result
	}
	return results
}

// recorder is a T that keeps what it is told. Only the goroutine of its check
// uses it.
type recorder struct {
	Result
	children []*recorder
}

var _ Runner[*recorder] = (*recorder)(nil)

func (r *recorder) Helper() {}

func (r *recorder) Logf(format string, args ...any) {
	r.Messages = append(r.Messages, fmt.Sprintf(format, args...))
}

func (r *recorder) Errorf(format string, args ...any) {
	r.Logf(format, args...)
	r.Failed = true
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// Run runs a check on a goroutine of its own, which Fatalf can end.
func (r *recorder) Run(name string, check func(*recorder)) bool {
	child := &recorder{Result: Result{Check: name}}
	r.children = append(r.children, child)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if fault := recover(); fault != nil {
				child.Errorf("panic: %v\n%s", fault, debug.Stack())
			}
		}()
		check(child)
	}()
	<-done
	r.Failed = r.Failed || child.Failed
	return !child.Failed
}
