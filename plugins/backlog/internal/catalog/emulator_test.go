package catalog_test

import (
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// reader reads tables of the emulator in the plainest way: the first page of
// every request, and of each parent its first rows.
type reader struct {
	t      *testing.T
	server *backlogtest.Server
	byName tables
	rows   map[string][]relation.Row
	terms  relation.Terms
	// missing are the paths that the emulator does not know.
	missing map[string]bool
}

// parents is how many rows of a parent are asked for their children.
const parents = 25

// repeated are fields that rows of the emulator repeat beside those of elsewhere.
var repeated = []string{
	`^\S+ .*(User|user|assignee|presenter|sender|members\[\])\.(roleType|lang|lastLoginTime|nulabAccount)`,
	`^RelatedIssues `,                            // an issue: in Issues, by id
	`^PullRequests issue\.`,                      // an issue
	`^UserRecentlyViewed\S+ `,                    // an issue, project or page
	`^WikiPages (attachments|sharedFiles|stars)`, // in tables that ask for them by themselves
	`^(Activities|SpaceUpdates|UserRecentUpdates|ProjectRecentUpdates|Notifications) project\.`,
	`^(Issues|IssueComments) .*(projectId|issueId)$`, // the issue's own
	`^PullRequests repositoryId$`,                    // the parent's, here and below
	`^WikiPageHistory pageId$`,
	`^DocumentComments (replies\[\]\.)?(documentId|commentId|createdUser\.id)$`,
	`^\S+ projectId$`,             // the project that was asked for
	`^Issues issueType\.template`, // of an issue type: in ProjectIssueTypes, by id
}

// TestEmulatorRows reads every column of every table from the emulator: each
// value is of its column's type, what is never NULL is there, keys are unique,
// and every field is reachable.
func TestEmulatorRows(t *testing.T) {
	list, byName := all(t)
	r := &reader{
		t: t, byName: byName, rows: map[string][]relation.Row{}, missing: map[string]bool{},
		server: backlogtest.New(backlogtest.Options{Unlimited: true, BareIssues: true}),
	}
	r.terms = r.project
	for i := range list {
		table := &list[i]
		rows := r.read(table)
		if len(rows) == 0 && !r.missing[byName.asked(table).Path] {
			t.Errorf("%s: the emulator has no row", table.Name)
		}
		checkRows(t, table, rows)
		if table.Path != "" {
			checkReach(t, table, byName, rows)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(r.missing)) {
		t.Logf("the emulator does not answer %s", path)
	}
}

func checkRows(t *testing.T, table *relation.Table, rows []relation.Row) {
	t.Helper()
	seen := map[string]bool{}
	for _, row := range rows {
		key := ""
		for j := range table.Columns {
			c := &table.Columns[j]
			if c.Type.ID() == arrow.LIST {
				continue
			}
			value, err := relation.Cell(row, c, time.UTC)
			if err != nil {
				t.Fatalf("%v: %s", err, row.JSON.Raw)
			}
			if slices.Contains(table.Key, c.Name) {
				key += value.String() + " "
			}
		}
		if key != "" && seen[key] {
			t.Errorf("%s: two rows have the key %s", table.Name, key)
		}
		seen[key] = true
	}
}

func checkReach(t *testing.T, table *relation.Table, byName tables, rows []relation.Row) {
	t.Helper()
	found, looked := shown{}, map[string]bool{}
	found.table(table, byName, "")
	for _, row := range rows {
		for _, leaf := range leaves(row.JSON, "") {
			text := table.Name + " " + leaf
			again := looked[leaf]
			looked[leaf] = true
			if again || found.has(leaf) || isElsewhere(text, map[string]bool{}) {
				continue
			}
			if !slices.ContainsFunc(repeated, func(p string) bool { return regexp.MustCompile(p).MatchString(text) }) {
				t.Errorf("no column of %s shows %s", table.Name, leaf)
			}
		}
	}
}

// read returns rows of a table.
func (r *reader) read(table *relation.Table) []relation.Row {
	if rows, ok := r.rows[table.Name]; ok {
		return rows
	}
	var rows []relation.Row
	row := relation.Row{Table: table, Terms: r.terms}
	switch {
	case table.Parent == "":
		rows = r.ask(row)
	default:
		above := r.read(r.byName[table.Parent])
		if r.missing[r.byName.asked(r.byName[table.Parent]).Path] {
			r.missing[r.byName.asked(table).Path] = true
		}
		if table.Inside == "" && len(above) > parents {
			above = above[:parents]
		}
		for i := range above {
			row.Parent = &above[i]
			if table.Inside == "" {
				rows = append(rows, r.ask(row)...)
				continue
			}
			rows = slices.AppendSeq(rows, row.Rows(row.Parent.JSON.Get(table.Inside)))
		}
	}
	r.rows[table.Name] = rows
	return rows
}

// ask makes the request for a row of the parent, or of a root.
func (r *reader) ask(row relation.Row) []relation.Row {
	table := row.Table
	path, query := r.fill(table.Path, row), r.fill(table.Query, row)
	if table.Paging != relation.Whole {
		query += "&count=100"
	}
	if table.Paging == relation.Offset {
		query += "&offset=0"
	}
	answer, ok := r.get(path+"?"+strings.TrimPrefix(query, "&"), table)
	if !ok {
		return nil
	}
	if table.Rows != "" {
		answer = answer.Get(table.Rows)
	}
	return slices.Collect(row.Rows(answer))
}

func (r *reader) get(path string, table *relation.Table) (gjson.Result, bool) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, "http://space.example/api/v2"+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Backlog-API-Key", r.server.Key())
	response, err := r.server.Transport().RoundTrip(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() {
		if err := response.Body.Close(); err != nil {
			r.t.Error(err)
		}
	}()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	if response.StatusCode == http.StatusOK && gjson.ValidBytes(body) {
		return gjson.ParseBytes(body), true
	}
	if gjson.GetBytes(body, "errors.0.message").Str == "No such endpoint." {
		r.missing[table.Path] = true
		return gjson.Result{}, false
	}
	if code := gjson.GetBytes(body, "errors.0.code").Int(); !slices.Contains(table.Optional, int(code)) {
		r.t.Errorf("GET %s: %s: %s", path, response.Status, body)
	}
	return gjson.Result{}, false
}

// fill puts values of a row in the places of the words of a path or query.
func (r *reader) fill(text string, row relation.Row) string {
	for _, word := range words(text) {
		if f := row.Table.Folders; f != nil && f.Column == word {
			text = strings.ReplaceAll(text, "{"+word+"}", strings.Trim(f.Root, "/"))
			continue
		}
		c, _ := row.Table.Column(word)
		value, err := relation.Cell(row, c, time.UTC)
		if err != nil {
			r.t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "{"+word+"}", plainText(value))
	}
	return text
}

func plainText(v connector.Value) string {
	if v.Kind() == connector.TextValue {
		return v.Text()
	}
	return v.String()
}

// project looks up projects, the only vocabulary of columns with Term.
func (r *reader) project(of relation.Vocabulary, by relation.Facet, id int64) (connector.Value, bool) {
	path := map[relation.Facet]string{relation.Key: "projectKey", relation.Name: "name"}[by]
	if of != relation.Projects || path == "" {
		return connector.Null(), false
	}
	for _, row := range r.read(r.byName["Projects"]) {
		if row.JSON.Get("id").Int() == id {
			return connector.TextOf(row.JSON.Get(path).Str), true
		}
	}
	return connector.Null(), false
}
