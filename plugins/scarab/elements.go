package scarab

import "github.com/trackql/trackql/plugins/internal/xmlread"

// The elements of the format, as [elementNames] numbers them.
const (
	elemScarabIssues = iota + 1
	elemImportType
	elemModule
	elemIssues
	elemIssue
	elemID
	elemParentID
	elemName
	elemOwner
	elemDescription
	elemURL
	elemDomain
	elemCode
	elemArtifactType
	elemNamespaceTitle
	elemActivitySets
	elemActivitySet
	elemType
	elemCreatedBy
	elemCreatedDate
	elemActivities
	elemActivity
	elemAttribute
	elemOldNumericValue
	elemNewNumericValue
	elemOldUser
	elemNewUser
	elemOldOption
	elemNewOption
	elemOldValue
	elemNewValue
	elemDependency
	elemParent
	elemChild
	elemDeleted
	elemEndDate
	elemAttachment
	elemFilename
	elemReconcilePath
	elemData
	elemMimetype
	elemModifiedDate
	elemModifiedBy
	elemFormat
	elemTimestamp

	elements
)

// elementNames numbers the elements in the order of the constants.
var elementNames = xmlread.NewNames(
	"scarab-issues", "import-type", "module", "issues", "issue",
	"id", "parent-id", "name", "owner", "description", "url", "domain", "code",
	"artifact-type", "namespace-title", "activity-sets", "activity-set", "type",
	"created-by", "created-date", "activities", "activity", "attribute",
	"old-numeric-value", "new-numeric-value", "old-user", "new-user",
	"old-option", "new-option", "old-value", "new-value",
	"dependency", "parent", "child", "deleted", "end-date",
	"attachment", "filename", "reconcile-path", "data", "mimetype",
	"modified-date", "modified-by", "format", "timestamp",
)

// field is a text or date of the log: what a scan may leave unread.
type field uint8

const (
	issueID field = iota
	issueType

	setID
	setType
	setBy
	setDate

	actID
	actAttribute
	actNamespace
	actOldNumber
	actNewNumber
	actOldUser
	actNewUser
	actOldOption
	actNewOption
	actOldValue
	actNewValue
	actDescription
	depID
	depParent
	depChild
	depType
	depDeleted
	actEnd

	attID
	attName
	attType
	attFilename
	attReconcile
	attData
	attMimetype
	attBy
	attEditor
	attDeleted
	attCreated
	attModified

	fields
)

// need is a set of fields.
type need uint64

func needs(list ...field) need {
	var n need
	for _, f := range list {
		n |= 1 << f
	}
	return n
}

func (n need) has(f field) bool { return n>>f&1 != 0 }

// The fields that belong together.
const (
	everything       need = 1<<fields - 1
	inSets           need = everything &^ (1<<issueID | 1<<issueType)
	inActivities     need = 1<<(actEnd+1) - 1<<actID
	inDependencies   need = 1<<(depDeleted+1) - 1<<depID
	inAttachments    need = 1<<(attModified+1) - 1<<attID
	values           need = 1<<(actNewValue+1) - 1<<actOldUser | 1<<actAttribute
	dates            need = 1<<setDate | 1<<actEnd | 1<<attCreated | 1<<attModified
	wholeAttachments need = inAttachments | 1<<setID
)

// leaf tells where the text of an element goes.
type leaf struct {
	field field
	known bool
	// exact keeps white space at the ends: of what people wrote. Names, ids
	// and dates are trimmed, because converters indent them.
	exact bool
}

// leaves tells for each element of a record where its text goes.
type leaves [elements]leaf

var activityLeaves = leaves{
	elemID:              {field: actID, known: true},
	elemOldNumericValue: {field: actOldNumber, known: true},
	elemNewNumericValue: {field: actNewNumber, known: true},
	elemOldUser:         {field: actOldUser, known: true},
	elemNewUser:         {field: actNewUser, known: true},
	elemOldOption:       {field: actOldOption, known: true, exact: true},
	elemNewOption:       {field: actNewOption, known: true, exact: true},
	elemOldValue:        {field: actOldValue, known: true, exact: true},
	elemNewValue:        {field: actNewValue, known: true, exact: true},
	elemDescription:     {field: actDescription, known: true, exact: true},
}

var dependencyLeaves = leaves{
	elemID:      {field: depID, known: true},
	elemParent:  {field: depParent, known: true},
	elemChild:   {field: depChild, known: true},
	elemType:    {field: depType, known: true},
	elemDeleted: {field: depDeleted, known: true},
}

var attachmentLeaves = leaves{
	elemID:            {field: attID, known: true},
	elemName:          {field: attName, known: true, exact: true},
	elemType:          {field: attType, known: true},
	elemFilename:      {field: attFilename, known: true, exact: true},
	elemReconcilePath: {field: attReconcile, known: true},
	elemData:          {field: attData, known: true, exact: true},
	elemMimetype:      {field: attMimetype, known: true},
	elemCreatedBy:     {field: attBy, known: true},
	elemModifiedBy:    {field: attEditor, known: true},
	elemDeleted:       {field: attDeleted, known: true},
}
