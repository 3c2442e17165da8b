package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// Verb is what a statement does to the catalog, the settings or the program.
type Verb uint8

// The verbs.
const (
	Create    Verb = iota // makes the thing
	Drop                  // drops the thing
	Alter                 // changes what the thing is, or its comment
	Extend                // installs, loads or updates extensions
	Configure             // sets or resets a setting
	Export                // writes a whole database to files
)

// Change is something that a statement does beside reading and writing rows.
type Change struct {
	Verb Verb
	// What is the kind of thing, in lower case: "table", "view", "schema",
	// "macro", "type", "sequence", "index".
	What string
	// Catalog and Schema are where the thing is, as DuckDB resolved it, and Name
	// is what it is called; for an index they tell of its table. They are empty
	// where DuckDB resolved nothing, as of what an IF EXISTS does not find. Name
	// is the extension of Extend, and the setting of Configure.
	Catalog, Schema, Name string
	// IfExists says that nothing is to happen where the thing is not there.
	IfExists bool
	// Fetches says of Extend that the extension is to be installed.
	Fetches bool
}

// changeInfo is what the operator of a change tells about its thing.
type changeInfo struct {
	Type     string `json:"type"`
	Entry    string `json:"entry_catalog_type"`
	Column   string `json:"catalog_entry_type"`
	Catalog  string `json:"catalog"`
	Schema   string `json:"schema"`
	Name     string `json:"name"`
	Table    string `json:"table"`
	View     string `json:"view_name"`
	Filename string `json:"filename"`
	LoadType string `json:"load_type"`
	NotFound string `json:"if_not_found"`
}

var verbs = map[string]Verb{
	"LOGICAL_CREATE_TABLE": Create, "LOGICAL_CREATE_VIEW": Create, "LOGICAL_CREATE_SCHEMA": Create,
	"LOGICAL_CREATE_MACRO": Create, "LOGICAL_CREATE_TYPE": Create, "LOGICAL_CREATE_SEQUENCE": Create,
	"LOGICAL_CREATE_INDEX": Create,
	"LOGICAL_DROP":         Drop,
	"LOGICAL_ALTER":        Alter,
	"LOGICAL_LOAD":         Extend, "LOGICAL_UPDATE_EXTENSIONS": Extend,
	"LOGICAL_SET": Configure, "LOGICAL_RESET": Configure,
	"LOGICAL_EXPORT": Export,
}

// change takes note of what an operator does beside reading and writing rows.
func (r *reader) change(op *operator) {
	verb, ok := verbs[op.Type]
	if !ok {
		return
	}
	var info changeInfo
	if len(op.Info) > 0 {
		if err := json.Unmarshal(op.Info, &info); err != nil {
			r.err = connector.Errorf(connector.Internal, "plan: %s: %w", op.Type, err)
			return
		}
	}
	c := Change{Verb: verb, What: info.what(), Catalog: info.Catalog, Schema: info.Schema, Name: info.name(), IfExists: info.NotFound == "RETURN_NULL"}
	switch {
	case verb == Configure:
		c.Name = op.Name
	case verb == Extend:
		c.Name = info.Filename
		c.Fetches = info.LoadType != "LOAD"
	case c.What == "schema":
		if c.Name == "" {
			c.Name = c.Schema
		}
		c.Schema = ""
	}
	r.changes = append(r.changes, c)
}

// name returns what the thing is called; an index stands for its table.
func (i *changeInfo) name() string {
	for _, name := range []string{i.View, i.Table} {
		if name != "" {
			return name
		}
	}
	return i.Name
}

// what returns the kind of thing: "TABLE_ENTRY" is a table, and so is what an
// "ALTER_TABLE" changes.
func (i *changeInfo) what() string {
	for _, text := range []string{i.Entry, i.Column, i.Type} {
		words := strings.Split(strings.ToLower(text), "_")
		for _, word := range []string{"macro", "schema", "view", "table", "type", "sequence", "index"} {
			if slices.Contains(words, word) {
				return word
			}
		}
	}
	return "thing"
}
