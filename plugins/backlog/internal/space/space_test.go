package space_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

func TestTerms(t *testing.T) {
	both := []int64{1, 2}
	tests := map[string]struct {
		of       relation.Vocabulary
		projects []int64
		want     []space.Term
		asked    string
	}{
		"projects":    {relation.Projects, nil, []space.Term{{ID: 1, Name: "ブログ", Key: "BLG", Project: 1}, {ID: 2, Name: "Old things", Key: "OLD", Project: 2}}, "/projects"},
		"priorities":  {relation.Priorities, both, []space.Term{{ID: 2, Name: "High"}, {ID: 3, Name: "Normal"}}, "/priorities"},
		"resolutions": {relation.Resolutions, nil, []space.Term{{ID: 0, Name: "Fixed"}, {ID: 1, Name: "Won't Fix"}}, "/resolutions"},
		"statuses":    {relation.Statuses, []int64{2}, []space.Term{{ID: 1, Name: "Open", Project: 2}, {ID: 90, Name: "Waiting", Project: 2}}, "/projects/2/statuses"},
		"types":       {relation.IssueTypes, []int64{1}, []space.Term{{ID: 11, Name: "Bug", Project: 1}}, "/projects/1/issueTypes"},
		"categories":  {relation.Categories, []int64{1}, []space.Term{}, "/projects/1/categories"},
		"versions":    {relation.Versions, []int64{1}, []space.Term{{ID: 31, Name: "v1.0", Project: 1}}, "/projects/1/versions"},
		"people":      {relation.People, []int64{1}, []space.Term{{ID: 7, Name: "Taro", Project: 1}}, "/projects/1/users"},
		"no project":  {relation.People, nil, []space.Term{}, ""},
		"pull requests": {
			relation.PullRequestStatuses, both, []space.Term{{ID: 1, Name: "Open"}, {ID: 2, Name: "Closed"}, {ID: 3, Name: "Merged"}}, "",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := small()
			got, err := open("", newClock()).Terms(t.Context(), server.trip(t), test.of, test.projects)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Terms (-want +got):\n%s", diff)
			}
			if asked := server.took(); asked != test.asked {
				t.Errorf("asked %q, want %q", asked, test.asked)
			}
		})
	}
}

func TestTermsOfSeveralProjects(t *testing.T) {
	server := small()
	trip := server.trip(t)
	got, err := open("", newClock()).Terms(t.Context(), trip, relation.People, []int64{2, 1})
	if err != nil {
		t.Fatal(err)
	}
	want := []space.Term{{ID: 8, Name: "Hanako", Project: 2}, {ID: 7, Name: "Taro", Project: 2}, {ID: 7, Name: "Taro", Project: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Terms (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{7, 8}, space.IDs(got)); diff != "" {
		t.Errorf("IDs (-want +got):\n%s", diff)
	}
	if tally := trip.Tally(); tally.Metadata != 2 || tally.Data != 0 || tally.Count != 0 {
		t.Errorf("Tally() = %+v, want 2 requests for metadata alone", tally)
	}
}

func TestFields(t *testing.T) {
	server := small()
	s := open("", newClock())
	want := []space.Field{
		{ID: 41, Project: 1, Type: 5, Name: "OS", Items: []space.Item{{ID: 1, Name: "Linux"}}},
		{ID: 42, Project: 1, Type: 3, Name: "Points"},
	}
	// Project 2 does not have this path: a plan without custom fields.
	got, err := s.Fields(t.Context(), server.trip(t), []int64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Fields (-want +got):\n%s", diff)
	}
}

func TestZone(t *testing.T) {
	tests := map[string]struct{ body, want string }{
		"known":   {`{"timezone":"Asia/Tokyo"}`, "Asia/Tokyo"},
		"unknown": {`{"timezone":"Mars/Olympus"}`, `corrupt: the space's time zone "Mars/Olympus" is not known here: unknown time zone Mars/Olympus`},
		"none":    {`{}`, "corrupt: /space: the server's answer lacks the time zone that is expected there"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := small()
			server.set("/space", test.body)
			zone, err := open("", newClock()).Zone(t.Context(), server.trip(t))
			if got := outcome(zone.String(), err); got != test.want {
				t.Errorf("Zone = %s, want %s", got, test.want)
			}
		})
	}
}

func outcome(text string, err error) string {
	if err != nil {
		return connector.KindOf(err).String() + ": " + err.Error()
	}
	return text
}

func TestProjects(t *testing.T) {
	tests := map[string]struct {
		keys []string
		want string
		hint string
	}{
		"all":        {nil, "BLG OLD", ""},
		"one":        {[]string{"OLD"}, "OLD", ""},
		"any case":   {[]string{" old ", "blg"}, "BLG OLD", ""},
		"unknown":    {[]string{"BLG", "NEW"}, `not found: Project: you take part in no project with the key "NEW"`, "There are BLG, OLD."},
		"by another": {[]string{"1"}, `not found: Project: you take part in no project with the key "1"`, "There are BLG, OLD."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := space.Open(space.Config{Base: base, Identity: "me", TTL: time.Hour, Clock: newClock(), Projects: test.keys})
			projects, err := s.Projects(t.Context(), small().trip(t))
			var keys []string
			for _, p := range projects {
				keys = append(keys, p.Key)
			}
			if got := outcome(strings.Join(keys, " "), err); got != test.want {
				t.Errorf("Projects = %s, want %s", got, test.want)
			}
			if got := connector.HintOf(err); got != test.hint {
				t.Errorf("hint = %q, want %q", got, test.hint)
			}
			terms, err := s.Terms(t.Context(), small().trip(t), relation.Projects, nil)
			if err == nil && len(terms) != len(projects) {
				t.Errorf("Terms gives %d projects, Projects %d", len(terms), len(projects))
			}
		})
	}
}

func TestProjectMadeMeanwhile(t *testing.T) {
	server, clock := small(), newClock()
	s := space.Open(space.Config{Base: base, Identity: "me", TTL: time.Hour, Clock: clock, Projects: []string{"NEW"}})
	if _, err := s.Projects(t.Context(), server.trip(t)); connector.KindOf(err) != connector.NotFound {
		t.Fatalf("Projects: %v, want kind not found", err)
	}
	server.set("/projects", `[{"id":3,"projectKey":"NEW","name":"New"}]`)
	if _, err := s.Projects(t.Context(), server.trip(t)); connector.KindOf(err) != connector.NotFound {
		t.Fatalf("Projects within ten seconds: %v, want kind not found", err)
	}
	if asked := server.took(); asked != "/projects" {
		t.Errorf("asked %q, want once", asked)
	}
	clock.forward(10 * time.Second)
	projects, err := s.Projects(t.Context(), server.trip(t))
	if diff := cmp.Diff([]space.Project{{ID: 3, Key: "NEW", Name: "New"}}, projects); err != nil || diff != "" {
		t.Errorf("Projects after ten seconds: %v (-want +got):\n%s", err, diff)
	}
}

func TestNoProjectAtAll(t *testing.T) {
	server := small()
	server.set("/projects", "[]")
	s := space.Open(space.Config{Base: base, Identity: "me", Clock: newClock(), Projects: []string{"BLG"}})
	_, err := s.Projects(t.Context(), server.trip(t))
	if hint := connector.HintOf(err); !strings.Contains(hint, "no project at all") {
		t.Errorf("Projects: %v, hint %q", err, hint)
	}
}

func TestRefresh(t *testing.T) {
	server, clock := small(), newClock()
	s := open("", clock)
	names := func(ask func(context.Context, *rest.Trip, relation.Vocabulary, []int64) ([]space.Term, error)) string {
		t.Helper()
		terms, err := ask(t.Context(), server.trip(t), relation.Statuses, []int64{1})
		if err != nil {
			t.Fatal(err)
		}
		all := server.took() + ":"
		for _, term := range terms {
			all += " " + term.Name
		}
		return all
	}
	steps := []struct {
		does func() string
		want string
	}{
		{func() string { return names(s.Terms) }, "/projects/1/statuses: Open 完了"},
		{func() string { server.set("/projects/1/statuses", `[{"id":1,"name":"New"}]`); return names(s.Terms) }, ": Open 完了"},
		{func() string { clock.forward(9 * time.Second); return names(s.Refresh) }, ": Open 完了"},
		{func() string { clock.forward(time.Second); return names(s.Terms) }, ": Open 完了"},
		{func() string { return names(s.Refresh) }, "/projects/1/statuses: New"},
		{func() string { return names(s.Refresh) }, ": New"},
		{func() string { return names(s.Terms) }, ": New"},
	}
	for i, step := range steps {
		if got := step.does(); got != step.want {
			t.Errorf("step %d: %q, want %q", i, got, step.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	refusal := func(code string) string { return `{"errors":[{"message":"Refused.","code":` + code + `}]}` }
	tests := map[string]struct {
		status int
		body   string
		want   connector.Kind
		none   bool
	}{
		"project deleted": {http.StatusNotFound, refusal("6"), 0, true},
		"not in the plan": {http.StatusPaymentRequired, refusal("2"), 0, true},
		"not allowed":     {http.StatusForbidden, refusal("5"), connector.Unauthorized, false},
		"an object":       {http.StatusOK, `{"id":1}`, connector.Corrupt, false},
		"without ids":     {http.StatusOK, `[{"name":"Open"}]`, connector.Corrupt, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := small()
			server.set("/projects/1/statuses", test.body)
			server.status["/projects/1/statuses"] = test.status
			s := open("", newClock())
			terms, err := s.Terms(t.Context(), server.trip(t), relation.Statuses, []int64{1, 2})
			if test.none != (err == nil && len(terms) == 2) || err != nil && connector.KindOf(err) != test.want {
				t.Errorf("Terms = %v, %v", terms, err)
			}
			server.took()
			if _, err := s.Terms(t.Context(), server.trip(t), relation.Statuses, []int64{1}); (err == nil) != test.none {
				t.Errorf("Terms a second time: %v", err)
			}
			if asked := server.took(); (asked == "") != test.none {
				t.Errorf("a second time it asked %q", asked)
			}
		})
	}
}

func TestNoSuchVocabulary(t *testing.T) {
	_, err := open("", newClock()).Terms(t.Context(), small().trip(t), relation.NoVocabulary, nil)
	if err == nil {
		t.Error("Terms of no vocabulary gives no error")
	}
}

func TestSeveralAtATime(t *testing.T) {
	server := small()
	s := open(t.TempDir(), newClock())
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			terms, err := s.Terms(t.Context(), server.trip(t), relation.People, []int64{1, 2})
			if err != nil || len(terms) != 3 {
				t.Errorf("Terms = %v, %v", terms, err)
			}
		})
	}
	group.Wait()
	if asked := strings.Fields(server.took()); len(asked) != 2 {
		t.Errorf("asked %q, want each path once", asked)
	}
}

// TestGivingUp: who waits for another's request is not struck by its end.
func TestGivingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := small()
		s := open("", newClock())
		server.before = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		enough := errors.New("enough")
		ask := func(ctx context.Context, trip *rest.Trip) chan error {
			done := make(chan error, 1)
			go func() {
				_, err := s.Terms(ctx, trip, relation.Priorities, nil)
				done <- err
			}()
			synctest.Wait()
			return done
		}
		first, endFirst := context.WithCancelCause(t.Context())
		asking := ask(first, server.trip(t))
		second, endSecond := context.WithCancelCause(t.Context())
		waiting := ask(second, server.trip(t))
		patient := ask(t.Context(), server.trip(t))

		endSecond(enough)
		if err := <-waiting; connector.KindOf(err) != connector.Canceled || !errors.Is(err, enough) {
			t.Errorf("Terms of a waiter that ended = %v, want canceled: enough", err)
		}
		server.before = nil
		endFirst(enough)
		if err := <-asking; connector.KindOf(err) != connector.Canceled {
			t.Errorf("Terms that ended while asking = %v, want canceled", err)
		}
		if err := <-patient; err != nil {
			t.Errorf("Terms of another waiter = %v, want terms", err)
		}
		if asked := server.took(); asked != "/priorities /priorities" {
			t.Errorf("asked %q, want the second request to be that of the one who waited", asked)
		}
	})
}

func TestMatch(t *testing.T) {
	terms := []space.Term{{ID: 0, Name: "Fixed", Key: "FIX"}, {ID: 4, Name: "完了", Key: "DONE"}, {ID: 9, Name: "fixed"}}
	text := func(op connector.Operator, values ...string) connector.Predicate {
		p := connector.Predicate{Column: "Name", Op: op}
		for _, v := range values {
			p.Values = append(p.Values, connector.TextOf(v))
		}
		return p
	}
	number := func(op connector.Operator, n int64) connector.Predicate {
		return connector.Predicate{Column: "Id", Op: op, Values: []connector.Value{connector.IntOf(n)}}
	}
	tests := map[string]struct {
		by   relation.Facet
		p    connector.Predicate
		want []int64
	}{
		"name":           {relation.Name, text(connector.Eq, "完了"), []int64{4}},
		"name, by bytes": {relation.Name, text(connector.Eq, "FIXED"), []int64{}},
		"names":          {relation.Name, text(connector.In, "Fixed", "fixed", "none"), []int64{0, 9}},
		"other names":    {relation.Name, text(connector.Ne, "完了"), []int64{0, 9}},
		"none of":        {relation.Name, text(connector.NotIn, "Fixed", "完了"), []int64{9}},
		"before":         {relation.Name, text(connector.Lt, "G"), []int64{0}},
		"prefix":         {relation.Name, text(connector.Prefix, "fix"), []int64{9}},
		"part":           {relation.Name, text(connector.Contains, "ixe"), []int64{0, 9}},
		"id 0":           {relation.ID, number(connector.Eq, 0), []int64{0}},
		"ids":            {relation.ID, number(connector.Ge, 4), []int64{4, 9}},
		"id of text":     {relation.ID, text(connector.Eq, "4"), []int64{}},
		"key":            {relation.Key, text(connector.Ne, "FIX"), []int64{4}},
		"no key":         {relation.Key, connector.Predicate{Op: connector.IsNull}, []int64{9}},
		"any":            {relation.Name, connector.Predicate{Op: connector.IsNotNull}, []int64{0, 4, 9}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, space.IDs(space.Match(terms, test.by, test.p))); diff != "" {
				t.Errorf("Match(%s) (-want +got):\n%s", test.p, diff)
			}
		})
	}
}
