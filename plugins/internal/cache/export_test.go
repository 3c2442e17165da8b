package cache

import (
	"io/fs"
	"path/filepath"
	"time"

	"github.com/trackql/trackql/connector"
)

// Implies is implies.
var Implies = implies

// Impatient has nobody wait long for a refresh of somebody else.
func Impatient(src connector.Source, patience time.Duration) { of(src).patience = patience }

// FailWrites has the disk be full after some bytes.
func FailWrites(src connector.Source, after int) {
	of(src).store.create = func(name string) (file, error) {
		f, err := createFile(name)
		return &full{file: f, left: &after}, err
	}
}

func of(src connector.Source) *Source {
	if o, ok := src.(online); ok {
		return o.Source
	}
	return src.(*Source)
}

// full is a file on a disk that has room for some bytes.
type full struct {
	file
	left *int
}

func (f *full) Write(p []byte) (int, error) {
	if *f.left -= len(p); *f.left < 0 {
		return 0, &fs.PathError{Op: "write", Path: filepath.Base(f.Name()), Err: fs.ErrInvalid}
	}
	return f.file.Write(p)
}

// Decode reads a manifest and writes it again.
func Decode(data []byte) ([]byte, error) {
	m, err := decodeManifest(data)
	if err != nil {
		return nil, err
	}
	return encodeManifest(m)
}
