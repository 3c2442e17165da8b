package backlogtest

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// None stands for null where 0 is a value: of a resolution's id, and of hours.
const None = -1

// Day is a day, counted from 1970-01-01.
type Day int32

// NoDay stands for null.
const NoDay Day = math.MinInt32

const secondsOfDay = 24 * 60 * 60

func (d Day) String() string {
	return time.Unix(int64(d)*secondsOfDay, 0).UTC().Format(time.DateOnly)
}

// The ids of statuses that every project has.
const (
	StatusOpen int64 = iota + 1
	StatusInProgress
	StatusResolved
	StatusClosed
)

// User is a person.
type User struct {
	ID      int64
	Account string // userId: what the person signs in with
	Name    string
	Role    int
	Lang    string
	Mail    string
	// Left says that the person is not in the space any more: in no list, but
	// still in the issues.
	Left      bool
	LastLogin int64
}

func (u *User) admin() bool { return u.Role == 1 }

// Project is a project with its vocabularies.
type Project struct {
	ID           int64
	Key, Name    string
	Archived     bool
	DisplayOrder int
	Markdown     bool
	// Settings are switches by Backlog's names of them, where they do not stand as
	// in a new project; see Setting.
	Settings   map[string]bool
	Statuses   []*Status
	Types      []*IssueType
	Categories []*IssueCategory
	Versions   []*Version
	Fields     []*Field
	// Members and Admins are ids of users.
	Members, Admins []int64
	// LastKey is the highest number that an issue's key has had.
	LastKey int64
}

// Status is one of a project's statuses.
type Status struct {
	ID, Project  int64
	Name, Color  string
	DisplayOrder int
}

// IssueType is one of a project's types of issues.
type IssueType struct {
	ID, Project  int64
	Name, Color  string
	DisplayOrder int
	// Summary and Description are the template.
	Summary, Description string
}

// IssueCategory is one of a project's categories.
type IssueCategory struct {
	ID, Project  int64
	Name         string
	DisplayOrder int
}

// Version is a version and a milestone of a project.
type Version struct {
	ID, Project       int64
	Name, Description string
	Start, Due        Day
	Archived          bool
	DisplayOrder      int
}

// FieldType is the kind of a custom field.
type FieldType int

// The kinds of custom fields.
const (
	TextField FieldType = iota + 1
	TextAreaField
	NumericField
	DateField
	SingleListField
	MultipleListField
	CheckBoxField
	RadioField
)

// hasItems tells whether values are chosen from a list.
func (t FieldType) hasItems() bool { return t >= SingleListField && t <= RadioField }

// several tells whether a value is several items.
func (t FieldType) several() bool { return t == MultipleListField || t == CheckBoxField }

// Field is the definition of a custom field.
type Field struct {
	ID, Project       int64
	Type              FieldType
	Name, Description string
	Required          bool
	// IssueTypes are the types of issues that have the field; all where empty.
	IssueTypes   []int64
	DisplayOrder int
	Unit         string
	Items        []*Item
	// AllowAdd and AllowInput let people add items, and write a value of their own.
	AllowAdd, AllowInput bool
}

// applies tells whether issues of the type have the field.
func (f *Field) applies(issueType int64) bool {
	return len(f.IssueTypes) == 0 || slices.Contains(f.IssueTypes, issueType)
}

// Item is one of the values of a list.
type Item struct {
	ID           int64
	Name         string
	DisplayOrder int
}

// Value is an issue's value of a custom field; where there is none, it is null.
type Value struct {
	Field int64
	// Text is the value of texts, and of lists what was written beside the items.
	Text string
	// Number is the value of numbers, and the Day of dates.
	Number float64
	Items  []int64
}

// Issue is an issue.
type Issue struct {
	ID, Project, KeyID   int64
	Parent               int64 // 0: none
	Type                 int64
	Summary, Description string
	Resolution           int64 // None: null
	Priority, Status     int64
	Assignee             int64 // 0: none
	Categories           []int64
	Versions, Milestones []int64
	Start, Due           Day
	Estimated, Actual    float64 // None: null
	Creator, Updater     int64
	Created, Updated     int64 // seconds since 1970
	Values               []Value
	Attachments          []Attachment
	SharedFiles          []int64
	Stars                []Star
	// firstComment and seededComments say which comments the seed gives it; see
	// Space.Comments.
	firstComment   int64
	seededComments int
}

// Value is the issue's value of the field, or nil.
func (i *Issue) Value(field int64) *Value {
	for n := range i.Values {
		if i.Values[n].Field == field {
			return &i.Values[n]
		}
	}
	return nil
}

// Attachment is a file of an issue, a wiki page, or a pull request.
type Attachment struct {
	ID, Size         int64
	Name             string
	Creator, Created int64
	// content is what was uploaded; nil: made up from the name and the size.
	content []byte
}

// Star is a star that somebody gave.
type Star struct {
	ID                 int64
	Presenter, Created int64
	Comment            string
}

// SharedFile is a file or a folder in a project's shared files.
type SharedFile struct {
	ID, Project, Size int64
	Folder            bool
	Dir, Name         string // "/画像/", "a.png"
	Creator, Created  int64
}

// Comment is a comment on an issue.
type Comment struct {
	ID               int64
	Content          string // empty: null
	Changes          []Change
	Creator          int64
	Created, Updated int64
	Stars            []Star
	Notices          []Notice
}

// Change is one entry of a comment's change log.
type Change struct {
	Field, Old, New string
	// FieldID and FieldType name a custom field; 0 for others.
	FieldID    int64
	FieldType  FieldType
	Attachment int64 // the attachment's id; 0: none
}

// Notice says that a comment was announced to somebody.
type Notice struct {
	ID, User int64
	Read     bool
	Reason   int
}

// Activity is an entry of the history of a project. Content is JSON.
type Activity struct {
	ID, Project      int64
	Type             int
	Issue            int64 // 0: about something else
	Creator, Created int64
	content          object
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
