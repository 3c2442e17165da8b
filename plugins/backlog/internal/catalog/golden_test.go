package catalog_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden shows all tables in a form that can be read in a review.
func TestGolden(t *testing.T) {
	list, byName := all(t)
	var b strings.Builder
	for i := range list {
		writeTable(&b, &list[i], byName)
	}
	path := filepath.Join("testdata", "tables.txt")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("tables (-golden +declared), rewrite with -update:\n%s", diff)
	}
}

func writeTable(b *strings.Builder, table *relation.Table, byName tables) {
	fmt.Fprintf(b, "%s (%s)\n", table.Name, strings.Join(table.Key, ", "))
	if table.Inside != "" {
		fmt.Fprintf(b, "  inside %s at %s\n", table.Parent, table.Inside)
	} else {
		fmt.Fprintf(b, "  %s\n", requestOf(table))
	}
	described := table.Describe(byName.find)
	for i := range table.Columns {
		c := &table.Columns[i]
		null := " null"
		if c.Required {
			null = ""
		}
		fmt.Fprintf(b, "  %s\t%s%s\t%s%s%s\n", c.Name, c.Type, null, originOf(c), paramsOf(c), gradesOf(&described.Columns[i]))
	}
	b.WriteString("\n")
}

// requestOf writes down the requests of a table.
func requestOf(table *relation.Table) string {
	text := table.Category.String() + " " + table.Path
	if table.Query != "" {
		text += "?" + table.Query
	}
	text += [...]string{"", ", pages by offset", ", pages by id"}[table.Paging]
	if table.Count != "" {
		text += ", counted by " + table.Count
	}
	if table.Parent != "" {
		text += ", for each of " + table.Parent
	}
	if len(table.Optional) > 0 {
		text += fmt.Sprintf(", none after errors %v", table.Optional)
	}
	return text
}

func originOf(c *relation.Column) string {
	switch {
	case c.Of != "":
		return "the parent's " + c.Of
	case c.Pseudo:
		return "pseudo"
	case c.Position:
		return "position"
	case c.Member:
		return "member"
	case c.Term:
		return c.Path + ", looked up"
	case c.Else != "":
		return c.Path + ", else " + c.Else
	case c.When != "":
		return fmt.Sprintf("%s, when %s is %v", c.Path, c.When, c.Is)
	}
	return c.Path
}

// paramsOf writes down what conditions on a column become.
func paramsOf(c *relation.Column) string {
	f := c.Filter
	var params []string
	switch f.How {
	case relation.None, relation.Here:
	case relation.Days:
		params = append(params, f.Param+"Since", f.Param+"Until")
	case relation.Span:
		params = append(params, "minId", "maxId")
	case relation.Place:
		params = append(params, "the path")
	default:
		params = append(params, f.Param)
	}
	if f.Null != "" {
		params = append(params, "NULL: "+f.Null)
	}
	if f.NotNull != "" {
		params = append(params, "not NULL: "+f.NotNull)
	}
	if c.Expand != "" {
		params = append(params, "asked with "+c.Expand)
	}
	params = slices.DeleteFunc(params, func(p string) bool { return p == "" })
	if len(params) == 0 {
		return ""
	}
	return "\t" + strings.Join(params, ", ")
}

func gradesOf(c *connector.Column) string {
	byGrade := map[connector.Grade][]string{}
	for _, op := range c.Filters.Operators() {
		byGrade[c.Filters[op]] = append(byGrade[c.Filters[op]], op.String())
	}
	var text string
	for _, grade := range []connector.Grade{connector.Exact, connector.Inexact} {
		if ops := byGrade[grade]; len(ops) > 0 {
			text += fmt.Sprintf("\t%s: %s", grade, strings.Join(ops, " "))
		}
	}
	if c.Sortable {
		text += "\tsortable"
	}
	return text
}
