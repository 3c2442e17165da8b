// Package print writes the rows of results as text or Parquet. It owns the
// formats, the encodings, and how a value of each Arrow type looks in them.
//
// It reads Arrow batches and knows neither the engine nor the command line: no
// file is opened here, no terminal asked, and no error shown.
package print
