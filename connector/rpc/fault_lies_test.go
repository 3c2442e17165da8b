//go:build unix

package rpc_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector/rpc"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// lies are streams that are no batches of the table.
var lies = map[string]struct {
	stream func() []byte
	want   string // after the plugin's name
}{
	"nothing":              {func() []byte { return nil }, "the stream of rows is broken: arrow/ipc: could not read message schema: arrow/ipc: could not read continuation indicator: EOF"},
	"garbage":              {func() []byte { return []byte("Hello, I am a plugin.") }, "the stream of rows is broken: arrow/ipc: could not read message schema: arrow/ipc: message metadata length 1819043144 exceeds limit 67108864"},
	"no schema":            {func() []byte { return streamOfRows()[len(schemaOfRows())-8:] }, "the stream of rows is broken: arrow/ipc: invalid message type (got=RecordBatch, want=Schema)"},
	"cut in the schema":    {func() []byte { return streamOfRows()[:60] }, "the stream of rows is broken: arrow/ipc: could not read message schema: arrow/ipc: could not read message metadata: unexpected EOF"},
	"cut in the metadata":  {func() []byte { return streamOfRows()[:len(schemaOfRows())+20] }, "the stream of rows is broken: arrow/ipc: could not read message metadata: unexpected EOF"},
	"cut in a batch":       {func() []byte { return halfOf(streamOfRows()) }, "the stream of rows is broken: arrow/ipc: could not read message body: unexpected EOF"},
	"NULL":                 {withNull, "column N is never NULL as it is declared, and is in a batch"},
	"no UTF-8":             {withGarbledText, "a batch is broken: column 1 (S): arrow/array: string at index 1 is not valid utf8: �"},
	"offsets out of range": {func() []byte { return withOffset(1 << 20) }, "the stream of rows is broken: arrow/ipc: unknown error while reading: runtime error: slice bounds out of range [:1048608] with capacity 12416"},
	"falling offsets":      {func() []byte { return withOffset(-1) }, "the stream of rows is broken: arrow/ipc: unknown error while reading: runtime error: slice bounds out of range [:4294967327] with capacity 12416"},
	"short buffer":         {withShortBuffer, "the stream of rows is broken: arrow/ipc: unknown error while reading: runtime error: slice bounds out of range [:1048576] with capacity 8"},
	"body of 1 TB":         {func() []byte { return withBodyLength(1 << 40) }, "the stream of rows is broken: arrow/ipc: message body length 1099511627776 exceeds limit 4294967296"},
	"body of 5 GB":         {func() []byte { return withBodyLength(5 << 30) }, "the stream of rows is broken: arrow/ipc: message body length 5368709120 exceeds limit 4294967296"},
	"body that is longer":  {func() []byte { return withBodyLength(1 << 20) }, "the stream of rows is broken: arrow/ipc: could not read message body: unexpected EOF"},
	"negative body":        {func() []byte { return withBodyLength(-8) }, "the stream of rows is broken: arrow/ipc: invalid message body length -8"},
	"1 TB compressed":      {withCompressedLength, "the stream of rows is broken: arrow/ipc: unknown error while reading: 1099511627776 bytes are wanted, a batch may have 4294967296"},
	"metadata of 2 GB":     {func() []byte { return append([]byte{255, 255, 255, 255, 255, 255, 255, 127}, streamOfRows()...) }, "the stream of rows is broken: arrow/ipc: could not read message schema: arrow/ipc: message metadata length 2147483647 exceeds limit 67108864"},
}

func TestLies(t *testing.T) {
	for name, test := range lies {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			p := s.program("liar", "stream "+name)
			src := open(t, s.host, p)
			_, err := readAll(context.Background(), src)
			if diff := cmp.Diff("corrupt: the plugin PLUGIN: "+test.want+faultOfPlugin, asRead(err, p)); diff != "" {
				t.Errorf("Scan (-want +got):\n%s", diff)
			}
			s.works(src)
			s.shut(src)
		})
	}
}

// lyingStream answers a scan with bytes.
func lyingStream(data []byte) func(*scene, *rpc.Liar) {
	return lying(func(_ *scene, _ *rpc.Liar, stream rpc.ScanStream) error {
		return stream.Send(&wire.Rows{Data: data, Ended: true})
	})
}

func schemaOfRows() []byte { return encoded(tableSchema()) }

// batchOf is a batch of the table of one column of text and one of numbers that
// may be anything.
func batchOf(numbers, texts *array.Data) arrow.RecordBatch {
	return array.NewRecordBatch(tableSchema(), []arrow.Array{array.NewInt64Data(numbers), array.NewStringData(texts)}, int64(numbers.Len()))
}

func numbers(nulls int, valid []byte) *array.Data {
	values := memory.NewBufferBytes(arrow.Int64Traits.CastToBytes([]int64{1, 2}))
	var bitmap *memory.Buffer
	if valid != nil {
		bitmap = memory.NewBufferBytes(valid)
	}
	return array.NewData(arrow.PrimitiveTypes.Int64, 2, []*memory.Buffer{bitmap, values}, nil, nulls, 0)
}

func texts(offsets []int32, bytes string) *array.Data {
	return array.NewData(arrow.BinaryTypes.String, 2, []*memory.Buffer{
		nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)), memory.NewBufferBytes([]byte(bytes)),
	}, nil, 0, 0)
}

func withNull() []byte {
	return encoded(tableSchema(), batchOf(numbers(1, []byte{1}), texts([]int32{0, 1, 2}, "ab")))
}

func withGarbledText() []byte {
	return encoded(tableSchema(), batchOf(numbers(0, nil), texts([]int32{0, 1, 2}, "a\xff")))
}

// withOffset has an offset of a text in the place of 12345.
func withOffset(offset int32) []byte {
	stream := encoded(tableSchema(), batchOf(numbers(0, nil), texts([]int32{0, 12345, 12345}, string(make([]byte, 12345)))))
	return replaced(stream, binary.LittleEndian.AppendUint32(nil, 12345), binary.LittleEndian.AppendUint32(nil, uint32(offset)))
}

// withShortBuffer claims more rows than its columns have values.
func withShortBuffer() []byte {
	stream := encoded(tableSchema(), batchOf(numbers(0, nil), texts([]int32{0, 1, 2}, "ab")))
	node := append(binary.LittleEndian.AppendUint64(nil, 2), make([]byte, 8)...)
	return replaced(stream, node, append(binary.LittleEndian.AppendUint64(nil, 1<<20), make([]byte, 8)...))
}

// withBodyLength claims a length of the bytes of a batch.
func withBodyLength(length int64) []byte {
	stream := encoded(tableSchema(), batchOf(numbers(0, nil), texts([]int32{0, 1, 2}, "ab")))
	const frame = 8 // before the metadata, and at the end
	batch := len(schemaOfRows()) - frame
	metadata := int(binary.LittleEndian.Uint32(stream[batch+4:]))
	body := len(stream) - frame - batch - frame - metadata
	return replaced(stream, binary.LittleEndian.AppendUint64(nil, uint64(body)), binary.LittleEndian.AppendUint64(nil, uint64(length)))
}

// withCompressedLength claims that a terabyte was compressed.
func withCompressedLength() []byte {
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(tableSchema()), ipc.WithZstd())
	if err := w.Write(batchOf(numbers(0, nil), texts([]int32{0, 1, 2}, string(make([]byte, 12345))))); err != nil {
		panic(err)
	}
	zstd := bytes.Index(b.Bytes(), []byte{0x28, 0xb5, 0x2f, 0xfd}) // the length is before it
	binary.LittleEndian.PutUint64(b.Bytes()[zstd-8:], 1<<40)
	return b.Bytes()
}

// replaced changes every occurrence of old, of which there must be one.
func replaced(stream, old, with []byte) []byte {
	if !bytes.Contains(stream, old) {
		panic("the stream has not what is to be changed")
	}
	return bytes.ReplaceAll(stream, old, with)
}
