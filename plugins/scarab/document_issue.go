package scarab

import (
	"bytes"
)

// readIssue reads the issue at whose start tag the reader stands.
func (d *document) readIssue() error {
	i := &d.issue
	i.reset()
	i.ordinal, i.line = d.count, int32(d.line())
	d.count++
	d.reading = true
	defer func() { d.reading = false }()
	return d.each(func(name int) error {
		switch name {
		case elemID:
			if i.settled && i.id.present() {
				return d.unknown()
			}
			return d.text(&i.id, issueID, false)
		case elemArtifactType:
			if i.settled && i.kind.present() {
				return d.unknown()
			}
			return d.name(&i.kind, nil)
		case elemActivitySets:
			i.settled = true
			if d.needs&inSets == 0 || d.unwanted() {
				return d.xml.Skip()
			}
			return d.readSets()
		}
		return d.unknown()
	})
}

// unwanted says, once the issue's id and type are known, that nobody needs the
// rest of it.
func (d *document) unwanted() bool {
	return d.wants != nil && d.issue.id.present() && d.issue.kind.present() && !d.wants(&d.issue)
}

// text reads the leaf at hand into a span, if the field is needed.
func (d *document) text(to *span, f field, exact bool) error {
	if !d.needs.has(f) {
		return d.xml.Skip()
	}
	if to.present() {
		d.repeated()
	}
	if err := d.leaf(); err != nil {
		return err
	}
	return d.keep(to, exact)
}

// keep takes the text of the element that ends.
func (d *document) keep(to *span, exact bool) (err error) {
	text := d.xml.Text()
	if !exact {
		text = bytes.TrimSpace(text)
	}
	*to, err = d.issue.keep(text)
	return err
}

// name reads a name that is either the element's text or, in Project Tracker,
// its child name, beside a namespace-title.
func (d *document) name(to, namespace *span) error {
	if to.present() {
		d.repeated()
	}
	nested := false
	err := d.children(func(name int) error {
		switch {
		case name == elemName:
			nested = true
			if err := d.leaf(); err != nil {
				return err
			}
			return d.keep(to, false)
		case name == elemNamespaceTitle && namespace != nil:
			return d.text(namespace, actNamespace, false)
		case name == elemNamespaceTitle:
			return d.xml.Skip()
		}
		return d.unknown()
	})
	if err != nil {
		return err
	}
	if nested {
		d.stray()
		return nil
	}
	return d.keep(to, false)
}

func (d *document) readSets() error {
	return d.each(func(name int) error {
		if name == elemActivitySet {
			return d.readSet()
		}
		return d.unknown()
	})
}

func (d *document) readSet() error {
	i := &d.issue
	at := int32(len(i.sets))
	i.sets = grow(i.sets)
	s := &i.sets[at]
	s.line, s.attachment = int32(d.line()), -1
	s.first = int32(len(i.activities))
	err := d.each(func(name int) (err error) {
		switch name {
		case elemID:
			return d.text(&s.id, setID, false)
		case elemType:
			return d.text(&s.kind, setType, false)
		case elemCreatedBy:
			return d.text(&s.by, setBy, false)
		case elemCreatedDate:
			return d.date(&s.date, setDate)
		case elemActivities:
			return d.readActivities(at)
		case elemAttachment:
			s.attachment, err = d.readAttachment(at, -1)
			return err
		}
		return d.unknown()
	})
	s.behind = int32(len(i.activities))
	return err
}

func (d *document) readActivities(set int32) error {
	if d.needs&(inActivities|inAttachments) == 0 {
		return d.xml.Skip()
	}
	return d.each(func(name int) error {
		if name == elemActivity {
			return d.readActivity(set)
		}
		return d.unknown()
	})
}

func (d *document) readActivity(set int32) error {
	i := &d.issue
	at := int32(len(i.activities))
	i.activities = grow(i.activities)
	a := &i.activities[at]
	a.line, a.set, a.attribute, a.attachment = int32(d.line()), set, noAttribute, -1
	unread := need(0) // of this activity
	return d.each(func(name int) (err error) {
		switch leaf := activityLeaves[name]; {
		case name == elemAttribute:
			err = d.readAttribute(a)
			if d.wanted != nil && (a.attribute == noAttribute || !d.wanted(a.attribute)) {
				unread = values
			}
			return err
		case name == elemDependency:
			a.dependency = true
			return d.record(&dependencyLeaves, a.texts[:])
		case name == elemEndDate:
			return d.date(&a.end, actEnd)
		case name == elemAttachment:
			a.attachment, err = d.readAttachment(set, at)
			return err
		case !leaf.known:
			return d.unknown()
		case unread.has(leaf.field):
			return d.xml.Skip()
		default:
			return d.text(&a.texts[leaf.field-actID], leaf.field, leaf.exact)
		}
	})
}

func (d *document) readAttribute(a *activity) error {
	if !d.needs.has(actAttribute) && !d.needs.has(actNamespace) {
		return d.xml.Skip()
	}
	name := &a.texts[actAttribute-actID]
	err := d.name(name, &a.texts[actNamespace-actID])
	if err != nil {
		return err
	}
	a.attribute, err = d.attribute(d.issue.bytes(*name))
	return err
}

// record reads an element that holds leaves into the texts of an activity.
func (d *document) record(leaves *leaves, texts []span) error {
	if d.needs&inDependencies == 0 {
		return d.xml.Skip()
	}
	return d.each(func(name int) error {
		leaf := leaves[name]
		if !leaf.known {
			return d.unknown()
		}
		return d.text(&texts[leaf.field-actID], leaf.field, leaf.exact)
	})
}

// readAttachment reads an attachment of a set, or of one of its activities, and
// returns its index, -1 where nobody needs it.
func (d *document) readAttachment(set, activity int32) (int32, error) {
	if d.needs&inAttachments == 0 {
		return -1, d.xml.Skip()
	}
	i := &d.issue
	at := int32(len(i.attachments))
	i.attachments = grow(i.attachments)
	a := &i.attachments[at]
	a.line, a.set, a.activity = int32(d.line()), set, activity
	return at, d.each(func(name int) error {
		switch leaf := attachmentLeaves[name]; {
		case name == elemCreatedDate:
			return d.date(&a.created, attCreated)
		case name == elemModifiedDate:
			return d.date(&a.modified, attModified)
		case leaf.known:
			return d.text(&a.texts[leaf.field-attID], leaf.field, leaf.exact)
		}
		return d.unknown()
	})
}
