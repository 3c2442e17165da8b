package connectortest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// checkConcurrent makes eight scans at once: in turns on one goroutine, then on
// eight, while others ask for the tables.
func checkConcurrent(s *session) {
	if len(s.tables) == 0 {
		return
	}
	requests := make([]connector.ScanRequest, 8)
	for i := range requests {
		w := s.whole(&s.tables[i%len(s.tables)])
		columns := slices.Clone(w.columns)
		s.rand.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
		requests[i] = connector.ScanRequest{Table: w.table.Name, Columns: columns[:min(len(columns), 1+i)], BatchRows: 1 + i}
	}
	s.compareAll("in turns", requests, readInTurns(s.ctx, s.src, requests))
	s.compareAll("side by side", requests, readSideBySide(s.ctx, s.src, requests))
}

func (s *session) compareAll(how string, requests []connector.ScanRequest, answers []answer) {
	s.Helper()
	for i, a := range answers {
		w := s.wholes[requests[i].Table]
		text := differ(a.columns, multisetOf(w.rows, w.places(a.columns)), a.multiset())
		if a.err != nil {
			text = a.err.Error()
		}
		if text != "" {
			s.failf(requests[i].Table, "one of eight scans, read %s: %s", how, text)
			return
		}
	}
}

// readInTurns reads scans on one goroutine, a batch of each at a time.
func readInTurns(ctx context.Context, src connector.Source, requests []connector.ScanRequest) []answer {
	answers := make([]answer, len(requests))
	readers := make([]array.RecordReader, len(requests))
	for i, req := range requests {
		answers[i].columns = req.Columns
		readers[i], answers[i].err = src.Scan(ctx, req)
		if answers[i].err == nil {
			defer readers[i].Release()
		}
	}
	ended := make([]bool, len(requests))
	for slices.Contains(ended, false) {
		for i, reader := range readers {
			if ended[i] || answers[i].err != nil {
				ended[i] = true
				continue
			}
			if !reader.Next() {
				ended[i], answers[i].err = true, reader.Err()
				continue
			}
			answers[i].rows = append(answers[i].rows, cells(reader.RecordBatch(), answers[i].columns)...)
		}
	}
	return answers
}

// readSideBySide reads each scan on a goroutine of its own.
func readSideBySide(ctx context.Context, src connector.Source, requests []connector.ScanRequest) []answer {
	answers := make([]answer, len(requests))
	failures := make([]error, len(requests))
	var group sync.WaitGroup
	for i, req := range requests {
		group.Go(func() { answers[i] = read(ctx, src, req) })
		group.Go(func() {
			if _, err := src.Tables(ctx); err != nil {
				failures[i] = fmt.Errorf("tables: %w", err)
			}
		})
	}
	group.Wait()
	for i, err := range failures {
		if answers[i].err == nil {
			answers[i].err = err
		}
	}
	return answers
}
