package markdown

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// keyFiles is how many files a log line is about.
const keyFiles = "files"

// Connector opens folders of Markdown files. The zero value is ready for use.
type Connector struct {
	// Memory is where batches come from; nil is Arrow's default. The suite
	// sets it, to see that nothing leaks.
	Memory memory.Allocator
}

var _ connector.Connector = (*Connector)(nil)

// New returns the connector.
func New() connector.Connector { return &Connector{} }

// Info describes the connector's options.
func (c *Connector) Info() connector.Info {
	return connector.Info{
		Name:    "markdown",
		Summary: "Reads a folder of Markdown files with front matter, one issue a file.",
		Options: []connector.Option{
			{
				Name: "Path", Type: connector.Path, Required: true,
				Doc: "The folder. The files *.md in it, and in its folders, are issues.",
			},
			{
				Name: "Timezone", Type: connector.Zone,
				Doc: "The time zone of times that name none; without it, that of the session.",
			},
		},
	}
}

// Open looks whether the folder is there, and reads no file.
func (c *Connector) Open(ctx context.Context, cfg connector.Config) (connector.Source, error) {
	folder := cfg.Options.Path("Path")
	if err := checkFolder(folder); err != nil {
		return nil, err
	}
	s := &Source{folder: folder, zone: zone(cfg), memory: c.Memory}
	if s.memory == nil {
		s.memory = memory.DefaultAllocator
	}
	files, err := list(ctx, folder)
	if err != nil {
		return nil, err
	}
	cfg.Log.Debug("folder listed", slog.Int(keyFiles, len(files)))
	return s, nil
}

// zone returns the time zone of times that name none.
func zone(cfg connector.Config) *time.Location {
	if own := cfg.Options.Zone("Timezone"); own != nil {
		return own
	}
	return cfg.Timezone
}

// checkFolder tells why path is no folder to read.
func checkFolder(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return connector.Errorf(connector.NotFound, "Path: the folder %s is not there", path).
			WithHint("Check the spelling. A relative path begins in the folder that you are in.")
	case err != nil:
		return connector.Errorf(connector.Unavailable, "Path: %w", err)
	case !info.IsDir():
		return connector.Errorf(connector.Invalid, "Path: %s is no folder", path).
			WithHint("Name the folder that the file is in.")
	}
	return nil
}
