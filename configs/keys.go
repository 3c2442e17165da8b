package configs

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
)

// fileKey is a key of a configuration file: how it is read, and what editors
// are told of it.
type fileKey struct {
	name, doc string
	read      func(d *decoder, p pair)
	schema    func(cfg SchemaConfig) *schema
}

// fileKeys are the keys of a configuration file, in the order in which to list
// them.
func fileKeys() []fileKey {
	return []fileKey{
		{
			"sources", "The sources by their names, each a schema in SQL: SELECT … FROM name.Table.",
			(*decoder).sources, sourcesSchema,
		},
		{
			"views", "Saved queries by their names, to be asked like tables: SELECT * FROM name.",
			(*decoder).views, viewsSchema,
		},
		{
			"timezone", "The time zone of times without one, and for showing times: an IANA name such as Asia/Tokyo, or an offset such as +09:00. Without it, the machine's.",
			(*decoder).timezone, func(SchemaConfig) *schema { return zoneSchema() },
		},
		{
			"format", "How results are printed. Without it, as a table on a terminal, else as csv.",
			func(d *decoder, p pair) { d.config.Format = Text{d.value(p), d.place(p.value)} },
			func(cfg SchemaConfig) *schema { return choiceSchema(cfg.Formats) },
		},
		{
			"encoding", "The encoding of the text of results.",
			func(d *decoder, p pair) { d.config.Encoding = Text{d.value(p), d.place(p.value)} },
			func(cfg SchemaConfig) *schema { return choiceSchema(cfg.Encodings) },
		},
		{
			"memory_limit", "How much the engine may hold in memory, such as 4GB or 512MB. What is beyond goes to the spill folder.",
			(*decoder).memoryLimit, func(SchemaConfig) *schema { return writtenAs(memoryPattern) },
		},
		{
			"spill_folder", "Where the engine puts what does not fit into memory. A relative path is one from the folder of this file. Without it, the system's folder for temporary files.",
			func(d *decoder, p pair) { d.config.SpillFolder = d.path(d.value(p)) },
			func(SchemaConfig) *schema { return textSchema() },
		},
		{
			"threads", "How many cores to use; 0 is all of them.",
			(*decoder).threads, func(SchemaConfig) *schema { return countSchema() },
		},
		{
			"max_requests", "How many requests to the systems behind the sources a statement may make: one that would make more is refused before it begins, or stopped where only reading shows it. 0 is any number. SET VARIABLE max_requests = 50 changes it for a session.",
			(*decoder).maxRequests, func(SchemaConfig) *schema { return countSchema() },
		},
	}
}

// sourceKey is a key that every source has beside the options of its connector.
type sourceKey struct {
	name, doc string
	read      func(d *decoder, source *Source, p pair)
	schema    func(cfg SchemaConfig) *schema
}

// sourceKeys are the keys that are the same for all sources.
func sourceKeys() []sourceKey {
	return []sourceKey{{
		"connector", "The kind of system that is read. The other keys of the source are the options of its connector.",
		func(d *decoder, source *Source, p pair) {
			text, _ := d.text(p)
			source.Connector = strings.ToLower(text)
		},
		connectorSchema,
	}}
}

func (d *decoder) key(p pair) {
	var known []string
	for _, key := range fileKeys() {
		if key.name == p.name {
			key.read(d, p)
			return
		}
		known = append(known, key.name)
	}
	if p.name != p.label {
		d.fault(p.key, "Write KEY: VALUE, with a blank after the colon.", "there is no key %q", p.label)
		return
	}
	hint := "The keys of a configuration file are " + strings.Join(known, ", ") + "."
	if name, ok := connector.Nearest(p.name, known); ok {
		hint = "Did you mean " + name + "? " + hint
	}
	d.fault(p.key, hint, "there is no key %q", p.name)
}

func (d *decoder) timezone(p pair) {
	text := d.value(p)
	if text == "" {
		return
	}
	zone, err := connector.ParseZone(text)
	if err != nil {
		d.fault(p.value, connector.HintOf(err), "timezone: %q is no time zone", written(p))
	}
	d.config.Timezone = zone
}

// memoryPattern is a number with a unit of bytes, as DuckDB takes it.
const memoryPattern = `[0-9]+(\.[0-9]+)? *([KkMmGgTt][Ii]?)?[Bb]`

var memoryLimit = regexp.MustCompile("^(" + memoryPattern + ")$")

func (d *decoder) memoryLimit(p pair) {
	text := d.value(p)
	if text != "" && !memoryLimit.MatchString(text) {
		d.fault(p.value, "Write a number with its unit, such as 4GB or 512MB.",
			"memory_limit: %q is no amount of memory", written(p))
		return
	}
	d.config.MemoryLimit = text
}

func (d *decoder) threads(p pair) {
	text := d.value(p)
	if text == "" {
		return
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		d.fault(p.value, "Write how many cores to use, such as 4; 0 is all of them.",
			"threads: %q is no number of cores", written(p))
		return
	}
	d.config.Threads = n
}

func (d *decoder) maxRequests(p pair) {
	text := d.value(p)
	if text == "" {
		return
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		d.fault(p.value, "Write how many requests a statement may make, such as 50; 0 is any number.",
			"max_requests: %q is no number of requests", written(p))
		return
	}
	d.config.MaxRequests = n
}

func (d *decoder) sources(p pair) {
	for _, p := range d.pairs(p.value, "sources", namesSources) {
		d.source(p)
	}
}

func (d *decoder) source(p pair) {
	if p.name != p.label {
		d.fault(p.key, "Write KEY: VALUE, with a blank after the colon.", "%q is no name of a source", p.label)
	} else if err := connector.CheckSourceName(p.name); err != nil {
		d.fault(p.key, connector.HintOf(err), "%w", err)
	}
	source := Source{Place: d.place(p.key)}
	source.Name = p.name
	keys := sourceKeys()
	for _, option := range d.pairs(p.value, "source "+p.label, keysOfSource) {
		if !option.again {
			d.setting(&source, keys, option)
		}
	}
	if source.Connector == "" && !d.full() {
		d.fault(p.key, "Add connector: NAME, such as connector: scarab.", "source %s names no connector", p.label)
	}
	d.config.Sources = append(d.config.Sources, source)
}

func (d *decoder) setting(source *Source, keys []sourceKey, p pair) {
	for _, key := range keys {
		if connector.FoldKey(p.name) == key.name {
			key.read(d, source, p)
			return
		}
	}
	if text, ok := d.text(p); ok {
		source.Settings = append(source.Settings, connector.Setting{Key: p.name, Value: text, Place: d.place(p.key)})
	}
}

func (d *decoder) views(p pair) {
	for _, p := range d.pairs(p.value, "views", namesViews) {
		text, ok := d.text(p)
		if ok && strings.TrimSpace(text) == "" {
			d.fault(p.key, "Write "+p.name+`: "SELECT …".`, "the view %q has no query", p.name)
		}
		d.config.Views = append(d.config.Views, View{Name: p.name, SQL: text, Place: d.place(p.key)})
	}
}
