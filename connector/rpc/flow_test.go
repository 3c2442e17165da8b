//go:build unix

package rpc_test

import (
	"bytes"
	"context"
	"hash/crc32"
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
)

// endless1MB gives batches of 1 MB for ever, and marks how many it gave.
func endless1MB(s *scene) *steps {
	batch := textBatch(1, 1<<20)
	r := &steps{schema: tableSchema(), last: math.MaxInt}
	r.make = func(int) (arrow.RecordBatch, error) { return batch, nil }
	r.release = func() { s.mark("made %d", r.made.Load()) }
	return r
}

// tiny is how many batches tinyBatches gives, of one row and one column each.
const tiny = 1_000_000

func tinyBatches(*scene) *steps {
	schema := arrow.NewSchema([]arrow.Field{field("N", arrow.PrimitiveTypes.Int64)}, nil)
	all := array.NewRecordBatch(schema, []arrow.Array{textBatch(tiny, 0).Column(0)}, tiny)
	r := &steps{schema: schema, last: tiny}
	r.make = func(n int) (arrow.RecordBatch, error) { return all.NewSlice(int64(n), int64(n+1)), nil }
	return r
}

// The rows and the text of each in the one batch of bigBatch: 300 MB.
const bigRows, bigText = 300, 1 << 20

func bigBatch(*scene) *steps {
	return &steps{schema: tableSchema(), last: 1, make: func(int) (arrow.RecordBatch, error) { return textBatch(bigRows, bigText), nil }}
}

// textBatch is a batch of texts of a length.
func textBatch(rows, length int) arrow.RecordBatch {
	values, offsets := make([]int64, rows), make([]int32, rows+1)
	for i := range rows {
		values[i], offsets[i+1] = int64(i), int32((i+1)*length)
	}
	n := array.NewData(arrow.PrimitiveTypes.Int64, rows, []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(values))}, nil, 0, 0)
	t := array.NewData(arrow.BinaryTypes.String, rows, []*memory.Buffer{
		nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)), memory.NewBufferBytes(someText(rows * length)),
	}, nil, 0, 0)
	return array.NewRecordBatch(tableSchema(), []arrow.Array{array.NewInt64Data(n), array.NewStringData(t)}, int64(rows))
}

// someText is a text of a length, of which no two megabytes are the same.
func someText(length int) []byte {
	const prime = 997
	period := bytes.Repeat([]byte("0123456789abcdef"), prime)[:16*prime-1]
	return bytes.Repeat(period, length/len(period)+1)[:length]
}

// scan begins a scan of the table.
func (s *stage) scan(ctx context.Context, src connector.Source, batchRows int) array.RecordReader {
	s.Helper()
	r, err := src.Scan(ctx, connector.ScanRequest{Table: "T", Columns: []string{"N", "S"}, BatchRows: batchRows})
	if err != nil {
		s.Fatalf("Scan = %v", err)
	}
	return r
}

func TestBatchOf300MB(t *testing.T) {
	s := newStage(t)
	src := s.open("big")
	r := s.scan(context.Background(), src, 0)
	if !r.Next() {
		t.Fatalf("Next() = false: %v", r.Err())
	}
	if rows := r.RecordBatch().NumRows(); rows != bigRows {
		t.Errorf("the batch has %d rows, want %d", rows, bigRows)
	}
	data := r.RecordBatch().Column(1).(*array.String).ValueBytes()
	if got, want := crc32.ChecksumIEEE(data), crc32.ChecksumIEEE(someText(bigRows*bigText)); len(data) != bigRows*bigText || got != want {
		t.Errorf("%d bytes have the checksum %x, want %d with %x", len(data), got, bigRows*bigText, want)
	}
	if r.Next() || r.Err() != nil {
		t.Errorf("there is more, or the error %v", r.Err())
	}
	r.Release()
	s.works(src)
	s.shut(src)
}

func TestMillionBatches(t *testing.T) {
	s := newStage(t)
	src := s.open("tiny")
	r, err := src.Scan(context.Background(), connector.ScanRequest{Table: "T", Columns: []string{"N"}})
	if err != nil {
		t.Fatal(err)
	}
	rows := int64(0)
	for r.Next() {
		for _, n := range r.RecordBatch().Column(0).(*array.Int64).Int64Values() {
			if n != rows {
				t.Fatalf("row %d has the number %d", rows, n)
			}
			rows++
		}
	}
	if rows != tiny || r.Err() != nil {
		t.Errorf("%d rows and the error %v, want %d", rows, r.Err(), tiny)
	}
	r.Release()
	s.works(src)
	s.shut(src)
}

// A child makes no more than fits on the way to a reader that does not read: what
// is allowed to be sent ahead, one message here and there, one batch in the hand.
func TestBackPressure(t *testing.T) {
	const most = 4 + 1 + 1 + 1 + 2
	s := newStage(t)
	src := s.open("endless")
	r := s.scan(context.Background(), src, 0)
	if !r.Next() {
		t.Fatal(r.Err())
	}
	for range 5 { // a scan that is read goes on past one that is not
		other := s.scan(context.Background(), src, 0)
		for range 10 {
			if !other.Next() {
				t.Fatal(other.Err())
			}
		}
		other.Release()
		s.await("made")
	}
	r.Release()
	if made := s.await("made"); made > most {
		t.Errorf("the child made %d batches for a reader of one, want at most %d", made, most)
	}
	s.shut(src)
}

// A reader that may stop early has the child make what it asks for, and no more.
func TestOnDemand(t *testing.T) {
	s := newStage(t)
	src := s.open("endless")
	for want := range 4 {
		r := s.scan(context.Background(), src, 2)
		for range want {
			if !r.Next() {
				t.Fatal(r.Err())
			}
		}
		r.Release()
		if made := s.await("made"); made != want {
			t.Errorf("the child made %d batches for %d calls of Next", made, want)
		}
	}
	s.shut(src)
}

func TestCancel(t *testing.T) {
	for _, part := range []string{"stalls", "scanStalls"} {
		t.Run(part, func(t *testing.T) {
			s := newStage(t)
			p := s.program("faulty", part)
			src := open(t, s.host, p)
			ctx, cancel := context.WithCancel(context.Background())
			wait := background(func() error { _, err := readAll(ctx, src); return err })
			s.await("hanging")
			cancel()
			if diff := cmp.Diff("canceled: given up: context canceled\n", asRead(wait(), p)); diff != "" {
				t.Errorf("Scan (-want +got):\n%s", diff)
			}
			s.await("canceled")
			s.works(src)
			s.shut(src)
			if children := s.over(); children != 1 {
				t.Errorf("%d children have served, want 1", children)
			}
		})
	}
}

// Releasing a reader early reaches the child, too.
func TestReleaseEarly(t *testing.T) {
	s := newStage(t)
	src := s.open("stalls")
	r := s.scan(context.Background(), src, 0)
	s.await("hanging")
	r.Release()
	s.await("canceled")
	s.works(src)
	s.shut(src)
}

// Scans that nobody reads do not hold up one that is read.
func TestManyUnread(t *testing.T) {
	s := newStage(t)
	src := s.open("endless")
	var unread []array.RecordReader
	for range 12 {
		unread = append(unread, s.scan(context.Background(), src, 0))
	}
	r := s.scan(context.Background(), src, 0)
	for range 30 {
		if !r.Next() {
			t.Fatal(r.Err())
		}
	}
	for _, r := range append(unread, r) {
		r.Release()
		s.await("made")
	}
	s.shut(src)
}
