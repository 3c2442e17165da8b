package connector_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
)

func TestErrorText(t *testing.T) {
	place := connector.Place{File: "a.xml", Line: 3, Column: 7}
	tests := map[string]struct {
		in   *connector.Error
		want string
	}{
		"kind alone":       {&connector.Error{Kind: connector.RateLimited}, "rate limited"},
		"cause":            {connector.Errorf(connector.Corrupt, "page %d: %w", 3, io.ErrUnexpectedEOF), "page 3: unexpected EOF"},
		"place":            {connector.Errorf(connector.Corrupt, "no end").At(place), "a.xml:3:7: no end"},
		"operation":        {&connector.Error{Op: "scan pt.Issues", Err: io.EOF}, "scan pt.Issues: EOF"},
		"all":              {&connector.Error{Op: "scan", Place: place, Err: io.EOF}, "scan: a.xml:3:7: EOF"},
		"hint is not text": {connector.Errorf(connector.NotFound, "no x").WithHint("Try %s.", "y"), "no x"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.in.Error(); got != test.want {
				t.Errorf("Error() = %s, want %s", got, test.want)
			}
		})
	}
}

func TestKindAndHintOf(t *testing.T) {
	limited := &connector.Error{Kind: connector.RateLimited, Err: io.EOF, Hint: "Wait.", RetryAfter: time.Second}
	tests := map[string]struct {
		in   error
		kind connector.Kind
		hint string
	}{
		"nil":                  {nil, connector.Internal, ""},
		"foreign":              {io.EOF, connector.Internal, ""},
		"itself":               {limited, connector.RateLimited, "Wait."},
		"wrapped":              {fmt.Errorf("sync: %w", limited), connector.RateLimited, "Wait."},
		"joined":               {errors.Join(io.EOF, limited), connector.RateLimited, "Wait."},
		"outer kind wins":      {connector.Errorf(connector.Corrupt, "page: %w", limited), connector.Corrupt, "Wait."},
		"outer hint wins":      {connector.Errorf(connector.Corrupt, "page: %w", limited).WithHint("Stop."), connector.Corrupt, "Stop."},
		"canceled":             {context.Canceled, connector.Canceled, ""},
		"deadline":             {fmt.Errorf("read: %w", context.DeadlineExceeded), connector.Canceled, ""},
		"named although ended": {connector.Errorf(connector.Unavailable, "%w", context.Canceled), connector.Unavailable, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := connector.KindOf(test.in); got != test.kind {
				t.Errorf("KindOf(%v) = %s, want %s", test.in, got, test.kind)
			}
			if got := connector.HintOf(test.in); got != test.hint {
				t.Errorf("HintOf(%v) = %q, want %q", test.in, got, test.hint)
			}
		})
	}
}

func TestErrorCopies(t *testing.T) {
	first := connector.Errorf(connector.NotFound, "table %q: %w", "x", io.EOF)
	second := first.WithHint("Did you mean %s?", "y").At(connector.Place{File: "q", Line: 2})
	if first.Hint != "" || first.Place != (connector.Place{}) {
		t.Errorf("WithHint or At changed the error itself: %+v", first)
	}
	if second.Hint != "Did you mean y?" || second.Place.Line != 2 || second.Kind != connector.NotFound {
		t.Errorf("WithHint, At = %+v", second)
	}
	if !errors.Is(second, io.EOF) {
		t.Error("the cause is lost from the chain")
	}
}

func TestPlaceString(t *testing.T) {
	tests := map[string]struct {
		in   connector.Place
		want string
	}{
		"nothing":         {connector.Place{}, ""},
		"file":            {connector.Place{File: "a.xml"}, "a.xml"},
		"line":            {connector.Place{File: "a.xml", Line: 3}, "a.xml:3"},
		"column":          {connector.Place{File: "a.xml", Line: 3, Column: 7}, "a.xml:3:7"},
		"column, no line": {connector.Place{File: "a.xml", Column: 7}, "a.xml"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.in.String(); got != test.want {
				t.Errorf("String() = %q, want %q", got, test.want)
			}
		})
	}
}
