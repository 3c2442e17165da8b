package sqlengine_test

import "testing"

// BenchmarkSmallQuery is what a statement costs beside its rows: planning, one
// request, one row.
func BenchmarkSmallQuery(b *testing.B) {
	s := engine(b, tracker(nil), nil)
	for b.Loop() {
		mustAsk(b, s, "SELECT Id FROM pt.Issues WHERE Id = 7")
	}
}
