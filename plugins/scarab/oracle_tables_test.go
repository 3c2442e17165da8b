package scarab_test

import (
	"encoding/xml"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

// oracle derives the rows of every table.
type oracle struct {
	file       string
	doc        oracleDocument
	attributes []*oracleAttribute
	tables     map[string][]string
	seen       map[string]bool // attachments
	links      []*oracleLink
	users      map[string]int
	userOrder  []string
}

type oracleAttribute struct {
	name                 string
	user, option, gained bool
}

func (a *oracleAttribute) kind() string {
	switch {
	case a.user:
		return "user"
	case a.option:
		return "option"
	}
	return "text"
}

func (a *oracleAttribute) multiple() bool { return a.user || a.option && a.gained }

type oracleLink struct {
	parent, child, kind string
	deleted             bool
	issue               int
	date                time.Time
}

// consult reads a file and returns the rows of its tables.
func consult(t testing.TB, path, name string) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o := &oracle{file: name, tables: map[string][]string{}, seen: map[string]bool{}, users: map[string]int{}}
	if err := xml.Unmarshal(data, &o.doc); err != nil {
		t.Fatalf("the oracle: %v", err)
	}
	if o.doc.Module == nil {
		o.doc.Module = &oracleModule{}
	}
	o.learn()
	for n := range o.doc.Issues {
		o.issue(n, &o.doc.Issues[n])
	}
	o.rest()
	return o.tables
}

func (o *oracle) add(table string, cells ...string) {
	o.tables[table] = append(o.tables[table], strings.Join(cells, " | "))
}

func isOracleNull(name string) bool {
	return strings.EqualFold(strings.ReplaceAll(name, " ", ""), "nullattribute") || name == ""
}

func (o *oracle) attribute(name string) *oracleAttribute {
	for _, a := range o.attributes {
		if strings.EqualFold(a.name, name) {
			return a
		}
	}
	return nil
}

// learn finds the attributes of the whole document first.
func (o *oracle) learn() {
	for _, issue := range o.doc.Issues {
		held := map[*oracleAttribute]string{}
		for _, set := range issue.Sets {
			for _, act := range set.Activities {
				name := act.Attribute.String()
				if isOracleNull(name) {
					continue
				}
				a := o.attribute(name)
				if a == nil {
					a = &oracleAttribute{name: name}
					o.attributes = append(o.attributes, a)
				}
				a.user = a.user || act.OldUser != nil || act.NewUser != nil
				a.option = a.option || act.OldOption != nil || act.NewOption != nil
				before, after := either(act.OldOption, act.OldValue), either(act.NewOption, act.NewValue)
				switch now, holds := held[a]; {
				case after != nil && *after != "":
					if before == nil && holds && now != *after {
						a.gained = true
					}
					held[a] = *after
				case before != nil:
					delete(held, a)
				}
			}
		}
	}
}

func either(a, b *string) *string {
	if a != nil {
		return a
	}
	return b
}

type oracleValue struct {
	text string
	set  *oracleSet
}

func (o *oracle) issue(n int, issue *oracleIssue) {
	id := strings.TrimSpace(issue.ID)
	values := map[*oracleAttribute][]oracleValue{}
	position := 0
	for s := range issue.Sets {
		set := &issue.Sets[s]
		o.met(set.By, "author")
		reason, attached := "-", "-"
		if set.Attachment != nil {
			reason, attached = text(set.Attachment.Data), filled(set.Attachment.ID)
		}
		o.add("ActivitySets", o.file, id, strings.TrimSpace(set.ID), fmt.Sprint(s+1), filled(set.Type), filled(set.By),
			date(set.Date), fmt.Sprint(len(set.Activities)), reason, attached)
		for a := range set.Activities {
			position++
			o.activity(id, set, &set.Activities[a], position)
			o.apply(values, set, &set.Activities[a])
			o.link(n, set, &set.Activities[a])
			o.attachment(id, set, set.Activities[a].Attachment, &set.Activities[a])
		}
		o.attachment(id, set, set.Attachment, nil)
	}
	o.summarize(id, issue, values)
}

func (o *oracle) activity(id string, set *oracleSet, a *oracleActivity, position int) {
	o.met(deref(a.OldUser), "value")
	o.met(deref(a.NewUser), "value")
	dep := []string{"-", "-", "-", "-", "-"}
	if d := a.Dependency; d != nil {
		dep = []string{filled(d.ID), filled(d.Parent), filled(d.Child), filled(d.Type), truth(d.Deleted)}
	}
	attached := "-"
	if a.Attachment != nil {
		attached = filled(a.Attachment.ID)
	}
	cells := []string{
		o.file, id, strings.TrimSpace(set.ID), fmt.Sprint(position), filled(a.ID), filled(a.Attribute.String()),
		filled(deref(a.Attribute.Namespace)), number(a.OldNumber), number(a.NewNumber), name(a.OldUser), name(a.NewUser),
		text(a.OldOption), text(a.NewOption), text(a.OldValue), text(a.NewValue),
	}
	cells = append(append(cells, dep...), text(a.Description), date(a.End), attached)
	o.add("Activities", cells...)
}

func (o *oracle) apply(values map[*oracleAttribute][]oracleValue, set *oracleSet, act *oracleActivity) {
	a := o.attribute(act.Attribute.String())
	if a == nil {
		return
	}
	before, after := act.OldValue, act.NewValue
	switch a.kind() {
	case "user":
		before, after = either(act.OldUser, either(act.OldOption, before)), either(act.NewUser, either(act.NewOption, after))
	case "option":
		before, after = either(act.OldOption, before), either(act.NewOption, after)
	}
	if a.kind() != "text" && after != nil && *after == "" {
		after = nil
	}
	if !a.multiple() {
		if after != nil {
			values[a] = []oracleValue{{*after, set}}
		} else if before != nil {
			values[a] = nil
		}
		return
	}
	holds := func(text string) func(oracleValue) bool {
		return func(v oracleValue) bool { return v.text == text }
	}
	if before != nil {
		values[a] = slices.DeleteFunc(values[a], holds(*before))
	}
	if after != nil && !slices.ContainsFunc(values[a], holds(*after)) {
		values[a] = append(values[a], oracleValue{*after, set})
	}
}

func (o *oracle) link(n int, set *oracleSet, a *oracleActivity) {
	d := a.Dependency
	if d == nil {
		return
	}
	at := slices.IndexFunc(o.links, func(l *oracleLink) bool { return l.parent == d.Parent && l.child == d.Child })
	now := &oracleLink{parent: d.Parent, child: d.Child, kind: d.Type, issue: n, date: when(set.Date)}
	if v := deref(a.NewValue); slices.Contains([]string{"blocking", "duplicate", "non-blocking"}, v) {
		now.kind = v
	}
	now.deleted = truth(d.Deleted) == "true" || a.OldValue != nil && a.NewValue == nil
	switch {
	case at < 0:
		o.links = append(o.links, now)
	case o.links[at].issue == n || !now.date.Before(o.links[at].date):
		o.links[at] = now
	}
}

func (o *oracle) attachment(id string, set *oracleSet, a *oracleAttachment, act *oracleActivity) {
	if a == nil {
		return
	}
	o.met(a.By, "attachment author")
	o.met(a.Editor, "attachment editor")
	key := strings.TrimSpace(a.ID)
	if key != "" && o.seen[key] {
		return
	}
	o.seen[key] = true
	kind := map[string]string{"ATTACHMENT": "file", "COMMENT": "comment", "URL": "url", "MODIFICATION": "reason"}[a.Type]
	if kind == "" {
		kind = filled(a.Type)
	}
	actID := "-"
	if act != nil {
		actID = filled(act.ID)
	}
	o.add("Attachments", o.file, id, filled(a.ID), kind, text(a.Name), text(a.Filename), truth(a.Reconcile), text(a.Data),
		filled(a.Mime), filled(a.By), date(a.Created), filled(a.Editor), date(a.Modified), truth(a.Deleted),
		strings.TrimSpace(set.ID), actID)
	if kind == "comment" {
		o.add("Comments", o.file, id, filled(a.ID), text(a.Data), filled(a.By), date(a.Created), truth(a.Deleted), strings.TrimSpace(set.ID))
	}
}

func (o *oracle) summarize(id string, issue *oracleIssue, values map[*oracleAttribute][]oracleValue) {
	var created, moved, modified *oracleSet
	for s := range issue.Sets {
		set := &issue.Sets[s]
		if set.Type == "Create Issue" && created == nil {
			created = set
		}
		if set.Type == "Move Issue" && moved == nil {
			moved = set
		}
		if modified == nil || !when(set.Date).Before(when(modified.Date)) {
			modified = set
		}
	}
	if created == nil {
		created = moved
	}
	key, num := "-", "-"
	if digits := strings.TrimPrefix(id, o.doc.Module.Code); digits != "" && strings.Trim(digits, "0123456789") == "" {
		num, key = digits, o.doc.Module.Code+digits
	}
	cells := []string{id, key, num, filled(issue.Type.String()), filled(o.doc.Module.Name), filled(o.doc.Module.Code), o.file}
	for _, set := range []*oracleSet{created, modified} {
		if set == nil {
			cells = append(cells, "-", "-")
		} else {
			cells = append(cells, filled(set.By), date(set.Date))
		}
	}
	for _, a := range o.attributes {
		var list []string
		for n, v := range values[a] {
			list = append(list, v.text)
			o.add("AttributeValues", o.file, id, a.name, a.kind(), escape(v.text), fmt.Sprint(n+1), filled(v.set.By), date(v.set.Date), strings.TrimSpace(v.set.ID))
		}
		if list == nil {
			cells = append(cells, "-")
		} else {
			cells = append(cells, escape(strings.Join(list, ", ")))
		}
	}
	o.add("Issues", cells...)
}

func (o *oracle) rest() {
	m := o.doc.Module
	o.met(m.Owner, "owner")
	o.add("Modules", o.file, filled(m.ID), filled(m.ParentID), filled(m.Name), filled(m.Owner), filled(m.Desc), filled(m.URL),
		filled(m.Domain), filled(m.Code), filled(o.doc.ImportType), "-", fmt.Sprint(len(o.doc.Issues)))
	for _, l := range o.links {
		o.add("Dependencies", o.file, l.parent, l.child, filled(o.resolve(l.parent)), filled(o.resolve(l.child)), filled(l.kind), fmt.Sprint(l.deleted))
	}
	for _, key := range o.userOrder {
		name, role, _ := strings.Cut(key, "\x00")
		o.add("Users", o.file, name, role, fmt.Sprint(o.users[key]))
	}
	sort.Strings(o.tables["Users"])
}

func (o *oracle) resolve(text string) string {
	for _, issue := range o.doc.Issues {
		if issue.ID == text {
			return text
		}
	}
	for _, issue := range o.doc.Issues {
		if strings.EqualFold(o.doc.Module.Code+strings.TrimPrefix(issue.ID, o.doc.Module.Code), text) {
			return issue.ID
		}
	}
	return ""
}

func (o *oracle) met(name, role string) {
	if name = strings.TrimSpace(name); name == "" {
		return
	}
	key := name + "\x00" + role
	if o.users[key] == 0 {
		o.userOrder = append(o.userOrder, key)
	}
	o.users[key]++
}
