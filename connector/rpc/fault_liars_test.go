//go:build unix

package rpc_test

import (
	"bytes"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/trackql/trackql/connector/rpc"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// liars are what a "liar" child does wrong, by the part that it plays: things
// that a plugin can do that is not built with this package.
var liars = map[string]func(*scene, *rpc.Liar){
	"hangsUp": lying(func(s *scene, l *rpc.Liar, _ rpc.ScanStream) error {
		s.stays = true
		go l.Stop() // the server, of which this call is a part
		s.hang()
		return nil
	}),
	"takesNoRows": func(_ *scene, l *rpc.Liar) {
		l.Write0 = func(stream rpc.WriteStream) error {
			if _, err := stream.Recv(); err != nil {
				return err
			}
			if err := stream.Send(&wire.WriteAnswer{Want: wire.WriteAnswer_WANT_ROWS}); err != nil {
				return err
			}
			<-stream.Context().Done()
			return nil
		}
	},
	"half": lying(func(s *scene, _ *rpc.Liar, stream rpc.ScanStream) error {
		if err := send(stream, halfOf(streamOfRows())); err != nil {
			return err
		}
		s.hang()
		return nil
	}),
	"stops": lying(func(_ *scene, _ *rpc.Liar, stream rpc.ScanStream) error {
		return send(stream, halfOf(streamOfRows()))
	}),
}

// liarOf returns what a child does that plays a part: "stream NAME" is one of
// lies.
func liarOf(part string) func(*scene, *rpc.Liar) {
	if name, ok := strings.CutPrefix(part, "stream "); ok {
		return lyingStream(lies[name].stream())
	}
	return liars[part]
}

// lying makes the first scan a lie.
func lying(lie func(*scene, *rpc.Liar, rpc.ScanStream) error) func(*scene, *rpc.Liar) {
	return func(s *scene, l *rpc.Liar) {
		l.Scan0 = func(stream rpc.ScanStream) error {
			if !s.once() {
				return l.ConnectorServer.Scan(stream)
			}
			if _, err := stream.Recv(); err != nil {
				return err
			}
			if err := stream.Send(&wire.Rows{}); err != nil { // it has begun
				return err
			}
			return lie(s, l, stream)
		}
	}
}

func send(stream rpc.ScanStream, data []byte) error {
	return stream.Send(&wire.Rows{Data: data})
}

// streamOfRows is an Arrow IPC stream of two batches.
func streamOfRows() []byte {
	return encoded(tableSchema(), twoRows(tableSchema(), 0), twoRows(tableSchema(), 1))
}

func encoded(schema *arrow.Schema, batches ...arrow.RecordBatch) []byte {
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(schema))
	for _, batch := range batches {
		if err := w.Write(batch); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// halfOf is a stream up to the middle of its second batch.
func halfOf(stream []byte) []byte { return stream[:len(stream)-50] }
