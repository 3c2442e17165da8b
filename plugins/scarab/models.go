package scarab

import (
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

// The content models of the format, in the notation of xmlread.CompileModel.
// The versions differ in few elements: each is made of its own lines and those
// common to all.

const commonModel = `
issues          (issue+)
issue           (id, artifact-type, activity-sets)
activity-sets   (activity-set+)
activity-set    (id, type, created-by, created-date, activities, attachment?)
activities      (activity+)
dependency      (id, parent, child, type, deleted)
created-date    (format, timestamp)
modified-date   (format, timestamp)
end-date        (format, timestamp)
import-type       TEXT
id                TEXT
parent-id         TEXT
name              TEXT
owner             TEXT
description       TEXT
url               TEXT
domain            TEXT
code              TEXT
type              TEXT
created-by        TEXT
modified-by       TEXT
format            TEXT
timestamp         TEXT
old-numeric-value TEXT
new-numeric-value TEXT
old-user          TEXT
new-user          TEXT
old-option        TEXT
new-option        TEXT
old-value         TEXT
new-value         TEXT
parent            TEXT
child             TEXT
deleted           TEXT
filename          TEXT
reconcile-path    TEXT
data              TEXT
mimetype          TEXT
`

const plainNames = `
artifact-type TEXT
attribute     TEXT
`

const nestedNames = `
artifact-type   TEXT | (name, namespace-title?)
attribute       TEXT | (name, namespace-title?)
namespace-title TEXT
`

const module2003 = `
module (id, parent-id, name, owner, description, url, domain, code)
`

const module2006 = `
module (id, parent-id, name, owner?, description?, url?, domain?, code)
`

const activityModel = `
activity (id?, attribute, old-numeric-value?, new-numeric-value?, old-user?, new-user?,
          old-option?, new-option?, old-value?, new-value?, dependency?,
          description%s, end-date?, attachment?)
`

const attachmentModel = `
attachment (id, name, type, ((filename, reconcile-path?) | data)%s, mimetype, created-date,
            modified-date?, created-by, modified-by?, deleted)
`

// The names of the versions, as the option Dtd has them.
const (
	dtdAuto = "auto"
	dtd2003 = "0.16.29"
	dtd2006 = "0.21.0"
	dtdPT   = "pt"
	// dtdAny is the widest model, for a document of no known version: besides
	// what the others take, it takes a file without issues and an attachment
	// without content, both of which exporters have written.
	dtdAny = "any"
)

// modelTexts are the content models by version.
var modelTexts = map[string]string{
	dtd2003: "scarab-issues (import-type, module, issues+)\n" +
		module2003 + plainNames + fmt.Sprintf(activityModel, "") + fmt.Sprintf(attachmentModel, "") + commonModel,
	dtd2006: "scarab-issues (import-type, module?, issues+)\n" +
		module2006 + plainNames + fmt.Sprintf(activityModel, "") + fmt.Sprintf(attachmentModel, "") + commonModel,
	dtdPT: "scarab-issues (import-type, module?, issues+)\n" +
		module2006 + nestedNames + fmt.Sprintf(activityModel, "?") + fmt.Sprintf(attachmentModel, "") + commonModel,
	dtdAny: "scarab-issues (import-type, module?, issues*)\n" +
		module2006 + nestedNames + fmt.Sprintf(activityModel, "?") + fmt.Sprintf(attachmentModel, "?") + commonModel,
}

// models are the compiled content models by version.
type models map[string]*xmlread.Model

func compileModels() (models, error) {
	compiled := models{}
	for name, text := range modelTexts {
		model, err := xmlread.CompileModel(text)
		if err != nil {
			return nil, fmt.Errorf("content model %s: %w", name, err)
		}
		compiled[name] = model
	}
	return compiled, nil
}

// version returns the version that a document type declaration names: by the
// last segment of the system id's path, whatever scheme and host come before.
// known is false where it names none.
func version(d *xmlread.Doctype) (name string, known bool) {
	if d == nil {
		return dtdAny, true
	}
	id, _, _ := strings.Cut(d.SystemID, "#")
	id, _, _ = strings.Cut(id, "?")
	switch strings.ToLower(id[strings.LastIndexAny(id, `/\`)+1:]) {
	case "scarab-0.16.29.dtd":
		return dtd2003, true
	case "scarab-0.21.0.dtd":
		return dtd2006, true
	case "pt.dtd":
		return dtdPT, true
	}
	return dtdAny, false
}

// The choices of the option Validate.
const (
	validateAuto   = "auto"
	validateAlways = "always"
	validateNever  = "never"
)

// chooseModel returns the content models for a document with the declaration,
// nil where it is not validated. unknown tells that the declaration names no
// known version.
func (s *Source) chooseModel(d *xmlread.Doctype) (model *xmlread.Model, unknown bool) {
	if s.validate == validateNever || s.validate == validateAuto && d == nil {
		return nil, false
	}
	if s.dtd != dtdAuto {
		return s.models[s.dtd], false
	}
	name, known := version(d)
	return s.models[name], !known
}

// policy returns what the XML reader forgives.
func (s *Source) policy() xmlread.Policy {
	switch s.validate {
	case validateAlways:
		return xmlread.Strict
	case validateNever:
		return xmlread.Loose
	}
	return xmlread.Forgive
}

// unknownVersion describes a declaration that names no known version.
func unknownVersion(d *xmlread.Doctype) string {
	return fmt.Sprintf("the document type %s is not known; it is checked against the widest model",
		connector.QuoteText(d.SystemID))
}
