package plantest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trackql/trackql/connector"
)

// Case is a statement of the corpus.
type Case struct {
	// Name is the file's name without its extension.
	Name string
	// SQL is the statement.
	SQL string
	// Params are the values bound to it, as in plan.Options.
	Params map[string]connector.Value
	// NoPushdown is that of plan.Options.
	NoPushdown bool
	// Plan is what plan.Query answered for SQL, over the tables of [Schema],
	// with the first set of plan.Optimizers that gave a plan.
	Plan []byte
	// Want is what the planner says of it.
	Want string

	path    string
	archive *txtar.Archive
}

// Cases reads the corpus: all files NAME.txtar of a folder, sorted by name. A
// file has the sections sql, plan.json and want, and may have params, with
// lines such as "1 integer 5", and options, with the line "no-pushdown".
func Cases(dir string) ([]Case, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	cases := make([]Case, len(paths))
	for i, path := range paths {
		if cases[i], err = read(path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return cases, nil
}

func read(path string) (Case, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Case{}, err
	}
	c := Case{
		Name:    strings.TrimSuffix(filepath.Base(path), ".txtar"),
		path:    path,
		archive: txtar.Parse(data),
	}
	c.SQL = strings.TrimSpace(string(c.section("sql")))
	c.Plan = bytes.TrimSpace(c.section("plan.json"))
	c.Want = string(c.section("want"))
	c.NoPushdown = strings.Contains(string(c.section("options")), "no-pushdown")
	c.Params, err = params(string(c.section("params")))
	return c, err
}

func (c *Case) section(name string) []byte {
	for _, f := range c.archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// Update replaces one section of the case's file: "plan.json" or "want".
func (c *Case) Update(section string, data []byte) error {
	if !bytes.HasSuffix(data, []byte("\n")) {
		data = append(bytes.Clone(data), '\n')
	}
	for i := range c.archive.Files {
		if c.archive.Files[i].Name == section {
			c.archive.Files[i].Data = data
			return os.WriteFile(c.path, txtar.Format(c.archive), 0o644)
		}
	}
	c.archive.Files = append(c.archive.Files, txtar.File{Name: section, Data: data})
	return os.WriteFile(c.path, txtar.Format(c.archive), 0o644)
}

// params reads lines of an identifier, a kind, and a value.
func params(text string) (map[string]connector.Value, error) {
	found := map[string]connector.Value{}
	for line := range strings.Lines(text) {
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(fields) < 2 {
			continue
		}
		v, err := value(fields[1], strings.Join(fields[2:], ""))
		if err != nil {
			return nil, fmt.Errorf("params: %q: %w", line, err)
		}
		found[fields[0]] = v
	}
	return found, nil
}

func value(kind, text string) (connector.Value, error) {
	switch kind {
	case "null":
		return connector.Null(), nil
	case "text":
		return connector.TextOf(text), nil
	case "decimal":
		return connector.DecimalOf(text)
	case "float":
		f, err := strconv.ParseFloat(text, 64)
		return connector.FloatOf(f), err
	case "boolean":
		b, err := strconv.ParseBool(text)
		return connector.BoolOf(b), err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return connector.Null(), err
	}
	switch kind {
	case "integer":
		return connector.IntOf(n), nil
	case "date":
		return connector.DateOf(n), nil
	case "timestamp":
		return connector.TimestampOf(n), nil
	case "local":
		return connector.LocalOf(n), nil
	}
	return connector.Null(), fmt.Errorf("unknown kind %q", kind)
}
