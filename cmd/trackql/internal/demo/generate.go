//go:build ignore

// This program makes the demo's exports of story.txt: data/komugi.xml, and
// data/broken.xml, the beginning of it with one mistyped element. It gives the
// same bytes every time.
//
//	go run generate.go generate_history.go generate_links.go generate_phrases.go [FOLDER]
package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// prologue is how the tracker's exporter begins a file.
const prologue = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE scarab-issues SYSTEM "http://tracker.example.com/dtd/scarab-0.16.29.dtd">
<!--UTF-8-->
`

// brokenIssues is how many issues data/broken.xml has.
const brokenIssues = 4

func main() {
	log.SetFlags(0)
	folder := "data"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	text, err := os.ReadFile("story.txt")
	if err != nil {
		log.Fatal(err)
	}
	issues, err := parse(string(text))
	if err != nil {
		log.Fatal("story.txt: ", err)
	}
	whole := render(tell(issues), lines)
	broken := render(tell(issues[:brokenIssues]), indented)
	for name, content := range map[string][]byte{"komugi.xml": whole, "broken.xml": mistype(broken)} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// issue is one block of story.txt.
type issue struct {
	number                                    int
	kind, area, priority, reporter, assignee  string
	summary, description                      string
	customer, due, file, urlLabel, urlAddress string
	platforms, cc                             []string
	open                                      bool
	blocks, unblocks, duplicates, related     []int
	comments                                  []comment
}

type comment struct{ by, text string }

var (
	kinds = map[string]string{"D": "Defect", "F": "Feature", "T": "Task", "E": "Enhancement"}
	areas = map[string]string{
		"shop": "Web shop", "checkout": "Checkout", "pay": "Payments", "kitchen": "Kitchen tablet",
		"pickup": "Pickup", "receipt": "Receipts", "stock": "Stock", "report": "Reports",
		"notify": "Notifications", "admin": "Administration",
	}
	priorities = map[string]string{"U": "Urgent", "H": "High", "M": "Medium", "L": "Low"}
)

// parse reads the story. A block begins with a line that has a number and a bar.
func parse(text string) ([]*issue, error) {
	var issues []*issue
	var last *issue
	for n, line := range strings.Split(text, "\n") {
		var err error
		switch {
		case line == "" || line[0] == '#':
		case line[0] >= '1' && line[0] <= '9' && strings.Contains(line, " | "):
			last, err = parseHead(line)
			issues = append(issues, last)
		case line[0] == '+':
			err = last.direct(strings.Fields(line)[1], strings.TrimSpace(line[2+len(strings.Fields(line)[1]):]))
		case line[0] == '>':
			by, text, _ := strings.Cut(line[2:], ": ")
			last.comments = append(last.comments, comment{by, text})
		default:
			last.description = strings.TrimSpace(last.description + "\n" + line)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return issues, nil
}

func parseHead(line string) (*issue, error) {
	head, summary, _ := strings.Cut(line, " | ")
	f := strings.Fields(head)
	if len(f) != 6 || summary == "" {
		return nil, fmt.Errorf("no head of an issue: %q", line)
	}
	number, err := strconv.Atoi(f[0])
	i := &issue{
		number: number, kind: kinds[f[1]], area: areas[f[2]], priority: priorities[f[3]],
		reporter: f[4], assignee: f[5], summary: summary,
	}
	if err == nil && (i.kind == "" || i.area == "" || i.priority == "") {
		err = fmt.Errorf("unknown letter in %q", head)
	}
	return i, err
}

// direct takes a line that begins with a plus sign.
func (i *issue) direct(name, argument string) error {
	links := map[string]*[]int{
		"blocks": &i.blocks, "unblocks": &i.unblocks, "duplicates": &i.duplicates, "related": &i.related,
	}
	switch name {
	case "open":
		i.open = true
	case "customer":
		i.customer = argument
	case "due":
		i.due = argument
	case "file":
		i.file = argument
	case "url":
		i.urlLabel, i.urlAddress, _ = strings.Cut(argument, " | ")
	case "platform":
		i.platforms = strings.Split(argument, ", ")
	case "cc":
		i.cc = strings.Split(argument, ", ")
	default:
		link, ok := links[name]
		if !ok {
			return fmt.Errorf("unknown directive %q", name)
		}
		number, err := strconv.Atoi(argument)
		*link = append(*link, number)
		return err
	}
	return nil
}

// The elements of an export, in the order in which the DTD wants them.
type (
	export struct {
		XMLName    xml.Name    `xml:"scarab-issues"`
		ImportType string      `xml:"import-type"`
		Module     module      `xml:"module"`
		Issues     []*xmlIssue `xml:"issues>issue"`
	}
	module struct {
		ID          int    `xml:"id"`
		ParentID    int    `xml:"parent-id"`
		Name        string `xml:"name"`
		Owner       string `xml:"owner"`
		Description string `xml:"description"`
		URL         string `xml:"url"`
		Domain      string `xml:"domain"`
		Code        string `xml:"code"`
	}
	xmlIssue struct {
		ID   int      `xml:"id"`
		Type string   `xml:"artifact-type"`
		Sets []*event `xml:"activity-sets>activity-set"`
	}
	// event is an activity set. Two issues that it links share its ID.
	event struct {
		ID         *int        `xml:"id"`
		Type       string      `xml:"type"`
		By         string      `xml:"created-by"`
		Date       date        `xml:"created-date"`
		Activities []*activity `xml:"activities>activity"`
		Reason     *attachment `xml:"attachment"`
		at         time.Time
	}
	activity struct {
		ID          int         `xml:"id"`
		Attribute   string      `xml:"attribute"`
		OldUser     string      `xml:"old-user,omitempty"`
		NewUser     string      `xml:"new-user,omitempty"`
		OldOption   string      `xml:"old-option,omitempty"`
		NewOption   string      `xml:"new-option,omitempty"`
		OldValue    string      `xml:"old-value,omitempty"`
		NewValue    string      `xml:"new-value,omitempty"`
		Dependency  *dependency `xml:"dependency"`
		Description string      `xml:"description"`
		EndDate     *date       `xml:"end-date"`
		Attachment  *attachment `xml:"attachment"`
	}
	dependency struct {
		ID      int    `xml:"id"`
		Parent  string `xml:"parent"`
		Child   string `xml:"child"`
		Type    string `xml:"type"`
		Deleted bool   `xml:"deleted"`
	}
	attachment struct {
		ID       int    `xml:"id"`
		Name     string `xml:"name"`
		Type     string `xml:"type"`
		Filename string `xml:"filename,omitempty"`
		Data     string `xml:"data,omitempty"`
		Mimetype string `xml:"mimetype"`
		Created  date   `xml:"created-date"`
		By       string `xml:"created-by"`
		Deleted  bool   `xml:"deleted"`
	}
	date struct {
		Format    string `xml:"format"`
		Timestamp string `xml:"timestamp"`
	}
)

// render writes an export: the whole one with a line for each set and
// activity, the broken one with a line for each element.
func render(issues []*xmlIssue, marshal func(any) ([]byte, error)) []byte {
	content, err := marshal(export{
		ImportType: "create-different-db",
		Module: module{
			ID: 12, ParentID: 1, Name: "Komugi", Owner: "Emma", URL: "/komugi/", Domain: "tracker.example.com", Code: "KMG",
			Description: "Ordering and pickup for bakeries / パン屋さんの予約と受取",
		},
		Issues: issues,
	})
	if err != nil {
		log.Fatal(err)
	}
	quotes := strings.NewReplacer("&#34;", "&quot;", "&#39;", "'", "&#xA;", "\n")
	return []byte(prologue + quotes.Replace(string(content)) + "\n")
}

func lines(v any) ([]byte, error) {
	content, err := xml.Marshal(v)
	breaks := strings.NewReplacer(
		"<module>", "\n<module>", "<issues>", "\n<issues>", "<issue>", "\n<issue>", "<activity-set>", "\n<activity-set>",
		"<activity>", "\n<activity>", "</activities>", "\n</activities>", "</issue>", "\n</issue>", "</issues>", "\n</issues>\n",
	)
	return []byte(breaks.Replace(string(content))), err
}

func indented(v any) ([]byte, error) { return xml.MarshalIndent(v, "", "  ") }

// mistype makes the mistake of the broken file: somebody edited one activity by
// hand.
func mistype(content []byte) []byte {
	end := bytes.LastIndex(content, []byte("<attribute>Status</attribute>"))
	mistyped := bytes.Replace(content[end:], []byte("attribute"), []byte("atribute"), 2)
	return append(content[:end:end], mistyped...)
}
