//go:build unix

package rpc_test

import (
	"context"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc"
)

func TestFaultyOpen(t *testing.T) {
	tests := map[string]struct {
		part string
		when func(*stage)
		want string
	}{
		"hangs":  {"openHangs", strike(rpc.StallTimeout), hung("Open", "5m0s")},
		"frozen": {"openHangs", frozen, hung("Open", "5m0s")},
		"killed": {"openHangs", killed, "unavailable: the plugin PLUGIN ended amid a call: signal: killed" + tellAuthor},
		"exits":  {"openExits", nil, "unavailable: the plugin PLUGIN ended amid a call: exit status 7" + tellAuthor},
		"panics": {"openPanics", nil, "internal: the connector faulty panicked: no source" + faultOfConnector},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			p := s.program("faulty", test.part)
			plugin, err := s.host.Start(context.Background(), p)
			if err != nil {
				t.Fatal(err)
			}
			wait := background(func() error {
				_, err := plugin.Open(context.Background(), connector.Config{Name: "s"})
				return err
			})
			if test.when != nil {
				test.when(s)
			}
			if diff := cmp.Diff(test.want, asRead(wait(), p)); diff != "" {
				t.Errorf("Open (-want +got):\n%s", diff)
			}
			src, err := plugin.Open(context.Background(), connector.Config{Name: "s"})
			if err != nil {
				t.Fatalf("the next Open = %v", err)
			}
			s.works(src)
			s.shut(src)
		})
	}
}

func TestFaultyClose(t *testing.T) {
	tests := map[string]struct {
		part string
		when func(*stage)
		want string
	}{
		"hangs":  {"closeHangs", strike(rpc.CallTimeout), hung("Close", "30s")},
		"killed": {"closeHangs", killed, "unavailable: the plugin PLUGIN ended amid a call: signal: killed" + tellAuthor},
		"exits":  {"closeExits", nil, "unavailable: the plugin PLUGIN ended amid a call: exit status 8" + tellAuthor},
		"panics": {"closePanics", nil, "internal: the connector faulty panicked: never closed" + faultOfConnector},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			p := s.program("faulty", test.part)
			src := open(t, s.host, p)
			s.works(src)
			wait := background(src.Close)
			if test.when != nil {
				test.when(s)
			}
			if diff := cmp.Diff(test.want, asRead(wait(), p)); diff != "" {
				t.Errorf("Close() (-want +got):\n%s", diff)
			}
		})
	}
}

// A child that ignores that a scan was given up is ended by Close.
func TestCloseDeafChild(t *testing.T) {
	s := newStage(t)
	p := s.program("faulty", "hangs")
	src := open(t, s.host, p)
	ctx, cancel := context.WithCancel(context.Background())
	wait := background(func() error { _, err := readAll(ctx, src); return err })
	s.await("hanging")
	cancel()
	if diff := cmp.Diff("canceled: given up: context canceled\n", asRead(wait(), p)); diff != "" {
		t.Errorf("Scan (-want +got):\n%s", diff)
	}
	wait = background(src.Close)
	s.clock.strike(rpc.CallTimeout)
	if diff := cmp.Diff(hung("Close", "30s"), asRead(wait(), p)); diff != "" {
		t.Errorf("Close() (-want +got):\n%s", diff)
	}
}

// One scan that stalls ends no other.
func TestStallBesideAnother(t *testing.T) {
	s := newStage(t)
	p := s.program("faulty", "hangs")
	src := open(t, s.host, p)
	wait := background(func() error { _, err := readAll(context.Background(), src); return err })
	s.await("hanging")
	other, err := src.Scan(context.Background(), connector.ScanRequest{Table: "T", Columns: []string{"N", "S"}, BatchRows: 2})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for other.Next() {
		if rows += int(other.RecordBatch().NumRows()); rows == 2 {
			s.clock.strike(rpc.StallTimeout)
			if diff := cmp.Diff(hung("Scan of T", "5m0s"), asRead(wait(), p)); diff != "" {
				t.Errorf("the stalled Scan (-want +got):\n%s", diff)
			}
			s.works(src) // in another child
		}
	}
	if rows != 6 || other.Err() != nil {
		t.Errorf("the other Scan gives %d rows and the error %v, want 6 and nil", rows, other.Err())
	}
	other.Release()
	s.works(src)
	s.shut(src)
	if children := s.over(); children != 2 {
		t.Errorf("%d children have served, want 2", children)
	}
}

// A child that asks for rows and does not take them hangs, too: more of them are
// sent than fit on the way.
func TestWriteUntaken(t *testing.T) {
	s := newStage(t)
	p := s.program("liar", "takesNoRows")
	src := open(t, s.host, p)
	writer, ok := connector.As[connector.Writer](src)
	if !ok {
		t.Fatal("nothing can be written")
	}
	asked := make(chan struct{})
	rows := &steps{schema: tableSchema(), last: 1, make: func(int) (arrow.RecordBatch, error) {
		close(asked)
		return textBatch(16, 1<<20), nil
	}}
	var outcomes []connector.Outcome
	wait := background(func() (err error) {
		outcomes, err = writer.Write(context.Background(), connector.WriteRequest{Table: "T", Action: connector.Insert, Rows: rows})
		return err
	})
	<-asked
	s.clock.strike(rpc.StallTimeout)
	if diff := cmp.Diff(hung("Write to T", "5m0s"), asRead(wait(), p)); diff != "" {
		t.Errorf("Write (-want +got):\n%s", diff)
	}
	if len(outcomes) != 16 || outcomes[0].Result != connector.Unsettled {
		t.Errorf("the outcomes are %v, want 16 that are unsettled", outcomes)
	}
	s.works(src)
	s.shut(src)
}

func TestKilledIdle(t *testing.T) {
	s := newStage(t)
	plugin, err := s.host.Start(context.Background(), s.program("faulty", ""))
	if err != nil {
		t.Fatal(err)
	}
	kill(t, s.await("serving"))
	<-rpc.ExitedIdle(plugin)
	src, err := plugin.Open(context.Background(), connector.Config{Name: "s"})
	if err != nil {
		t.Fatal(err)
	}
	s.works(src)
	kill(t, s.await("serving"))
	<-rpc.Exited(src)
	s.works(src)
	kill(t, s.await("serving"))
	<-rpc.Exited(src)
	s.shut(src)
}

func TestCloseUnused(t *testing.T) {
	for name, killed := range map[string]bool{"alive": false, "dead": true} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			plugin, err := s.host.Start(context.Background(), s.program("faulty", ""))
			if err != nil {
				t.Fatal(err)
			}
			if pid := s.await("serving"); killed {
				kill(t, pid)
			}
			if err := plugin.Close(); err != nil {
				t.Errorf("Close() = %v", err)
			}
		})
	}
}

func kill(t testing.TB, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// What a child has started ends with it.
func TestGrandchild(t *testing.T) {
	for name, killed := range map[string]bool{"closed": false, "killed": true} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			src := s.open("leaves")
			child := s.await("serving")
			s.works(src)
			s.await("grandchild")
			if killed {
				kill(t, child)
				<-rpc.Exited(src)
				s.works(src)
			}
			s.shut(src)
		})
	}
}

// A grandchild that has left the group cannot be ended, but nobody waits for it
// although it holds the pipes of the child.
func TestGrandchildOfAnotherGroup(t *testing.T) {
	s := newStage(t)
	src := s.open("abandons")
	s.works(src)
	pid := s.await("grandchild")
	s.shut(src)
	kill(t, pid)
}

// A child does not outlive a host that was killed, and takes its socket along.
func TestHostKilled(t *testing.T) {
	tests := map[string]string{"idle": "", "scanning": "stalls", "deaf": "hangs"}
	for name, part := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			p := s.program("host", part)
			host := exec.Command(p.Path, p.Args...)
			host.Stderr = os.Stderr
			if err := host.Start(); err != nil {
				t.Fatal(err)
			}
			s.await("serving")
			s.await("hanging") // the host itself, or its child
			if err := host.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := host.Wait(); err == nil {
				t.Error("the host was not killed")
			}
		})
	}
}
