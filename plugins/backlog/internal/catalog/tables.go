package catalog

import "github.com/trackql/trackql/plugins/backlog/internal/relation"

// Tables returns all tables in the order in which to list them. The caller must
// not change what they hold.
func Tables() []relation.Table {
	return []relation.Table{
		issues,
		projects,
		issueComments,
		issueAttachments,
		projectStatuses,
	}
}
