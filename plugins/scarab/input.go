package scarab

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/trackql/trackql/connector"
)

// stamp is the state of a file: another stamp means that it was changed.
type stamp struct {
	size     int64
	modified time.Time
}

// input is an open file, unpacked where it is gzipped. Reading ends when its
// context does.
type input struct {
	ctx   context.Context
	file  *os.File
	text  io.Reader
	stamp stamp
	read  atomic.Int64 // bytes of the file, packed or not
}

// gzipMagic begins every gzip file.
var gzipMagic = []byte{0x1f, 0x8b}

// openInput opens a file. The caller closes it.
func openInput(ctx context.Context, path string) (*input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	in := &input{ctx: ctx, file: f}
	if err := in.prepare(); err != nil {
		return nil, errors.Join(err, in.close())
	}
	return in, nil
}

func (in *input) prepare() error {
	info, err := in.file.Stat()
	if err != nil {
		return openError(in.file.Name(), err)
	}
	in.stamp = stamp{info.Size(), info.ModTime()}
	in.text = (*meter)(in)
	magic := make([]byte, len(gzipMagic))
	n, err := in.file.ReadAt(magic, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return openError(in.file.Name(), err)
	}
	if !bytes.Equal(magic[:n], gzipMagic) {
		return nil
	}
	unpacked, err := gzip.NewReader(bufio.NewReaderSize(in.text, 1<<16))
	if err != nil {
		return connector.Errorf(connector.Corrupt, "%s: %w", in.file.Name(), err).
			WithHint("The file begins like a gzip file, but is none, or was cut short.")
	}
	in.text = unpacked
	return nil
}

func (in *input) Read(p []byte) (int, error) { return in.text.Read(p) }

func (in *input) close() error {
	if err := in.file.Close(); err != nil {
		return openError(in.file.Name(), err)
	}
	return nil
}

// meter counts the bytes of an input's file.
type meter input

func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.file.Read(p)
	m.read.Add(int64(n))
	return n, err
}
