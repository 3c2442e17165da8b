package rpc

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc/internal/wire"
)

// encoded is a message as it travels.
func encoded(f *testing.F, m proto.Message) []byte {
	f.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		f.Fatal(err)
	}
	return b
}

// Tables that a plugin describes are refused, or can be described again.
func FuzzTables(f *testing.F) {
	table := connector.Table{
		Name: "Issues", Key: []string{"Id"}, Unique: [][]string{{"Key"}}, Rows: 7, Writes: connector.Insert,
		References: []connector.Reference{{Columns: []string{"Id"}, Table: "Users", To: []string{"Id"}}},
		Columns: []connector.Column{{
			Name: "Id", Type: everyType()[3], Nullable: true, Filters: connector.Filters{connector.Eq: connector.Exact}, Values: everyValue(),
		}},
	}
	for i, of := range everyType() {
		table.Columns = append(table.Columns, connector.Column{Name: fmt.Sprint(i), Type: of})
	}
	sent, err := tableToWire(table)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(encoded(f, sent))
	f.Add(encoded(f, &wire.Table{Name: "T", Columns: []*wire.Column{{Filters: map[uint32]uint32{12: 3}}}}))
	f.Add(encoded(f, &wire.Table{Schema: []byte{255, 255, 255, 255, 255, 255, 255, 127}}))
	f.Fuzz(func(t *testing.T, message []byte) {
		var w wire.Table
		if proto.Unmarshal(message, &w) != nil {
			return
		}
		table, err := tableFromWire(&w)
		if err != nil {
			if kind := connector.KindOf(err); kind != connector.Corrupt && kind != connector.Invalid {
				t.Errorf("tableFromWire = %s: %v", kind, err)
			}
			return
		}
		for _, c := range table.Columns {
			_, _ = c.Type.String(), c.Filters.Operators()
		}
		again, err := tableToWire(table)
		if err != nil {
			t.Fatal(err)
		}
		back, err := tableFromWire(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(table, back, same); diff != "" {
			t.Errorf("(-first +second):\n%s", diff)
		}
	})
}

// Constants, errors and outcomes that the other side sends are refused, or can
// be sent back.
func FuzzOutcome(f *testing.F) {
	outcome := connector.Outcome{Result: connector.Refused, Key: everyValue(), Err: connector.Errorf(connector.Conflict, "no")}
	f.Add(encoded(f, outcomeToWire(outcome)))
	f.Add(encoded(f, &wire.Outcome{Error: &wire.Error{Kind: 1 << 31, RetryAfterNanos: -1, Place: &wire.Place{Line: -1 << 63}}}))
	f.Add(encoded(f, &wire.Outcome{Key: []*wire.Value{{}, {Kind: &wire.Value_Decimal{Decimal: "1/3"}}}}))
	f.Add(encoded(f, &wire.Outcome{Key: []*wire.Value{{Kind: &wire.Value_Decimal{Decimal: "1e999999999"}}}}))
	f.Add(encoded(f, &wire.Outcome{Result: 4}))
	f.Fuzz(func(t *testing.T, message []byte) {
		var w wire.Outcome
		if proto.Unmarshal(message, &w) != nil {
			return
		}
		o, err := outcomeFromWire(&w)
		if err != nil {
			return
		}
		for _, v := range o.Key {
			_ = v.String()
			_, _ = v.Compare(connector.IntOf(1))
		}
		if o.Err != nil {
			_, _, _ = o.Err.Error(), o.Err.Kind.String(), o.Err.Place.String()
		}
		back, err := outcomeFromWire(outcomeToWire(o))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(o, back, same); diff != "" {
			t.Errorf("(-first +second):\n%s", diff)
		}
	})
}

// A stream that arrives in pieces gives what the whole one gives.
func FuzzPieces(f *testing.F) {
	f.Add(fuzzStream(f), uint16(1), uint16(7))
	f.Add(fuzzStream(f), uint16(0), uint16(1))
	f.Add(fuzzStream(f, ipc.WithZstd()), uint16(100), uint16(3))
	f.Fuzz(func(t *testing.T, stream []byte, first, second uint16) {
		whole, wholeErr := decoded(stream, len(stream))
		cut, cutErr := decoded(stream, int(first), int(second))
		if diff := cmp.Diff(whole, cut); diff != "" || (wholeErr == nil) != (cutErr == nil) {
			t.Errorf("errors %v and %v (-whole +cut):\n%s", wholeErr, cutErr, diff)
		}
	})
}

// decoded reads a stream in pieces of sizes, over and over.
func decoded(stream []byte, sizes ...int) ([]string, error) {
	at := 0
	b := batches{schema: fuzzSchema(), mem: small{memory.DefaultAllocator}, from: &pieces{next: func() ([]byte, error) {
		if len(stream) == 0 {
			return nil, io.EOF
		}
		size := min(len(stream), sizes[at%len(sizes)])
		if slices.Max(sizes) == 0 {
			size = len(stream)
		}
		piece := stream[:size]
		stream, at = stream[size:], at+1
		return piece, nil
	}}}
	defer b.close()
	var read []string
	for {
		batch, err := b.next()
		if batch == nil {
			return read, err
		}
		read = append(read, fmt.Sprint(batch.Columns()))
	}
}

// No form of a secret is left in a text that has been through a redactor.
func FuzzRedact(f *testing.F) {
	f.Add("hunter2", "the token hunter2 is wrong", 10)
	f.Add("a b&c", "a+b%26c a%20b%26c", 3)
	f.Add("aa", "aaaaa", 3)
	f.Add("課題\n\"x\"", `課題\n\"x\"`, 1)
	f.Fuzz(func(t *testing.T, secret, text string, n int) {
		info := connector.Info{Options: []connector.Option{{Name: "S", Secret: true}}}
		r := redactorOf(info, []connector.Setting{{Key: "S", Value: strings.ReplaceAll(secret, "${", "$${")}})
		if secret == "" || strings.Contains("***", secret) {
			return
		}
		got := r.text(text + secret + text + base64.StdEncoding.EncodeToString([]byte("x"+secret)) + url.QueryEscape(secret) + strconv.Quote(secret))
		for _, rest := range strings.Split(got, "***") {
			if strings.Contains(rest, secret) {
				t.Errorf("text = %q, which shows %q", got, secret)
			}
		}
		n = max(0, min(n, len(text)))
		if got, whole := r.cut(text, n), r.text(text); !strings.HasPrefix(whole, got) {
			t.Errorf("cut(%q, %d) = %q, of %q", text, n, got, whole)
		}
	})
}

// Whatever a child prints becomes lines, wherever it is cut, and no panic.
func FuzzLogs(f *testing.F) {
	f.Add([]byte("{\"level\":\"INFO\",\"msg\":\"m\",\"g\":{\"a\":[1,{\"b\":null}]}}\nplain\r\n\n"), 5)
	f.Add([]byte(`{"level":"WARN+2","msg":"m","msg":1,"g":{}}`), 1)
	f.Add([]byte(strings.Repeat("x", 3*lineBytes)+"\n{"), lineBytes)
	f.Add([]byte(strings.Repeat(`{"a":`, 100)), 1)
	f.Fuzz(func(t *testing.T, said []byte, at int) {
		var whole, cut bytes.Buffer
		at = max(0, min(at, len(said)))
		for out, pieces := range map[*bytes.Buffer][][]byte{&whole: {said}, &cut: {said[:at], said[at:]}} {
			l := newLogs("p", slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug - 8, ReplaceAttr: untimed})))
			for _, piece := range pieces {
				if n, err := l.stdout.Write(piece); n != len(piece) || err != nil {
					t.Fatalf("Write = %d, %v", n, err)
				}
			}
			l.flush()
		}
		if diff := cmp.Diff(whole.String(), cut.String()); diff != "" {
			t.Errorf("(-whole +cut):\n%s", diff)
		}
	})
}

func untimed(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
