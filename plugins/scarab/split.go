package scarab

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/trackql/trackql/connector"
)

// Split cuts a scan by files, into at most n pieces of about the same size. A
// scan with a limit is not cut.
func (s *Source) Split(ctx context.Context, req connector.ScanRequest, n int) ([]connector.ScanRequest, error) {
	sum, err := s.summary(ctx)
	if err != nil {
		return nil, err
	}
	p, err := sum.plan(req)
	if err != nil {
		return nil, err
	}
	if n < 2 || len(p.surveys) < 2 || req.Limit > 0 {
		return []connector.ScanRequest{req}, nil
	}
	var total int64
	for _, survey := range p.surveys {
		total += survey.stamp.size
	}
	var pieces []connector.ScanRequest
	var names []string
	var size int64 // of the files so far
	for at, survey := range p.surveys {
		names = append(names, survey.file.name)
		size += survey.stamp.size
		// The piece is full when the files so far are its share of all.
		if at+1 < len(p.surveys) && size*int64(n) < total*int64(len(pieces)+1) {
			continue
		}
		part, err := json.Marshal(names)
		if err != nil {
			return nil, fmt.Errorf("part: %w", err)
		}
		piece := req
		piece.Part = string(part)
		pieces, names = append(pieces, piece), nil
	}
	return pieces, nil
}
