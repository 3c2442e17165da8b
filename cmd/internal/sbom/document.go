package main

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
)

// bom is a document of CycloneDX 1.6, as far as it is used here.
type bom struct {
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	SerialNumber string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type       string      `json:"type"`
	Ref        string      `json:"bom-ref"`
	Name       string      `json:"name"`
	Version    string      `json:"version,omitempty"`
	Licenses   []license   `json:"licenses,omitempty"`
	PURL       string      `json:"purl,omitempty"`
	Components []component `json:"components,omitempty"`
	Properties []property  `json:"properties,omitempty"`
}

type license struct {
	Expression string `json:"expression"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// document returns the bill of materials of a release on one platform.
func document(r release, parts []part) bom {
	root := component{
		Type: "application", Name: "trackql", Version: r.version,
		PURL:     "pkg:golang/github.com/trackql/trackql@" + strings.ReplaceAll(r.version, "+", "%2B"),
		Licenses: []license{{"Apache-2.0"}},
		Properties: []property{
			{"trackql:commit", r.commit},
			{"trackql:platform", r.platform},
		},
	}
	root.Ref = root.PURL
	doc := bom{
		Format: "CycloneDX", SpecVersion: "1.6", SerialNumber: serial(r), Version: 1,
		Metadata: metadata{r.time.Format(time.RFC3339), root},
	}
	all := dependency{Ref: root.Ref}
	for _, p := range parts {
		c := component{
			Type: "library", Ref: p.ref(), Name: p.name, Version: p.version, PURL: p.purl,
			Licenses: []license{{p.licence}},
		}
		if p.sum != "" {
			// What go.sum has is the hash of a list of the files' hashes: no
			// hash of a file, so none of CycloneDX's own.
			c.Properties = []property{{"trackql:gosum", p.sum}}
		}
		for _, inner := range p.inner {
			c.Components = append(c.Components, component{Type: "library", Ref: p.ref() + "#" + inner, Name: inner})
		}
		doc.Components = append(doc.Components, c)
		all.DependsOn = append(all.DependsOn, c.Ref)
	}
	doc.Dependencies = []dependency{all}
	return doc
}

func (p part) ref() string {
	if p.purl != "" {
		return p.purl
	}
	return p.name
}

// serial makes the document's number of what the document is about, where
// another tool would roll dice.
func serial(r release) string {
	sum := sha256.Sum256([]byte("trackql sbom " + r.version + " " + r.commit + " " + r.platform))
	sum[6] = sum[6]&0x0f | 0x80 // version 8: of the maker's own making
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
