//go:build unix

package rpc_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector/rpc"
)

// faults are what a "faulty" child does wrong, by the part that it plays.
var faults = map[string]fault{
	"": {},
	"stalls": {next: atSecond(func(ctx context.Context, s *scene) {
		s.mark("hanging %d", os.Getpid())
		<-ctx.Done()
		s.mark("canceled")
	})},
	"hangs":       {next: atSecond(func(_ context.Context, s *scene) { s.hang() })},
	"panics":      {next: atSecond(func(context.Context, *scene) { panic("no rows") })},
	"panicsAside": {next: atSecond(func(_ context.Context, s *scene) { go panic("an aside"); s.hang() })},
	"exits":       {next: atSecond(func(context.Context, *scene) { fmt.Fprintln(os.Stderr, "out of licences"); os.Exit(5) })},
	"scanHangs":   {scan: func(_ context.Context, s *scene) error { s.hang(); return nil }},
	"scanPanics":  {scan: func(context.Context, *scene) error { panic("no table") }},
	"tablesHang":  {tables: func(s *scene) error { s.hang(); return nil }},
	"tablesPanic": {tables: func(*scene) error { panic("no tables") }},
	"tablesExit":  {tables: func(*scene) error { os.Exit(6); return nil }},
	"openHangs":   {open: func(s *scene) error { s.hang(); return nil }},
	"openPanics":  {open: func(*scene) error { panic("no source") }},
	"openExits":   {open: func(*scene) error { os.Exit(7); return nil }},
	"closeHangs":  {close: func(s *scene) error { s.hang(); return nil }},
	"closePanics": {close: func(*scene) error { panic("never closed") }},
	"closeExits":  {close: func(*scene) error { os.Exit(8); return nil }},
	"leaves":      {scan: func(_ context.Context, s *scene) error { return s.beget(&syscall.SysProcAttr{}) }},
	"abandons":    {scan: func(_ context.Context, s *scene) error { return s.beget(&syscall.SysProcAttr{Setsid: true}) }},
	"otherName": {reader: func(*scene) *steps {
		return of(arrow.NewSchema([]arrow.Field{field("M", arrow.PrimitiveTypes.Int64), text()}, nil))
	}},
	"otherType": {reader: func(*scene) *steps {
		return of(arrow.NewSchema([]arrow.Field{field("N", arrow.PrimitiveTypes.Int32), text()}, nil))
	}},
	"fewer": {reader: func(*scene) *steps { return of(arrow.NewSchema([]arrow.Field{text()}, nil)) }},
	"nullable": {reader: func(*scene) *steps {
		return of(arrow.NewSchema([]arrow.Field{{Name: "N", Type: arrow.PrimitiveTypes.Int64, Nullable: true}, text()}, nil))
	}},
	"scanStalls": {scan: func(ctx context.Context, s *scene) error {
		s.mark("hanging %d", os.Getpid())
		<-ctx.Done()
		s.mark("canceled")
		return ctx.Err()
	}},
	"endless": {reader: endless1MB, again: true},
	"tiny":    {reader: tinyBatches},
	"big":     {reader: bigBatch},
	"changing": {reader: func(*scene) *steps {
		r := of(tableSchema())
		r.last = 3
		r.make = func(n int) (arrow.RecordBatch, error) {
			if n == 1 {
				return twoRows(arrow.NewSchema([]arrow.Field{field("M", arrow.PrimitiveTypes.Int64), text()}, nil), n), nil
			}
			return twoRows(r.schema, n), nil
		}
		return r
	}},
}

func atSecond(f func(context.Context, *scene)) func(context.Context, *scene, int) error {
	return func(ctx context.Context, s *scene, n int) error {
		if n == 1 {
			f(ctx, s)
		}
		return ctx.Err()
	}
}

// beget starts a process that never ends by itself.
func (s *scene) beget(as *syscall.SysProcAttr) error {
	cmd := exec.Command(os.Args[0], "plugin:grandchild", s.dir, s.part)
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = os.Stdout, s.stderr, as
	return cmd.Start()
}

func field(name string, t arrow.DataType) arrow.Field { return arrow.Field{Name: name, Type: t} }

func text() arrow.Field {
	return arrow.Field{Name: "S", Type: arrow.BinaryTypes.String, Nullable: true}
}

// of is a reader without batches.
func of(schema *arrow.Schema) *steps { return &steps{schema: schema} }

// hung is how a call ends that takes too long.
func hung(what, limit string) string {
	return "unavailable: the plugin PLUGIN hangs: " + what + " got no further for " + limit +
		"\nIt was given up; the next query starts it anew."
}

const (
	faultOfConnector = "\nThis is a fault of the connector. Its log has the stack: give it to the author."
	faultOfPlugin    = "\nThis is a fault of the plugin: tell its author. trackql plugin test PLUGIN shows more."
)

// strike lets a limit be over once the child hangs.
func strike(limit time.Duration) func(*stage) {
	return func(s *stage) { s.await("hanging"); s.clock.strike(limit) }
}

func TestFaultyScan(t *testing.T) {
	tests := map[string]struct {
		part string
		when func(*stage) // what happens while it scans
		want string
		// children is how many serve: one more where the first is not kept.
		children int
	}{
		"stalls":           {"stalls", strike(rpc.StallTimeout), hung("Scan of T", "5m0s"), 2},
		"hangs in Next":    {"hangs", strike(rpc.StallTimeout), hung("Scan of T", "5m0s"), 2},
		"hangs in Scan":    {"scanHangs", strike(rpc.StallTimeout), hung("Scan of T", "5m0s"), 2},
		"hangs in Tables":  {"tablesHang", strike(rpc.CallTimeout), hung("Tables", "30s"), 2},
		"frozen":           {"hangs", frozen, hung("Scan of T", "5m0s"), 2},
		"killed":           {"hangs", killed, "unavailable: the plugin PLUGIN ended amid a call: signal: killed" + tellAuthor, 2},
		"killed in Scan":   {"scanHangs", killed, "unavailable: the plugin PLUGIN ended amid a call: signal: killed" + tellAuthor, 2},
		"killed in Tables": {"tablesHang", killed, "unavailable: the plugin PLUGIN ended amid a call: signal: killed" + tellAuthor, 2},
		"exits in Tables":  {"tablesExit", nil, "unavailable: the plugin PLUGIN ended amid a call: exit status 6" + tellAuthor, 2},
		"exits in Next":    {"exits", nil, "unavailable: the plugin PLUGIN ended amid a call: exit status 5; its last words: out of licences" + tellAuthor, 2},
		"panics aside":     {"panicsAside", nil, "unavailable: the plugin PLUGIN panicked: an aside" + tellAuthor, 2},
		"panics in Next":   {"panics", nil, "internal: the connector faulty panicked: no rows" + faultOfConnector, 1},
		"panics in Scan":   {"scanPanics", nil, "internal: the connector faulty panicked: no table" + faultOfConnector, 1},
		"panics in Tables": {"tablesPanic", nil, "internal: the connector faulty panicked: no tables" + faultOfConnector, 1},
		"another name":     {"otherName", nil, "corrupt: the plugin PLUGIN: column 1 of the batches is M of type int64, declared is N of type int64" + faultOfPlugin, 1},
		"another type":     {"otherType", nil, "corrupt: the plugin PLUGIN: column 1 of the batches is N of type int32, declared is N of type int64" + faultOfPlugin, 1},
		"fewer columns":    {"fewer", nil, "corrupt: the plugin PLUGIN: the batches have 1 columns, 2 were asked for" + faultOfPlugin, 1},
		"may be NULL":      {"nullable", nil, "corrupt: the plugin PLUGIN: column N of the batches may be NULL, declared is that it never is" + faultOfPlugin, 1},
		"changing schema": {"changing", nil, "internal: the connector faulty gives a batch that cannot be sent: " +
			"arrow/ipc: tried to write record batch with different schema\nThis is a fault of the connector: tell its author.", 1},
		"is lost":          {"hangsUp", strike(2 * time.Second), "unavailable: the connection to the plugin PLUGIN broke" + anew, 2},
		"killed mid-batch": {"half", killed, "unavailable: the plugin PLUGIN ended amid a call: signal: killed" + tellAuthor, 2},
		"ends mid-batch":   {"stops", nil, "incomplete: the plugin PLUGIN: it stopped amid its rows" + faultOfPlugin, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			p := s.program("faulty", test.part)
			if liars[test.part] != nil {
				p = s.program("liar", test.part)
			}
			src := open(t, s.host, p)
			wait := background(func() error { _, err := readAll(context.Background(), src); return err })
			if test.when != nil {
				test.when(s)
			}
			if diff := cmp.Diff(test.want, asRead(wait(), p)); diff != "" {
				t.Errorf("Scan (-want +got):\n%s", diff)
			}
			s.works(src)
			s.shut(src)
			if children := s.over(); children != test.children {
				t.Errorf("%d children have served, want %d", children, test.children)
			}
		})
	}
}

// frozen stops the child, so that nothing in it runs any more.
func frozen(s *stage) {
	if err := syscall.Kill(s.await("hanging"), syscall.SIGSTOP); err != nil {
		s.Error(err)
	}
	s.clock.strike(rpc.StallTimeout)
}

func killed(s *stage) {
	if err := syscall.Kill(s.await("hanging"), syscall.SIGKILL); err != nil {
		s.Error(err)
	}
}
