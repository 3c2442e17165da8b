package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	parquetfile "github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// groupRows is how many rows a writer keeps in memory, compressed, and a reader
// reads a column of at a time.
const groupRows = 1 << 16

// storable tells whether values of a type come back from a file as they went in.
func storable(t arrow.DataType) bool {
	switch t := t.(type) {
	case *arrow.TimestampType:
		return t.Unit == arrow.Microsecond || t.Unit == arrow.Millisecond
	case *arrow.Time64Type:
		return t.Unit == arrow.Microsecond
	case *arrow.ListType:
		return storable(t.Elem())
	}
	switch t.ID() {
	case arrow.BOOL, arrow.STRING, arrow.LARGE_STRING, arrow.BINARY, arrow.LARGE_BINARY,
		arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64,
		arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64,
		arrow.FLOAT32, arrow.FLOAT64, arrow.DECIMAL128, arrow.DATE32:
		return true
	}
	return false
}

// errTooLarge tells that a segment alone is more than may be kept.
var errTooLarge = errors.New("it is larger than all that may be kept")

// writer writes the file of a segment. Either finish or abandon ends it.
type writer struct {
	store   *store
	file    file
	sum     hash.Hash
	size    int64
	rows    int64
	parquet *pqarrow.FileWriter
}

// newWriter begins a file for batches of a schema. Its memory is the collector's:
// a Parquet writer whose file is full does not give it back.
func (s *store) newWriter(schema *arrow.Schema) (*writer, error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	f, err := s.create(s.path(unfinished))
	if err != nil {
		return nil, err
	}
	w := &writer{store: s, file: f, sum: sha256.New()}
	properties := parquet.NewWriterProperties(
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithMaxRowGroupLength(groupRows))
	arrowProperties := pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema())
	w.parquet, err = pqarrow.NewFileWriter(schema, tally{w}, properties, arrowProperties)
	if err != nil {
		return nil, errors.Join(err, w.remove())
	}
	return w, nil
}

// tally counts and sums what goes to the file, and leaves it open.
type tally struct{ *writer }

func (t tally) Write(p []byte) (int, error) {
	t.size += int64(len(p))
	if t.size > t.store.maxBytes {
		return 0, errTooLarge
	}
	t.sum.Write(p)
	return t.file.Write(p)
}

func (w *writer) write(batch arrow.RecordBatch) error {
	w.rows += batch.NumRows()
	return w.parquet.WriteBuffered(batch)
}

// finish gives the file its name and fills in what the manifest must know of it.
// After an error nothing is left.
func (w *writer) finish(g *segment) error {
	err := w.parquet.Close()
	if err == nil {
		err = w.file.Sync()
	}
	if err = errors.Join(err, w.file.Close()); err != nil {
		return errors.Join(err, os.Remove(w.file.Name()))
	}
	name := strings.TrimSuffix(w.file.Name(), unfinished) + suffix
	if err := os.Rename(w.file.Name(), name); err != nil {
		return errors.Join(err, os.Remove(w.file.Name()))
	}
	g.File, g.Size, g.Rows = filepath.Base(name), w.size, w.rows
	g.Sum = hex.EncodeToString(w.sum.Sum(nil))
	return w.store.touch(g.File)
}

// abandon removes what was written.
func (w *writer) abandon() error {
	_ = w.parquet.Close() // what it cannot write is not wanted
	return w.remove()
}

func (w *writer) remove() error {
	return errors.Join(w.file.Close(), os.Remove(w.file.Name()))
}

// opened is the file of a segment, of which size and checksum are right.
type opened struct {
	file   *os.File
	reader *parquetfile.Reader
	arrow  *pqarrow.FileReader
	schema *arrow.Schema
}

// open opens the file of a segment for batches of some rows.
func (s *store) open(g *segment, rows int, mem memory.Allocator) (o *opened, err error) {
	f, err := os.Open(filepath.Join(s.dir, g.File))
	if err != nil {
		return nil, err
	}
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%s is broken: %v", g.File, fault)
		}
		if err != nil {
			err = errors.Join(err, f.Close())
			o = nil
		}
	}()
	if err := check(f, g); err != nil {
		return nil, err
	}
	o = &opened{file: f}
	properties := parquet.NewReaderProperties(mem)
	if o.reader, err = parquetfile.NewParquetReader(f, parquetfile.WithReadProps(properties)); err != nil {
		return nil, err
	}
	o.arrow, err = pqarrow.NewFileReader(o.reader, pqarrow.ArrowReadProperties{BatchSize: int64(rows)}, mem)
	if err != nil {
		return nil, err
	}
	o.schema, err = o.arrow.Schema()
	return o, err
}

// check compares size and checksum.
func check(f *os.File, g *segment) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() != g.Size {
		return fmt.Errorf("%s has %d bytes, want %d", g.File, info.Size(), g.Size)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != g.Sum {
		return fmt.Errorf("%s has the checksum %s, want %s", g.File, got, g.Sum)
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// leaves are the numbers of a file's leaf columns that columns consist of.
func (o *opened) leaves(names []string) ([]int, error) {
	var leaves []int
	for _, name := range names {
		at := o.schema.FieldIndices(name)
		if len(at) != 1 {
			return nil, fmt.Errorf("the file has %d columns %q", len(at), name)
		}
		root := o.arrow.Manifest.Fields[at[0]]
		for len(root.Children) > 0 {
			root = root.Children[0] // a list has one
		}
		leaves = append(leaves, root.ColIndex)
	}
	return leaves, nil
}

func (o *opened) close() error { return o.file.Close() }
