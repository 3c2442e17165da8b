package space

import (
	"context"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// Unasked is how many requests [Space.Terms] would make: one for each answer
// that is not kept, or is too old.
func (s *Space) Unasked(ctx context.Context, of relation.Vocabulary, projects []int64) int {
	n := 0
	for _, path := range termPaths(of, projects) {
		slot := s.slot(path)
		select {
		case slot.turn <- struct{}{}:
		case <-ctx.Done():
			return n
		}
		if !s.fresh(slot.kept, forever) && !s.fresh(s.store.read(path), forever) {
			n++
		}
		<-slot.turn
	}
	return n
}

// termPaths are the paths at which the terms of a vocabulary are asked for.
func termPaths(of relation.Vocabulary, projects []int64) []string {
	if of == relation.Projects {
		return []string{projectsPath}
	}
	if path, ok := ofSpace[of]; ok {
		return []string{path}
	}
	var paths []string
	for _, project := range projects {
		paths = append(paths, inProject(project, ofProject[of]))
	}
	return paths
}
