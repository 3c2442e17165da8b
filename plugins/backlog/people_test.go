package backlog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// namesake is somebody who is a member of every project.
const namesake = "김민수"

// assignees returns the ids of the assignees of issues that satisfy a condition,
// each once, and how many issues there are.
func assignees(t *testing.T, src opened, where ...connector.Predicate) ([]int64, int) {
	t.Helper()
	rows := readAll(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"AssigneeId"}, Where: where})
	var ids []int64
	for _, row := range rows {
		ids = append(ids, row[0].Int())
	}
	slices.Sort(ids)
	return slices.Compact(ids), len(ids)
}

// TestNamesakes: a name means all whom the space lists, whether they take part
// in a project or not.
func TestNamesakes(t *testing.T) {
	const member, outside, left = 5078, 5043, 5036
	tests := map[string]struct {
		key  func(*backlogtest.Server) string
		edit func(*backlogtest.Space)
		want []int64
	}{
		"of somebody in no project": {(*backlogtest.Server).Key, func(s *backlogtest.Space) {
			s.User(outside).Name = namesake
			for _, p := range s.Projects {
				p.Members = slices.DeleteFunc(p.Members, func(id int64) bool { return id == outside })
			}
		}, []int64{outside, member}},
		// An ordinary user is told of members alone.
		"of somebody in no project, told to a member": {(*backlogtest.Server).MemberKey, func(s *backlogtest.Space) {
			s.User(outside).Name = namesake
			for _, p := range s.Projects {
				p.Members = slices.DeleteFunc(p.Members, func(id int64) bool { return id == outside })
			}
		}, []int64{member}},
		// Nobody lists who left the space: the id finds them, as the docs say.
		"of somebody who left": {(*backlogtest.Server).Key, func(s *backlogtest.Space) { s.User(left).Name = namesake }, []int64{member}},
		"whom nobody lists": {(*backlogtest.Server).Key, func(s *backlogtest.Space) {
			s.User(left).Name, s.User(member).Name = namesake, "another"
		}, []int64{left}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := serve(backlogtest.Options{})
			server.Edit(test.edit)
			src := open(t, memory.DefaultAllocator, server, "ApiKey", test.key(server))
			if got, _ := assignees(t, src, equal("AssigneeName", namesake)); !slices.Equal(got, test.want) {
				t.Errorf("assignees called %s = %d, want %d", namesake, got, test.want)
			}
			for _, id := range []int64{member, left} {
				byID := connector.Predicate{Column: "AssigneeId", Op: connector.Eq, Values: []connector.Value{connector.IntOf(id)}}
				if got, n := assignees(t, src, byID); n == 0 || !slices.Equal(got, []int64{id}) {
					t.Errorf("issues of %d have the assignees %d", id, got)
				}
			}
		})
	}
}

// TestNamesakesAreDocumented: each column that a person's name can be compared
// with tells by what to find who left.
func TestNamesakesAreDocumented(t *testing.T) {
	src := open(t, memory.DefaultAllocator, serve(backlogtest.Options{}))
	tables, err := src.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, table := range tables {
		for _, c := range table.Columns {
			id := strings.TrimSuffix(c.Name, "Name") + "Id"
			person := c.Name == "AssigneeName" || strings.HasSuffix(c.Name, "UserName")
			if !person || c.Filters[connector.Eq] != connector.Exact || c.Filters[connector.Ne] != connector.Unsupported {
				continue
			}
			told++
			if want := "who left, and has the name of one of them, is found by " + id + "."; !strings.HasSuffix(c.Doc, want) {
				t.Errorf("the doc of %s.%s is %q, want %q at its end", table.Name, c.Name, c.Doc, want)
			}
		}
	}
	if told != 4 {
		t.Errorf("%d columns hold names of people to ask by, want 4", told)
	}
}
