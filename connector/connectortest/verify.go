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
	var results []Result
	VerifyEach(cfg, func(r Result) { results = append(results, r) })
	return results
}

// VerifyEach is Verify for a program that shows how far it is: it calls done
// after each check.
func VerifyEach(cfg Config, done func(Result)) {
	Run(&recorder{done: done}, cfg)
}

// recorder is a T that keeps what it is told. Only the goroutine of its check
// uses it.
type recorder struct {
	Result
	done func(Result) // of the checks below
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
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if fault := recover(); fault != nil {
				child.Errorf("panic: %v\n%s", fault, debug.Stack())
			}
		}()
		check(child)
	}()
	<-ended
	r.Failed = r.Failed || child.Failed
	r.done(child.Result)
	return !child.Failed
}
