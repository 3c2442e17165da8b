package backlogtest

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// issueQuery is which issues a list or a count is about, and in which order.
type issueQuery struct {
	// The lists: an issue must be in each that is not nil.
	projects, types, categories, versions, milestones, statuses, priorities idSet
	assignees, creators, resolutions, ids, parents                          idSet

	kin                    int // parentChild
	attachment, sharedFile *bool
	noDue                  bool
	created, updated       span
	start, due             span
	words                  []string // of keyword, in lower case; all must be found
	fields                 []fieldQuery

	sort      string
	sortField int64 // of customField_{id}
	desc      bool
	offset    int
	count     int
	expand    bool
}

// idSet is a set of ids; nil is all of them.
type idSet map[int64]bool

func (s idSet) has(id int64) bool { return s == nil || s[id] }

func (s idSet) hasAny(ids []int64) bool {
	return s == nil || slices.ContainsFunc(ids, func(id int64) bool { return s[id] })
}

// span is from least to most, both included; its zero value is everything.
type span struct {
	least, most int64
	limited     bool
}

func (s span) has(n int64) bool { return !s.limited || s.least <= n && n <= s.most }

// hasDay is like has; null is in no span that is limited.
func (s span) hasDay(d Day) bool { return !s.limited || d != NoDay && s.has(int64(d)) }

// fieldQuery is what is asked about one custom field.
type fieldQuery struct {
	field    *Field
	word     string // in lower case
	min, max float64
	items    idSet
}

var sortKeys = []string{
	"issueType", "category", "version", "milestone", "summary", "status", "priority", "attachment", "sharedFile",
	"created", "createdUser", "updated", "updatedUser", "assignee", "startDate", "dueDate", "estimatedHours",
	"actualHours", "childIssue",
}

// parseIssueQuery reads the parameters of a list or a count of issues. What is
// wrong with them is in p.
func parseIssueQuery(s *Space, p *params) issueQuery {
	q := issueQuery{
		projects: set(p, "projectId"), types: set(p, "issueTypeId"), categories: set(p, "categoryId"),
		versions: set(p, "versionId"), milestones: set(p, "milestoneId"), statuses: set(p, "statusId"),
		priorities: set(p, "priorityId"), assignees: set(p, "assigneeId"), creators: set(p, "createdUserId"),
		resolutions: set(p, "resolutionId"), ids: set(p, "id"), parents: set(p, "parentIssueId"),
		kin:        p.between("parentChild", 0, 10, 0),
		attachment: tri(p, "attachment"), sharedFile: tri(p, "sharedFile"),
		start: days(p, "startDate"), due: days(p, "dueDate"),
		created: moments(s, days(p, "created")), updated: moments(s, days(p, "updated")),
		words:  strings.Fields(strings.ToLower(p.text("keyword"))),
		desc:   p.word("order", "desc", "asc", "desc") == "desc",
		offset: p.between("offset", 0, math.MaxInt32, 0),
		count:  p.between("count", 1, 100, 20),
		expand: slices.Contains(p.values["expand[]"], "childIssueSummary"),
	}
	if has, sent := p.flag("hasDueDate"); sent {
		q.noDue = true
		if has {
			p.problem("hasDueDate can be false only.")
		}
	}
	q.parseSort(p)
	q.parseFields(s, p)
	return q
}

// set is a repeated parameter of ids.
func set(p *params, name string) idSet {
	ids := p.ints(name)
	if ids == nil {
		return nil
	}
	out := make(idSet, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

func tri(p *params, name string) *bool {
	value, sent := p.flag(name)
	if !sent {
		return nil
	}
	return &value
}

// days are the days from nameSince to nameUntil.
func days(p *params, name string) span {
	since, until := p.day(name+"Since"), p.day(name+"Until")
	out := span{math.MinInt64, math.MaxInt64, since != NoDay || until != NoDay}
	if since != NoDay {
		out.least = int64(since)
	}
	if until != NoDay {
		out.most = int64(until)
	}
	return out
}

// moments are the seconds of days in the space's zone.
func moments(s *Space, d span) span {
	if d.limited && d.least != math.MinInt64 {
		d.least = s.beginOf(Day(d.least))
	}
	if d.limited && d.most != math.MaxInt64 {
		d.most = s.beginOf(Day(d.most)+1) - 1
	}
	return d
}

func (q *issueQuery) parseSort(p *params) {
	q.sort = "created"
	if !p.has("sort") {
		return
	}
	q.sort = p.text("sort")
	if digits, ok := strings.CutPrefix(q.sort, fieldPrefix); ok {
		q.sortField, ok = parseID(digits)
		if ok {
			return
		}
	}
	if !slices.Contains(sortKeys, q.sort) {
		p.problem("sort must be one of %s: %q.", strings.Join(sortKeys, ", "), q.sort)
	}
}

const fieldPrefix = "customField_"

// parseFields reads customField_{id}, …_min, …_max and …[].
func (q *issueQuery) parseFields(s *Space, p *params) {
	for _, f := range s.allFields() {
		name := fieldPrefix + decimal(f.ID)
		query := fieldQuery{field: f, min: math.Inf(-1), max: math.Inf(1)}
		switch {
		case f.Type == TextField || f.Type == TextAreaField:
			query.word = strings.ToLower(p.text(name))
		case f.Type == NumericField:
			query.min = bound(p, name+"_min", parseNumber, query.min)
			query.max = bound(p, name+"_max", parseNumber, query.max)
		case f.Type == DateField:
			query.min = bound(p, name+"_min", parseDayNumber, query.min)
			query.max = bound(p, name+"_max", parseDayNumber, query.max)
		default:
			query.items = set(p, name)
		}
		if query.word != "" || query.items != nil || !math.IsInf(query.min, 0) || !math.IsInf(query.max, 0) {
			q.fields = append(q.fields, query)
		}
	}
}

// allFields are the custom fields of all projects.
func (s *Space) allFields() []*Field {
	var out []*Field
	for _, p := range s.Projects {
		out = append(out, p.Fields...)
	}
	return out
}

// bound is an end of a range, or otherwise where it was not sent.
func bound(p *params, name string, parse func(string) (float64, bool), otherwise float64) float64 {
	if !p.has(name) {
		return otherwise
	}
	n, ok := parse(p.text(name))
	if !ok {
		p.problem("%s is not valid: %q.", name, p.text(name))
	}
	return n
}

func parseNumber(text string) (float64, bool) {
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

func parseDayNumber(text string) (float64, bool) {
	day, ok := parseDay(text)
	return float64(day), ok
}
