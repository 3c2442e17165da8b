//go:build unix

package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc"
)

// scene is where a faulty child plays: its arguments name a folder that it
// shares with the test, and the part that it plays.
type scene struct {
	dir, part string
	marks     *os.File
	stays     bool     // although it serves no more
	stderr    *os.File // that of the process: serving puts another in its place
}

func theScene() *scene {
	s := &scene{dir: os.Args[2], part: os.Args[3], stderr: os.Stderr}
	var err error
	if s.marks, err = os.OpenFile(filepath.Join(s.dir, "marks"), os.O_WRONLY, 0); err != nil {
		panic(err)
	}
	return s
}

// mark tells the test where the child is. The test also knows by the marks when
// all who can write them have ended.
func (s *scene) mark(format string, args ...any) {
	if _, err := fmt.Fprintf(s.marks, format+"\n", args...); err != nil {
		panic(err)
	}
}

// once tells whether the fault is still to come: a child does each but once, and
// its successor not again.
func (s *scene) once() bool {
	f, err := os.OpenFile(filepath.Join(s.dir, "once"), os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = f.Close()
	} else if errors.Is(err, os.ErrExist) {
		return false
	}
	if err != nil {
		panic(err)
	}
	return true
}

// hang marks that the child hangs, and does so until it dies.
func (s *scene) hang() {
	s.mark("hanging %d", os.Getpid())
	for {
		time.Sleep(time.Hour)
	}
}

// fault is what a source does once where it should not. A nil field is right.
type fault struct {
	open   func(*scene) error
	tables func(*scene) error
	scan   func(context.Context, *scene) error
	// next is called before each batch, with its number from 0.
	next  func(ctx context.Context, s *scene, n int) error
	close func(*scene) error
	// reader is what a scan gives, instead of the table.
	reader func(*scene) *steps
	again  bool // and not once only
}

// faulty is a connector with one fault.
type faulty struct {
	*scene
	fault fault
}

func (faulty) Info() connector.Info {
	return connector.Info{Name: "faulty", Summary: "A connector with a fault."}
}

func (f faulty) Open(context.Context, connector.Config) (connector.Source, error) {
	if f.fault.open != nil && f.once() {
		return faultySource{f}, f.fault.open(f.scene)
	}
	return faultySource{f}, nil
}

type faultySource struct{ faulty }

func (f faultySource) Tables(context.Context) ([]connector.Table, error) {
	if f.fault.tables != nil && f.once() {
		if err := f.fault.tables(f.scene); err != nil {
			return nil, err
		}
	}
	return []connector.Table{{Name: "T", Doc: "Rows.", Columns: []connector.Column{
		{Name: "N", Doc: "A number.", Type: arrow.PrimitiveTypes.Int64},
		{Name: "S", Doc: "A text.", Type: arrow.BinaryTypes.String, Nullable: true},
	}}}, nil
}

func (f faultySource) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	r := &steps{schema: tableSchema(), last: 3}
	once := (f.fault.scan != nil || f.fault.next != nil || f.fault.reader != nil) && (f.fault.again || f.once())
	if once && f.fault.scan != nil {
		if err := f.fault.scan(ctx, f.scene); err != nil {
			return nil, err
		}
	}
	if once && f.fault.reader != nil {
		return f.fault.reader(f.scene), nil
	}
	r.make = func(n int) (arrow.RecordBatch, error) {
		if once && f.fault.next != nil {
			if err := f.fault.next(ctx, f.scene, n); err != nil {
				return nil, err
			}
		}
		return twoRows(r.schema, n), nil
	}
	return r, nil
}

// Write is there for the liar that takes no rows.
func (faultySource) Write(context.Context, connector.WriteRequest) ([]connector.Outcome, error) {
	return nil, connector.Errorf(connector.Unimplemented, "nothing can be written")
}

func (f faultySource) Close() error {
	if f.fault.close != nil && f.once() {
		return f.fault.close(f.scene)
	}
	return nil
}

func tableSchema() *arrow.Schema {
	return arrow.NewSchema([]arrow.Field{
		{Name: "N", Type: arrow.PrimitiveTypes.Int64},
		{Name: "S", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
}

// twoRows is the nth batch of a table.
func twoRows(schema *arrow.Schema, n int) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i := range 2 {
		b.Field(0).(*array.Int64Builder).Append(int64(2*n + i))
		b.Field(1).(*array.StringBuilder).Append(fmt.Sprint("row ", 2*n+i))
	}
	return b.NewRecordBatch()
}

// steps is a reader of batches that are made one by one. It tells how many.
type steps struct {
	schema  *arrow.Schema
	make    func(n int) (arrow.RecordBatch, error)
	last    int // how many
	release func()
	made    atomic.Int64
	current arrow.RecordBatch
	err     error
}

func (r *steps) Schema() *arrow.Schema          { return r.schema }
func (r *steps) RecordBatch() arrow.RecordBatch { return r.current }
func (r *steps) Record() arrow.RecordBatch      { return r.current }
func (r *steps) Err() error                     { return r.err }
func (r *steps) Retain()                        {}

func (r *steps) Release() {
	if r.release != nil {
		r.release()
	}
}

func (r *steps) Next() bool {
	n := int(r.made.Load())
	if n == r.last || r.err != nil {
		return false
	}
	if r.current, r.err = r.make(n); r.err != nil {
		return false
	}
	r.made.Add(1)
	return true
}

func (r *steps) Report() connector.Report {
	return connector.Report{Progress: connector.Progress{Requests: r.made.Load()}}
}

// faultPlugins are the mains of children that do wrong.
var faultPlugins = map[string]func(){
	"faulty": func() {
		s := theScene()
		s.mark("serving %d", os.Getpid())
		rpc.Serve(faulty{scene: s, fault: faults[s.part]})
	},
	"liar": func() {
		s := theScene()
		s.mark("serving %d", os.Getpid())
		rpc.ServeLiar(faulty{scene: s}, func(l *rpc.Liar) { liarOf(s.part)(s, l) })
		if s.stays {
			select {}
		}
	},
	"stillborn": func() {
		s := theScene()
		s.mark("started %d", os.Getpid())
		stillborn[s.part](s)
	},
	"grandchild": func() {
		s := theScene()
		s.mark("grandchild %d", os.Getpid())
		s.hang()
	},
	"host": func() {
		s := theScene()
		p := rpc.Program{Path: os.Args[0], Args: []string{"plugin:faulty", s.dir, s.part}}
		if err := hostOf(p); err != nil {
			s.mark("error %v", err)
		}
		s.hang()
	},
}

// hostOf starts a plugin and reads from it, as a host that will be killed.
func hostOf(p rpc.Program) error {
	plugin, err := rpc.Host{}.Start(context.Background(), p)
	if err != nil {
		return err
	}
	src, err := plugin.Open(context.Background(), connector.Config{Name: "s"})
	if err != nil {
		return err
	}
	_, err = readAll(context.Background(), src)
	return err
}

// readAll scans the table to its end, and returns how many rows came.
func readAll(ctx context.Context, src connector.Source) (rows int64, err error) {
	r, err := src.Scan(ctx, connector.ScanRequest{Table: "T", Columns: []string{"N", "S"}})
	if err != nil {
		return 0, err
	}
	defer r.Release()
	for r.Next() {
		rows += r.RecordBatch().NumRows()
	}
	return rows, r.Err()
}

// stillborn are processes that never serve.
var stillborn = map[string]func(*scene){
	"silent":  (*scene).hang,
	"garbage": func(s *scene) { fmt.Println("Loading configuration ..."); s.hang() },
	"binary":  func(s *scene) { _, _ = os.Stdout.Write([]byte("\x7fELF\x00\xff\n")); s.hang() },
	"endless": func(*scene) { _, _ = io.Copy(os.Stdout, endlessly("garbage ")) },
	"newer":   func(s *scene) { fmt.Println("1|2|unix|/nowhere|grpc|"); s.hang() },
	"older":   func(s *scene) { fmt.Println("1|0|unix|/nowhere|grpc|"); s.hang() },
	"foreign": func(s *scene) { fmt.Println("2|1|unix|/nowhere|grpc|"); s.hang() },
	"netrpc":  func(s *scene) { fmt.Println("1|1|unix|/nowhere|netrpc|"); s.hang() },
	"nowhere": func(s *scene) { fmt.Println("1|1|unix|/nowhere|grpc|"); s.hang() },
	"gone":    func(*scene) { fmt.Println("1|1|unix|/nowhere|grpc|"); os.Exit(4) },
	"closed":  func(s *scene) { _ = os.Stdout.Close(); s.hang() },
	"exits":   func(*scene) {},
	"complains": func(*scene) {
		fmt.Fprintln(os.Stderr, "faulty: /etc/faulty.conf: no such file")
		os.Exit(3)
	},
	"panics": func(*scene) { panic("no configuration") },
}

// endlessly is a text again and again.
type endlessly string

func (e endlessly) Read(b []byte) (int, error) { return copy(b, e), nil }
