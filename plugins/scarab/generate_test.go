package scarab_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// generate writes a document of n issues as an exporter does, with its white
// space, and about 8 kB an issue.
func generate(t testing.TB, w io.Writer, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE scarab-issues SYSTEM "http://scarab.example.com/dtd/scarab-0.16.29.dtd">
<scarab-issues>
  <import-type>create-different-db</import-type>
  <module>
    <id>5</id>
    <parent-id>1</parent-id>
    <name>Source</name>
    <owner>admin</owner>
    <description>Source</description>
    <url>/source/</url>
    <domain></domain>
    <code>PACS</code>
  </module>
<issues>
`)
	statuses := []string{"New", "Assigned", "Resolved", "Closed", "対応済み"}
	users := []string{"sato", "suzuki", "tanaka@example.com", "watanabe"}
	next := 0
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "    <issue>\n      <id>%d</id>\n      <artifact-type>Defect</artifact-type>\n      <activity-sets>\n", i)
		status := ""
		for s := range 3 {
			kind := "Edit Issue"
			if s == 0 {
				kind = "Create Issue"
			}
			next++
			fmt.Fprintf(&b, `        <activity-set>
          <id>%d</id>
          <type>%s</type>
          <created-by>%s</created-by>
          <created-date>
            <format>yyyy-MM-dd HH:mm:ss z</format>
            <timestamp>200%d-%02d-%02d %02d:18:20 JST</timestamp>
          </created-date>
          <activities>
`, next, kind, users[r.IntN(4)], 3+s, r.IntN(12)+1, r.IntN(28)+1, r.IntN(24))
			now := statuses[r.IntN(len(statuses))]
			old := ""
			if status != "" {
				old = "              <old-option>" + status + "</old-option>\n"
			}
			oldValue := strings.ReplaceAll(old, "option", "value")
			fmt.Fprintf(&b, `            <activity>
              <id>%d</id>
              <attribute>Status</attribute>
                                                                      
%s              <new-option>%s</new-option>
                                          
%s              <new-value>%s</new-value>
              
              <description>Status set to '%s'</description>
            </activity>
`, i*100+s, old, now, oldValue, now, now)
			status = now
			for a, name := range []string{"Summary", "Description", "Functional area"} {
				fmt.Fprintf(&b, `            <activity>
              <id>%d</id>
              <attribute>%s</attribute>
                                                                                                  
              <new-value>%s %d: %s</new-value>
              
              <description>%s set to '...'</description>
            </activity>
`, i*100+s+a*10, name, name, i, strings.Repeat("一行の説明 and more &amp; more. ", 1+r.IntN(3)), name)
			}
			fmt.Fprintf(&b, `            <activity>
              <id>%d</id>
              <attribute>Null Attribute</attribute>
              <description>comment</description>
          <attachment>
            <id>%d</id>
            <name>comment</name>
            <type>COMMENT</type>
            <data>%s</data>
            <mimetype>text/plain</mimetype>
            <created-date>
              <format>yyyy-MM-dd HH:mm:ss z</format>
              <timestamp>2003-03-09 11:04:28 PST</timestamp>
            </created-date>
            <modified-date>
              <format>yyyy-MM-dd HH:mm:ss z</format>
              <timestamp>2003-03-18 17:10:32 PST</timestamp>
            </modified-date>
            <created-by>%s</created-by>
            <deleted>false</deleted>
          </attachment>
            </activity>
          </activities>
        </activity-set>
`, i*100+s+50, next, strings.Repeat("A comment of some length, with the usual words. ", 4+r.IntN(20)), users[r.IntN(4)])
		}
		b.WriteString("      </activity-sets>\n    </issue>\n")
		if _, err := io.WriteString(w, b.String()); err != nil {
			t.Fatal(err)
		}
		b.Reset()
	}
	if _, err := io.WriteString(w, "</issues>\n</scarab-issues>\n"); err != nil {
		t.Fatal(err)
	}
}
