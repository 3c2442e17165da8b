package scarab

import (
	"context"
	"errors"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/javadate"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

// Connector opens issue files. The zero value is ready for use.
type Connector struct {
	// Memory is where the batches of scans come from; nil is Arrow's default.
	Memory memory.Allocator
}

var _ connector.Connector = (*Connector)(nil)

// New returns the connector.
func New() connector.Connector { return &Connector{} }

// Info describes the connector's options.
func (c *Connector) Info() connector.Info {
	return connector.Info{
		Name:    "scarab",
		Summary: "Reads the XML exports of the issue trackers Scarab and CollabNet Project Tracker.",
		Options: []connector.Option{
			{
				Name: "Path", Type: connector.Path, Required: true,
				Doc: "An export, a folder of exports (*.xml, *.xml.gz), or a pattern such as exports/2005-*.xml. Files that are gzipped are unpacked.",
			},
			{
				Name: "Validate", Type: connector.Choice, Default: validateAuto,
				Choices: []string{validateAuto, validateAlways, validateNever},
				Doc: "auto checks a file against its document type, where it declares one. always checks every file, to its end, and forgives nothing. " +
					"never checks none, and reads past bytes and dates that make no sense, with warnings.",
			},
			{
				Name: "Dtd", Type: connector.Choice, Default: dtdAuto,
				Choices: []string{dtdAuto, dtd2003, dtd2006, dtdPT},
				Doc:     "The document type to check against. auto goes by the file's own declaration. No document type is ever fetched.",
			},
			{
				Name: "Encoding",
				Doc:  "The encoding of the files, such as Shift_JIS, where their own declaration is wrong or missing.",
			},
			{
				Name: "Timezone", Type: connector.Zone,
				Doc: "The time zone of timestamps that name none; without it, that of the session.",
			},
			{
				Name: "Merge", Type: connector.Choice, Default: "none", Choices: []string{"none", mergeLatest},
				Doc: "What becomes of an issue that is in several files. none shows it once a file; latest shows the one with the latest Modified, with a warning for each other.",
			},
			{
				Name: "MultiValues", Type: connector.Choice, Default: "text", Choices: []string{"text", multiList},
				Doc: "How Issues shows an attribute of several values: as text joined by a comma and a blank, or as a list.",
			},
		},
	}
}

// The choices that the code asks for.
const (
	mergeLatest = "latest"
	multiList   = "list"
)

// Open finds the files. It reads none of them yet.
func (c *Connector) Open(ctx context.Context, cfg connector.Config) (connector.Source, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	encoding := cfg.Options.Text("Encoding")
	if err := checkEncoding(encoding); err != nil {
		return nil, err
	}
	files, err := expand(cfg.Options.Path("Path"))
	if err != nil {
		return nil, err
	}
	compiled, err := compileModels()
	if err != nil {
		return nil, err
	}
	zone := cfg.Timezone
	if own := cfg.Options.Zone("Timezone"); own != nil {
		zone = own
	}
	s := &Source{
		files:    files,
		models:   compiled,
		validate: cfg.Options.Choice("Validate"),
		dtd:      cfg.Options.Choice("Dtd"),
		encoding: encoding,
		zone:     javadate.NewZone(zone),
		merge:    cfg.Options.Choice("Merge") == mergeLatest,
		lists:    cfg.Options.Choice("MultiValues") == multiList,
		memory:   c.Memory,
		turn:     make(chan struct{}, 1),
	}
	if s.memory == nil {
		s.memory = memory.DefaultAllocator
	}
	return s, nil
}

// checkEncoding tells whether an encoding is known, by reading nothing in it.
func checkEncoding(name string) error {
	_, err := xmlread.New(strings.NewReader(""), xmlread.Config{Encoding: name}).Next()
	var e *connector.Error
	if errors.As(err, &e) && e.Kind == connector.Invalid {
		return connector.Errorf(connector.Invalid, "option Encoding: %w", e.Err).WithHint("%s", e.Hint)
	}
	return nil
}
