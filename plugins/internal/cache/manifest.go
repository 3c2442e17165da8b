package cache

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/trackql/trackql/connector"
)

// version is that of the manifest. Another one is as good as no manifest.
const version = 1

// manifest lists what is kept.
type manifest struct {
	Version  int
	Segments []segment
}

// segment is the rows of one scan.
type segment struct {
	// Source is the identity of the source.
	Source, Table string
	// File is the name of the Parquet file in the folder, Size how many bytes it
	// has, and Sum their SHA-256 in hexadecimal digits.
	File string
	Size int64
	Sum  string
	Rows int64
	// Columns are the file's, in their order.
	Columns []column
	// Where are the predicates that the rows were asked with, as far as the source
	// grades them.
	Where []predicate `json:",omitempty"`
	// Fetched is when asking began, for the rows or for the changes last put into
	// them, in microseconds since 1970; Whole is when it began for all rows.
	Fetched, Whole int64
	// Requests is how many requests for rows and counts it took to fetch all of
	// them; 0 is not known.
	Requests int64 `json:",omitempty"`
	// Token is what tells a watcher since when to look; empty where the rows can
	// only be fetched again. Marked is when it was taken.
	Token  string `json:",omitempty"`
	Marked int64  `json:",omitempty"`
	// Warnings are those of the scan.
	Warnings []connector.Warning `json:",omitempty"`
}

func (g *segment) at() time.Time { return time.UnixMicro(g.Fetched).UTC() }

// names returns the names of the columns.
func (g *segment) names() []string {
	names := make([]string, len(g.Columns))
	for i, c := range g.Columns {
		names[i] = c.Name
	}
	return names
}

// column is a column of a segment.
type column struct {
	Name, Type string
	// Told describes a column that only Widen tells.
	Told *told `json:",omitempty"`
}

// told is a connector.Column.
type told struct {
	Doc      string `json:",omitempty"`
	Schema   []byte // of this column alone, as an Arrow stream
	Filters  []int
	Sortable bool    `json:",omitempty"`
	Asked    bool    `json:",omitempty"`
	Values   []value `json:",omitempty"`
	Access   int     `json:",omitempty"`
}

// encodeManifest is the inverse of decodeManifest.
func encodeManifest(m manifest) ([]byte, error) {
	m.Version = version
	return json.MarshalIndent(m, "", " ")
}

// decodeManifest reads a manifest. What it does not understand is an error, and
// a manifest whose segments name files outside of the folder is one.
func decodeManifest(data []byte) (manifest, error) {
	var m manifest
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return manifest{}, err
	}
	if m.Version != version {
		return manifest{}, fmt.Errorf("version %d, want %d", m.Version, version)
	}
	for _, g := range m.Segments {
		outside := g.File != filepath.Base(g.File) || strings.ContainsAny(g.File, `/\:`)
		if outside || !strings.HasSuffix(g.File, suffix) || g.Size < 0 || g.Rows < 0 {
			return manifest{}, fmt.Errorf("segment %q is none", g.File)
		}
	}
	return m, nil
}

// tell describes a column for the manifest.
func tell(c *connector.Column) (*told, error) {
	var buffer bytes.Buffer
	field := arrow.Field{Name: c.Name, Type: c.Type, Nullable: c.Nullable}
	writer := ipc.NewWriter(&buffer, ipc.WithSchema(arrow.NewSchema([]arrow.Field{field}, nil)))
	if err := writer.Close(); err != nil {
		return nil, err
	}
	t := &told{
		Doc: c.Doc, Schema: buffer.Bytes(), Sortable: c.Sortable, Asked: c.Asked, Access: int(c.Access),
	}
	for _, grade := range c.Filters {
		t.Filters = append(t.Filters, int(grade))
	}
	for _, v := range c.Values {
		t.Values = append(t.Values, value{v})
	}
	return t, nil
}

// column is the inverse of tell.
func (t *told) column() (connector.Column, error) {
	reader, err := ipc.NewReader(bytes.NewReader(t.Schema))
	if err != nil {
		return connector.Column{}, err
	}
	defer reader.Release()
	if reader.Schema().NumFields() != 1 {
		return connector.Column{}, fmt.Errorf("%d columns, want 1", reader.Schema().NumFields())
	}
	field := reader.Schema().Field(0)
	c := connector.Column{
		Name: field.Name, Type: field.Type, Nullable: field.Nullable,
		Doc: t.Doc, Sortable: t.Sortable, Asked: t.Asked, Access: connector.Access(t.Access),
	}
	for i, grade := range t.Filters[:min(len(t.Filters), len(c.Filters))] {
		if grade >= 0 && grade <= int(connector.Exact) {
			c.Filters[i] = connector.Grade(grade)
		}
	}
	for _, v := range t.Values {
		c.Values = append(c.Values, v.Value)
	}
	return c, nil
}

// supersede puts a segment into the manifest, and leaves those out that have
// nothing that it does not have.
func (m *manifest) supersede(g segment) {
	m.Segments = slices.DeleteFunc(m.Segments, func(old segment) bool { return g.covers(&old) })
	m.Segments = append(m.Segments, g)
}

// covers tells whether every question that old answers is answered by g.
func (g *segment) covers(old *segment) bool {
	if g.Source != old.Source || g.Table != old.Table || old.Token != "" && g.Token == "" {
		return false
	}
	for _, c := range old.Columns {
		if !slices.ContainsFunc(g.Columns, func(k column) bool { return k.Name == c.Name && k.Type == c.Type }) {
			return false
		}
	}
	where := make([]connector.Predicate, len(old.Where))
	for i, p := range old.Where {
		where[i] = p.Predicate
	}
	return !slices.ContainsFunc(g.Where, func(p predicate) bool { return !implies(where, p.Predicate) })
}

// drop leaves a segment out.
func (m *manifest) drop(file string) {
	m.Segments = slices.DeleteFunc(m.Segments, func(g segment) bool { return g.File == file })
}
