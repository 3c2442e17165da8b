// Package configs reads trackql.yaml. It owns the file's keys, their checks,
// and what stands for a secret: references to variables and files, replaced in
// decoded values and never in raw text.
//
// It knows no connector: the options of a source are handed on as they were
// written, with their places, for [connector.Info.Resolve] to check. It opens
// nothing but the file itself and the files that references name.
package configs
