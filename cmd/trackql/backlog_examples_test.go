package main

import (
	"strings"
	"testing"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestBacklogExamples runs every example query of every table of Backlog over an
// emulated space.
func TestBacklogExamples(t *testing.T) {
	space := newSpace(backlogtest.Options{Issues: 60})
	source := space.open(t)
	tables, err := source.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := space.session(t, source, nil)
	for _, table := range tables {
		if len(table.Examples) < 2 {
			t.Errorf("table %s has %d examples, want at least 2", table.Name, len(table.Examples))
		}
		for _, example := range table.Examples {
			if _, err := answer(t.Context(), s, strings.ReplaceAll(example.SQL, "{source}", "bl")); err != nil {
				t.Errorf("%s: %s\n%s\n%v", table.Name, example.Doc, example.SQL, err)
			}
		}
	}
}
