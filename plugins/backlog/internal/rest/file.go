package rest

import (
	"context"
	"mime"
	"net/http"
	"strings"
)

// File is what a download gave.
type File struct {
	// Name is the file's own name, without folders; empty where the server gave
	// none.
	Name string
	// Type is the media type, "image/png"; empty where the server gave none.
	Type    string
	Content []byte
}

// Download returns the file that a call gives. It is neither shared nor
// remembered. Errors are as of [Trip.Get].
func (t *Trip) Download(ctx context.Context, call Call) (*File, error) {
	if ctx.Err() != nil {
		return nil, canceled(ctx)
	}
	pending := &t.pending[call.Category]
	pending.Add(1)
	defer pending.Add(-1)
	r, err := (&attempt{client: t.client, trip: t, call: call}).fetch(ctx)
	if err != nil {
		return nil, err
	}
	return &File{Name: fileName(r.header), Type: mediaType(r.header), Content: []byte(r.body)}, nil
}

func mediaType(header http.Header) string {
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}

// fileName returns the name in Content-Disposition: filename* (RFC 5987) before
// filename, which may be in MIME's words (RFC 2047). It is a name only, without
// folders and without what a terminal does not print.
func fileName(header http.Header) string {
	_, params, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	name := params["filename"]
	if decoded, err := new(mime.WordDecoder).DecodeHeader(name); err == nil {
		name = decoded
	}
	name = strings.ToValidUTF8(name, "")
	name = printable(name[strings.LastIndexAny(name, `/\`)+1:])
	if name == "." || name == ".." {
		return ""
	}
	return name
}
