package scarab

import "github.com/trackql/trackql/plugins/internal/xmlread"

// warningCode names a kind of fault that is forgiven.
type warningCode string

// The codes, in the order in which they are documented.
const (
	unknownDoctype      warningCode = "unknown-doctype"
	unknownElement      warningCode = "unknown-element"
	repeatedElement     warningCode = "repeated-element"
	strayText           warningCode = "stray-text"
	unparsableDate      warningCode = "unparsable-date"
	unparsableNumber    warningCode = "unparsable-number"
	unknownSetType      warningCode = "unknown-set-type"
	unknownKind         warningCode = "unknown-attachment-type"
	noCreation          warningCode = "no-create-set"
	setBackInTime       warningCode = "set-back-in-time"
	contradictorySet    warningCode = "contradictory-set"
	oldValueDiffers     warningCode = "old-value-differs"
	endDatesDisagree    warningCode = "end-dates-disagree"
	danglingDependency  warningCode = "dangling-dependency"
	repeatedIssue       warningCode = "repeated-issue"
	hiddenIssue         warningCode = "hidden-issue"
	numberWithoutValue  warningCode = "number-without-value"
	bareAmpersand                   = warningCode(xmlread.BareAmpersand)
	forbiddenCharacter              = warningCode(xmlread.ForbiddenCharacter)
	spaceBeforeDeclared             = warningCode(xmlread.SpaceBeforeDeclaration)
	encodingMismatch                = warningCode(xmlread.EncodingMismatch)
	parameterEntity                 = warningCode(xmlread.ParameterEntity)
	droppedAttribute                = warningCode(xmlread.DroppedAttribute)
	undecodableBytes                = warningCode(xmlread.UndecodableBytes)
)

// warningDocs tells what each code means.
var warningDocs = []struct {
	code warningCode
	doc  string
}{
	{unknownDoctype, "the document type is none that is known; the file was checked against the widest model"},
	{unknownElement, "an element has no meaning where it stands, and was not read"},
	{repeatedElement, "an element that should stand once stands again; the last one counts"},
	{strayText, "text stands between elements, and was not read"},
	{unparsableDate, "a date does not fit its pattern and is NULL"},
	{unparsableNumber, "an old or new numeric value is no integer and is NULL"},
	{unknownSetType, "an activity set is neither Create Issue, Edit Issue, Move Issue nor Retotaling Issue Votes"},
	{unknownKind, "an attachment is neither ATTACHMENT, COMMENT, URL nor MODIFICATION"},
	{noCreation, "no activity set creates the issue or moves it here"},
	{setBackInTime, "an activity set is older than the one before it"},
	{contradictorySet, "one activity set gives a single-valued attribute two values"},
	{oldValueDiffers, "an old value is not the value that the replay had come to"},
	{endDatesDisagree, "the activities without end date are not those of the values that the replay ended with"},
	{danglingDependency, "a dependency names an issue that is not in the file"},
	{repeatedIssue, "an issue has the id of one before it in the file"},
	{hiddenIssue, "Merge=latest left out the issue: another file has it with a later Modified"},
	{numberWithoutValue, "an activity gives a number and no value; the number is in Activities only"},
	{bareAmpersand, "an & starts no reference and was taken as itself"},
	{forbiddenCharacter, "a character that XML forbids was replaced by U+FFFD"},
	{spaceBeforeDeclared, "white space stands before the XML declaration"},
	{encodingMismatch, "the declared encoding is not the one the bytes show"},
	{parameterEntity, "a parameter entity reference was passed over"},
	{droppedAttribute, "an element has an XML attribute, which was not read; the format has none"},
	{undecodableBytes, "bytes that are no character in the encoding were replaced by U+FFFD"},
}

// warnFunc takes a fault that is forgiven, with its line.
type warnFunc func(code warningCode, line int, text string)

// warning is one fault that was forgiven.
type warning struct {
	line int
	code warningCode
	text string
	// inIssue says that it is about the issue being read.
	inIssue bool
}
