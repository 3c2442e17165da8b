package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var licenses = relation.Table{
	Name: "Licenses",
	Doc:  "The plan of the space, with its limits: one row.",
	Path: "/space/licence",
	Columns: []relation.Column{
		{Name: "Active", Type: relation.Bool, Path: "active", Doc: "Whether the plan is in force."},
		{Name: "LicenceTypeId", Type: relation.Int, Path: "licenceTypeId", Doc: "The id of the plan."},
		{Name: "StartedOn", Type: relation.Timestamp, Path: "startedOn", Doc: "When the plan began."},
		{Name: "LimitDate", Type: relation.Timestamp, Path: "limitDate", Doc: "When the plan ends. NULL where it does not."},
		{Name: "UserLimit", Type: relation.Int, Path: "userLimit", Doc: "How many people there may be; 0 is no limit, here and below."},
		{Name: "ProjectLimit", Type: relation.Int, Path: "projectLimit", Doc: "How many projects there may be."},
		{Name: "IssueLimit", Type: relation.Int, Path: "issueLimit", Doc: "How many issues there may be."},
		{Name: "CommentLimit", Type: relation.Int, Path: "commentLimit", Doc: "How many comments there may be."},
		{Name: "ComponentLimit", Type: relation.Int, Path: "componentLimit", Doc: "How many categories there may be."},
		{Name: "VersionLimit", Type: relation.Int, Path: "versionLimit", Doc: "How many versions there may be."},
		{Name: "AttributeLimit", Type: relation.Int, Path: "attributeLimit", Doc: "How many custom fields there may be."},
		{Name: "StorageLimit", Type: relation.Int, Path: "storageLimit", Doc: "How many bytes may be stored."},
		{Name: "AttachmentLimit", Type: relation.Int, Path: "attachmentLimit", Doc: "How many bytes of files may be attached."},
		{Name: "AttachmentLimitPerFile", Type: relation.Int, Path: "attachmentLimitPerFile", Doc: "How many bytes a file that is attached to an issue may have."},
		{Name: "AttachmentNumLimit", Type: relation.Int, Path: "attachmentNumLimit", Doc: "How many files an issue may have."},
		{Name: "PullRequestAttachmentLimitPerFile", Type: relation.Int, Path: "pullRequestAttachmentLimitPerFile", Doc: "How many bytes a file that is attached to a pull request may have."},
		{Name: "PullRequestAttachmentNumLimit", Type: relation.Int, Path: "pullRequestAttachmentNumLimit", Doc: "How many files a pull request may have."},
		{Name: "WikiAttachmentLimitPerFile", Type: relation.Int, Path: "wikiAttachmentLimitPerFile", Doc: "How many bytes a file that is attached to a wiki page may have."},
		{Name: "WikiAttachmentNumLimit", Type: relation.Int, Path: "wikiAttachmentNumLimit", Doc: "How many files a wiki page may have."},
		{Name: "RemoteAddressLimit", Type: relation.Int, Path: "remoteAddressLimit", Doc: "How many addresses the access may be limited to."},
		{Name: "Attribute", Type: relation.Bool, Path: "attribute", Doc: "Whether there are custom fields."},
		{Name: "Burndown", Type: relation.Bool, Path: "burndown", Doc: "Whether there are burndown charts."},
		{Name: "Gantt", Type: relation.Bool, Path: "gantt", Doc: "Whether there are Gantt charts."},
		{Name: "ParentChildIssue", Type: relation.Bool, Path: "parentChildIssue", Doc: "Whether issues may have children."},
		{Name: "GrandchildIssueEnabled", Type: relation.Bool, Path: "grandchildIssueEnabled", Doc: "Whether issues may have grandchildren."},
		{Name: "FileSharing", Type: relation.Bool, Path: "fileSharing", Doc: "Whether there are shared files."},
		{Name: "WikiAttachment", Type: relation.Bool, Path: "wikiAttachment", Doc: "Whether files may be attached to wiki pages."},
		{Name: "Git", Type: relation.Bool, Path: "git", Doc: "Whether there are Git repositories."},
		{Name: "Subversion", Type: relation.Bool, Path: "subversion", Doc: "Whether there are Subversion repositories."},
		{Name: "SubversionExternal", Type: relation.Bool, Path: "subversionExternal", Doc: "Whether Subversion repositories elsewhere may be used."},
		{Name: "PostIssueByMail", Type: relation.Bool, Path: "postIssueByMail", Doc: "Whether issues may be created by mail."},
		{Name: "RemoteAddress", Type: relation.Bool, Path: "remoteAddress", Doc: "Whether the access may be limited to addresses."},
		{Name: "NulabAccount", Type: relation.Bool, Path: "nulabAccount", Doc: "Whether people sign in with Nulab accounts."},
	},
	Examples: []connector.Example{
		{
			Doc: "What the plan allows.",
			SQL: `SELECT UserLimit, ProjectLimit, StorageLimit / 1e9 AS Gigabytes, Gantt, Attribute, Git FROM {source}.Licenses`,
		},
		{
			Doc: "How long the plan still lasts, in days.",
			SQL: `SELECT date_diff('day', now(), LimitDate) AS Days FROM {source}.Licenses`,
		},
	},
}
