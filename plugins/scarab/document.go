package scarab

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

// document reads one file as a stream: the module, then issue after issue. It
// checks the document on the way, and leaves unread what nobody needs.
type document struct {
	xml   *xmlread.Reader
	needs need
	dates dateReader

	// attribute returns the index of a name in the catalog.
	attribute func(name []byte) (int32, error)
	// wanted tells whether the values of an attribute are needed; nil is all,
	// those of the null attribute too.
	wanted func(attribute int32) bool
	// wants tells whether an issue is needed, when its id and type are known;
	// nil is all.
	wants func(*issue) bool
	// warn takes what was forgiven; nil drops it.
	warn warnFunc

	issue    issue
	count    int32 // issues so far
	module   module
	inIssues bool
	imported bool // an import-type was read
	reading  bool // an issue is being read
}

// module is what a file says of itself before its issues.
type module struct {
	line       int
	present    bool
	texts      [elements]string // by element, empty where it is absent
	importType string
	doctype    string // the system id
}

// moduleElements are the leaves of a module.
var moduleElements = [elements]bool{
	elemID: true, elemParentID: true, elemName: true, elemOwner: true,
	elemDescription: true, elemURL: true, elemDomain: true, elemCode: true,
}

func (m *module) code() string { return m.texts[elemCode] }

// next goes to the next issue and reads it; false at the end of the document.
func (d *document) next() (bool, error) {
	more, err := d.nextIssue()
	return more, d.advised(err)
}

// advised adds the next step to the error of an invalid document.
func (d *document) advised(err error) error {
	if !errors.Is(err, xmlread.ErrInvalid) || connector.HintOf(err) != "" {
		return err
	}
	var invalid *connector.Error
	switch {
	case !errors.As(err, &invalid):
		return err
	case d.xml.Depth() == 0:
		return invalid.WithHint("%s Validate=never reads past a document type that is not that of its root element.", pathHint)
	}
	return invalid.WithHint("Mend the file there, or read past it with Validate=never.")
}

// pathHint is for files that are no exports.
const pathHint = "Path must name exports of Scarab or Project Tracker, of the format of September 2002 or later."

func (d *document) nextIssue() (bool, error) {
	for {
		event, err := d.xml.Next()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if event == xmlread.End {
			d.inIssues = false
			d.stray()
			continue
		}
		if d.inIssues && d.xml.Name() == elemIssue {
			return true, d.readIssue()
		}
		if err := d.head(); err != nil {
			return false, err
		}
	}
}

// head reads an element outside of the issues.
func (d *document) head() error {
	switch name := d.xml.Name(); {
	case d.xml.Depth() == 1:
		if name != elemScarabIssues {
			return d.wrongRoot()
		}
		return nil
	case d.xml.Depth() > 2:
		return d.unknown()
	case name == elemImportType:
		if d.imported {
			d.repeated()
		}
		d.imported = true
		return d.string(&d.module.importType)
	case name == elemModule:
		return d.readModule()
	case name == elemIssues:
		d.inIssues = true
		return nil
	}
	return d.unknown()
}

func (d *document) wrongRoot() error {
	err := connector.Errorf(connector.Corrupt, "the root element is <%s>: expected <scarab-issues>", d.xml.RawName())
	return err.At(d.xml.Place()).WithHint(pathHint)
}

func (d *document) readModule() error {
	if d.module.present {
		d.repeated()
	}
	d.module.present, d.module.line = true, d.line()
	d.module.texts = [elements]string{}
	read := [elements]bool{}
	return d.each(func(name int) error {
		if !moduleElements[name] {
			return d.unknown()
		}
		if read[name] {
			d.repeated()
		}
		read[name] = true
		return d.string(&d.module.texts[name])
	})
}

// string reads a leaf into a string, trimmed.
func (d *document) string(to *string) error {
	if err := d.leaf(); err != nil {
		return err
	}
	*to = string(bytes.TrimSpace(d.xml.Text()))
	return nil
}

// leaf goes to the end of an element that should hold nothing but text.
func (d *document) leaf() error {
	return d.children(func(int) error { return d.unknown() })
}

// each calls child at each start tag inside an element that should hold nothing
// but elements, and returns at its end.
func (d *document) each(child func(name int) error) error {
	if err := d.children(child); err != nil {
		return err
	}
	d.stray()
	return nil
}

// children calls child at each start tag inside the element, and returns at its
// end. child goes past the end of the element that it is given.
func (d *document) children(child func(name int) error) error {
	for {
		event, err := d.xml.Next()
		if err != nil {
			return err
		}
		if event == xmlread.End {
			return nil
		}
		if err := child(d.xml.Name()); err != nil {
			return err
		}
	}
}

func (d *document) line() int { return d.xml.Place().Line }

// unknown goes past an element that has no meaning where it stands.
func (d *document) unknown() error {
	if d.warn != nil {
		d.warn(unknownElement, d.line(), fmt.Sprintf("<%s> has no meaning here and was not read", d.xml.RawName()))
	}
	return d.xml.Skip()
}

// repeated warns that the element at hand was there before: the last one counts.
func (d *document) repeated() {
	if d.warn != nil {
		d.warn(repeatedElement, d.line(), fmt.Sprintf("<%s> is there twice; the last one counts", d.xml.RawName()))
	}
}

// stray warns of text between elements, at the end of what holds it.
func (d *document) stray() {
	if text := d.xml.Text(); len(text) > 0 && d.warn != nil {
		d.warn(strayText, d.line(), fmt.Sprintf("<%s> holds text between its elements that was not read: %q",
			d.xml.RawName(), bytes.TrimSpace(text)))
	}
}
