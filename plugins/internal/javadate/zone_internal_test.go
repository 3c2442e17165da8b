package javadate

import "testing"

// TestZoneTable loads every zone of the table: a zone that the compiled-in
// database lacks would end the program.
func TestZoneTable(t *testing.T) {
	names := 0
	for letter, list := range zoneNames() {
		for _, n := range list {
			names++
			if z := n.zone(); len(z.spans) < 2 {
				t.Errorf("zone %s of %q has %d spans, want 2 or more", n.id, n.name, len(z.spans))
			}
			if got := int(n.name[0] | 0x20 - 'a'); got != letter {
				t.Errorf("%q is listed under letter %d, want %d", n.name, letter, got)
			}
		}
	}
	if names != 587 {
		t.Errorf("the table holds %d names, want 587", names)
	}
}

// TestSpans checks that the clock changes from each span to the next.
func TestSpans(t *testing.T) {
	for _, list := range zoneNames() {
		for _, n := range list {
			spans := n.zone().spans
			for i := 1; i < len(spans); i++ {
				if spans[i].from <= spans[i-1].from {
					t.Fatalf("%s: span %d begins at %d, not after %d", n.id, i, spans[i].from, spans[i-1].from)
				}
				if saving := spans[i].offset - spans[i].standard; saving < 0 || saving > 2*hourMillis {
					t.Errorf("%s: summer time of %d ms from %d", n.id, saving, spans[i].from)
				}
			}
		}
	}
}
