package space_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

const notAllowed = `{"errors":[{"message":"You are not allowed to.","code":5,"moreInfo":""}]}`

// refuse has a path answer that the caller may not see it.
func (s *server) refuse(path string) {
	s.set(path, notAllowed)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status[path] = http.StatusForbidden
}

func TestDefinitions(t *testing.T) {
	server := small()
	dir, clock := t.TempDir(), newClock()
	s := open(dir, clock)
	want := space.Definitions{
		Projects: []space.Project{{ID: 1, Key: "BLG", Name: "ブログ"}, {ID: 2, Key: "OLD", Name: "Old things", Archived: true}},
		Fields: []space.Field{
			{ID: 41, Project: 1, Type: 5, Name: "OS", Items: []space.Item{{ID: 1, Name: "Linux"}}},
			{ID: 42, Project: 1, Type: 3, Name: "Points"},
		},
	}
	got, err := s.Definitions(t.Context(), server.trip(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Definitions (-want +got):\n%s", diff)
	}
	server.took()
	for name, s := range map[string]*space.Space{"the same": s, "another process": open(dir, clock)} {
		if _, err := s.Definitions(t.Context(), server.trip(t)); err != nil || server.took() != "" {
			t.Errorf("%s asked again: %v", name, err)
		}
		if _, err := s.RefreshDefinitions(t.Context(), server.trip(t)); err != nil || server.took() != "" {
			t.Errorf("RefreshDefinitions of %s asked again at once: %v", name, err)
		}
	}
	clock.forward(time.Minute)
	if _, err := s.RefreshDefinitions(t.Context(), server.trip(t)); err != nil || server.took() == "" {
		t.Errorf("RefreshDefinitions asked nothing after a minute: %v", err)
	}
}

// TestRefusedDefinitions: a project that does not tell its fields is told of,
// and is not asked each time. Whoever needs them is told why they are not there.
func TestRefusedDefinitions(t *testing.T) {
	server := small()
	server.refuse("/projects/1/customFields")
	dir, clock := t.TempDir(), newClock()
	for _, s := range []*space.Space{open(dir, clock), open(dir, clock)} {
		got, err := s.Definitions(t.Context(), server.trip(t))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Fields) != 0 || len(got.Refused) != 1 || got.Refused[0].Key != "BLG" {
			t.Errorf("Definitions = %+v, want that BLG is refused", got)
		}
	}
	if asked, want := server.took(), "/projects /projects/1/customFields /projects/2/customFields"; sorted(asked) != want {
		t.Errorf("asked %q, want %q", asked, want)
	}
	s := open(dir, clock)
	_, err := s.Fields(t.Context(), server.trip(t), []int64{1})
	if err == nil || connector.KindOf(err) != connector.Unauthorized || rest.Code(err) != 5 {
		t.Errorf("Fields = %v, want Backlog's error 5", err)
	}
	server.set("/projects/1/customFields", `[{"id":41,"typeId":1,"name":"OS"}]`)
	delete(server.status, "/projects/1/customFields")
	fields, err := s.Fields(t.Context(), server.trip(t), []int64{1})
	if err != nil || len(fields) != 1 {
		t.Errorf("Fields = %v, %v; want the one that may be read by now", fields, err)
	}
}

func TestEverybody(t *testing.T) {
	server := small()
	server.set("/users", `[{"id":7,"name":"Taro"},{"id":9,"name":"Taro"}]`)
	got, err := open("", newClock()).Everybody(t.Context(), server.trip(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]space.Term{{ID: 7, Name: "Taro"}, {ID: 9, Name: "Taro"}}, got); diff != "" {
		t.Errorf("Everybody (-want +got):\n%s", diff)
	}
	server.refuse("/users")
	server.took()
	s := open("", newClock())
	for range 2 {
		if got, err := s.Everybody(t.Context(), server.trip(t)); err != nil || len(got) != 0 {
			t.Errorf("Everybody of one who is no administrator = %v, %v; want nobody", got, err)
		}
	}
	if asked := server.took(); asked != "/users" {
		t.Errorf("asked %q, want /users once", asked)
	}
}

func sorted(words string) string {
	list := strings.Fields(words)
	slices.Sort(list)
	return strings.Join(list, " ")
}
