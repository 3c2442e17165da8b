package scarab_test

import (
	"fmt"
	"strings"
)

// document wraps issues.
func document(issues string) string {
	return "<scarab-issues><import-type>create-same-db</import-type>" +
		"<module><id>1</id><parent-id>0</parent-id><name>Library</name><owner>erin</owner>" +
		"<description/><url/><domain/><code>LIB</code></module><issues>" + issues + "</issues></scarab-issues>\n"
}

// withDoctype puts a document type before a document.
func withDoctype(systemID, content string) string {
	return fmt.Sprintf("<?xml version=\"1.0\"?>\n<!DOCTYPE scarab-issues SYSTEM %q>\n%s", systemID, content)
}

// anIssue is an issue of one set per list of activities, a day apart.
func anIssue(id string, sets ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<issue><id>%s</id><artifact-type>Task</artifact-type><activity-sets>", id)
	for at, activities := range sets {
		kind := "Edit Issue"
		if at == 0 {
			kind = "Create Issue"
		}
		b.WriteString(aSet(fmt.Sprint(at+1), kind, fmt.Sprintf("2004-01-0%d 12:00:00 GMT", at+1), activities))
	}
	b.WriteString("</activity-sets></issue>\n")
	return b.String()
}

func aSet(id, kind, date, activities string) string {
	return fmt.Sprintf("<activity-set><id>%s</id><type>%s</type><created-by>ann</created-by>"+
		"<created-date><format>yyyy-MM-dd HH:mm:ss z</format><timestamp>%s</timestamp></created-date>"+
		"<activities>%s</activities></activity-set>\n", id, kind, date, activities)
}

// act is an activity. Its values are written tag=text, tag alone for an empty
// element; the tags are without the words value, as in old-user, new.
func act(attribute string, values ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<activity><attribute>%s</attribute>", attribute)
	for _, v := range values {
		tag, text, filled := strings.Cut(v, "=")
		if tag == "old" || tag == "new" {
			tag += "-value"
		}
		if filled {
			fmt.Fprintf(&b, "<%s>%s</%s>", tag, text, tag)
		} else {
			fmt.Fprintf(&b, "<%s/>", tag)
		}
	}
	b.WriteString("<description/></activity>\n")
	return b.String()
}

// ended puts an end date into an activity.
func ended(activity string) string {
	const end = "<end-date><format>yyyy-MM-dd</format><timestamp>2004-02-01</timestamp></end-date></activity>"
	return strings.Replace(activity, "</activity>", end, 1)
}

func comment(id, text string) string {
	return fmt.Sprintf("<activity><attribute>Null Attribute</attribute><description/><attachment><id>%s</id><name>comment</name>"+
		"<type>COMMENT</type><data>%s</data><mimetype>text/plain</mimetype><created-date><format>yyyy-MM-dd</format>"+
		"<timestamp>2004-01-01</timestamp></created-date><created-by>ann</created-by><deleted>false</deleted></attachment></activity>\n", id, text)
}

// linked is an activity on a dependency.
func linked(parent, child, kind, deleted string, values ...string) string {
	dependency := fmt.Sprintf("<dependency><id>1</id><parent>%s</parent><child>%s</child><type>%s</type><deleted>%s</deleted></dependency>",
		parent, child, kind, deleted)
	return strings.Replace(act("Null Attribute", values...), "<description/>", dependency+"<description/>", 1)
}
