package backlogtest

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
)

// upload is a file that was sent and belongs to nothing yet.
type upload struct {
	name    string
	content []byte
	sent    int64 // seconds since 1970
	by      int64
}

// uploadLife is how long an upload waits to be used, in seconds.
const uploadLife = 60 * 60

// largestFile is how large a file may be.
const largestFile = 50 << 20

func uploadRoutes() []route {
	return []route{{"POST", "/space/attachment", Update, 200, postAttachment}}
}

// readUpload reads the part "file" of a form.
func readUpload(r *http.Request) (*upload, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if part.FormName() != "file" {
			continue
		}
		content, err := io.ReadAll(io.LimitReader(part, largestBody))
		return &upload{name: part.FileName(), content: content}, err
	}
}

func postAttachment(c *call) (any, error) {
	if c.upload == nil || c.upload.name == "" {
		return nil, refuse(InvalidRequestError, "file is required.")
	}
	if len(c.upload.content) > largestFile {
		return nil, refuse(TooLargeFileError, "The size of attached file is too large.")
	}
	id := c.space.nextID()
	c.upload.sent, c.upload.by = c.space.Now(), c.user.ID
	c.space.uploads[id] = c.upload
	return object{{"id", id}, {"name", c.upload.name}, {"size", len(c.upload.content)}}, nil
}

// adopt makes attachments of what the caller has uploaded. Uploads that are not
// known, or too old, are an error, and none is taken then.
func (c *call) adopt(ids []int64) ([]Attachment, error) {
	out := make([]Attachment, 0, len(ids))
	for _, id := range ids {
		u := c.space.uploads[id]
		if u == nil || u.by != c.user.ID || c.space.Now()-u.sent > uploadLife {
			return nil, missing("attachment")
		}
		out = append(out, Attachment{
			ID: id, Name: u.name, Size: int64(len(u.content)), Creator: c.user.ID, Created: c.space.Now(), content: u.content,
		})
	}
	for _, id := range ids {
		delete(c.space.uploads, id)
	}
	return out, nil
}

// file is the attachment as an answer.
func (a Attachment) file() *file { return fileOf(a.Name, a.Size, a.content) }

// fileOf is a file whose content is given, or else made up: its name again and
// again, up to its size.
func fileOf(name string, size int64, content []byte) *file {
	for content == nil || int64(len(content)) < size {
		content = append(content, name+"\n"...)
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	return &file{name, kind, content[:size]}
}
