package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/doctor"
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// fake is a connector of one source.
type fake struct {
	open func(ctx context.Context, cfg connector.Config) (connector.Source, error)
}

func (fake) Info() connector.Info {
	return connector.Info{Name: "fake", Options: []connector.Option{
		{Name: "BaseURL"},
		{Name: "Folder", Type: connector.Path},
		{Name: "Api Key", Secret: true},
		{Name: "PageSize", Type: connector.Int, Default: "100"},
	}}
}

func (f fake) Open(ctx context.Context, cfg connector.Config) (connector.Source, error) {
	return f.open(ctx, cfg)
}

const secret = "hunter2 & co"

// source returns a source that is opened by open.
func source(tb testing.TB, name string, open func(context.Context, connector.Config) (connector.Source, error), settings ...connector.Setting) doctor.Source {
	tb.Helper()
	f := fake{open}
	expand := func(_, _ string) (string, error) { return secret, nil }
	options, err := f.Info().Resolve(settings, expand)
	if err != nil {
		tb.Fatal(err)
	}
	return doctor.Source{Name: name, Connector: f, Settings: settings, Options: options}
}

// issues is a table of three rows.
var issues = connectortest.MemoryTable{
	Table: connector.Table{
		Name: "Issues", Columns: []connector.Column{{Name: "Id", Type: arrow.PrimitiveTypes.Int64}, {Name: "Summary", Type: arrow.BinaryTypes.String}},
	},
	Rows: [][]any{{1, "a"}, {2, "b"}, {3, "c"}},
}

// memory opens a source of tables whose operations go through a hook.
func memory(hook connectortest.Hook, tables ...connectortest.MemoryTable) func(context.Context, connector.Config) (connector.Source, error) {
	return func(context.Context, connector.Config) (connector.Source, error) {
		return connectortest.NewMemory(connectortest.MemoryConfig{Tables: tables, Before: hook, PageRows: 1}), nil
	}
}

// failing is a hook that fails one operation.
func failing(op connectortest.Op, err error) connectortest.Hook {
	return func(_ context.Context, call connectortest.Call) error {
		if call.Op == op {
			return err
		}
		return nil
	}
}

// examine returns what is found, a line a finding.
func examine(t *testing.T, sources ...doctor.Source) []string {
	t.Helper()
	var lines []string
	config := doctor.Config{Sources: sources, Timezone: time.UTC, Timeout: 30 * time.Second, Patience: time.Second}
	err := config.Examine(t.Context(), func(f doctor.Finding) error {
		lines = append(lines, line(f))
		return nil
	})
	if err != nil {
		t.Errorf("Examine = %v", err)
	}
	return lines
}

func line(f doctor.Finding) string {
	text := fmt.Sprintf("%s %s: %s", f.Status, f.Check, f.Found)
	if f.Do != "" {
		text += " | " + f.Do
	}
	return text
}

const (
	opened = "ok source s: fake; by default PageSize=100\nok source s: open: after 0.00 s\n"
	listed = opened + "ok source s: tables: 1 table after 0.00 s: Issues\nok source s: rights: reads, and writes nothing\n"
)

func TestExamine(t *testing.T) {
	denied := connector.Errorf(connector.Unauthorized, "the key %s is refused (key=hunter2+%%26+co)", secret)
	writes := issues
	writes.Table.Writes = connector.Insert | connector.Delete
	tests := map[string]struct {
		open func(context.Context, connector.Config) (connector.Source, error)
		want string
	}{
		"well": {memory(nil, issues), listed + "ok source s: read Issues: a row of 2 columns after 0.00 s\n"},
		"an empty table": {
			memory(nil, connectortest.MemoryTable{Table: issues.Table}),
			listed + "ok source s: read Issues: no row of 2 columns, after 0.00 s\n",
		},
		"no tables": {memory(nil), opened + "warning source s: tables: none, after 0.00 s | Check what the source's options name, and what its credentials may read.\n"},
		"not opened": {
			func(context.Context, connector.Config) (connector.Source, error) {
				return nil, connector.Errorf(connector.NotFound, "nothing is there").WithHint("Look elsewhere.")
			},
			"ok source s: fake; by default PageSize=100\nfault source s: open: nothing is there | Look elsewhere.\n",
		},
		"tables fail": {
			memory(failing(connectortest.TablesCall, errors.Join(denied, errors.New("twice"))), issues),
			opened + "fault source s: tables: tables: the key hunter2 & co is refused (key=hunter2+%26+co); twice | Check the source's credentials, and what they may read.\n",
		},
		"the scan fails": {
			memory(failing(connectortest.ScanCall, connector.Errorf(connector.Unavailable, "busy")), issues),
			listed + "fault source s: read Issues: scan Issues: busy | Check the network and the address, or try again later.\n",
		},
		"the first page fails": {
			memory(connectortest.FailAt("Issues", 0, connector.Errorf(connector.Corrupt, "torn")), issues),
			listed + "fault source s: read Issues: scan Issues: page 0: torn | Get the data again from the system: what it gave is broken.\n",
		},
		"a later page would": {
			memory(connectortest.FailAt("Issues", 2, errors.New("torn")), issues),
			listed + "ok source s: read Issues: a row of 2 columns after 0.00 s\n",
		},
		"a crash": {
			memory(func(context.Context, connectortest.Call) error { panic("boom") }, issues),
			opened + "fault source s: tables: the connector crashed: boom | This is a fault in the connector: tell its authors what is written here.\n",
		},
		"declared writes without a writer": {
			memory(nil, writes),
			opened + "ok source s: tables: 1 table after 0.00 s: Issues\n" +
				"warning source s: rights: declares writes of Issues (insert, delete), and cannot write | This is a fault in the connector: tell its authors what is written here.\n" +
				"ok source s: read Issues: a row of 2 columns after 0.00 s\n",
		},
		"writes, quotas and a close that fails": {
			func(ctx context.Context, cfg connector.Config) (connector.Source, error) {
				inner, err := memory(nil, writes)(ctx, cfg)
				return sink{inner}, err
			},
			opened + "ok source s: tables: 1 table after 0.00 s: Issues\nok source s: rights: reads, and writes Issues (insert, delete)\n" +
				"ok source s: quota read: 1,500 requests of 2,000 left\n" +
				"warning source s: quota search: 1 request of 10 left, until 2026-01-31T12:00:00Z | Ask for less at a time, or wait until the allowance is new.\n" +
				"ok source s: read Issues: a row of 2 columns after 0.00 s\n" +
				"fault source s: close: stuck | This is a fault in the connector: tell its authors what is written here.\n",
		},
		"a cache": {
			keeping(false, "Issues (3 rows of 2 columns, 5 minutes old)", "Projects (1 filtered scan, the last 2 days old)"),
			listed + "ok source s: kept: Issues (3 rows of 2 columns, 5 minutes old), Projects (1 filtered scan, the last 2 days old)\n" +
				"ok source s: read Issues: a row of 2 columns after 0.00 s\n",
		},
		"offline": {
			keeping(true, "A (1 row)", "B", "C", "D", "E", "F", "G", "H", "I"),
			listed + "ok source s: offline, kept: A (1 row), B, C, D, E, F, G, H, and of 1 table more\n",
		},
		"offline without rows": {
			keeping(true),
			listed + "warning source s: offline, and kept is nothing: every query will fail | Read the rows once without Offline, and with Cache=10m.\n",
		},
		"a system that answers nobody": {
			func(ctx context.Context, cfg connector.Config) (connector.Source, error) {
				inner, err := memory(nil, issues)(ctx, cfg)
				return silent{inner, denied}, err
			},
			listed + "fault source s: quotas: the key hunter2 & co is refused (key=hunter2+%26+co) | Check the source's credentials, and what they may read.\n",
		},
		"a system that does not know its quotas": {
			func(ctx context.Context, cfg connector.Config) (connector.Source, error) {
				inner, err := memory(nil, issues)(ctx, cfg)
				return silent{inner, connector.Errorf(connector.NotFound, "there is no such page")}, err
			},
			listed + "fault source s: quotas: there is no such page | Check the path or the address of the source.\n" + "ok source s: read Issues: a row of 2 columns after 0.00 s\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := strings.Join(examine(t, source(t, "s", test.open)), "\n") + "\n"
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("Examine (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// keeping opens a source that keeps something of its tables.
func keeping(offline bool, tables ...string) func(context.Context, connector.Config) (connector.Source, error) {
	return func(ctx context.Context, cfg connector.Config) (connector.Source, error) {
		inner, err := memory(nil, issues)(ctx, cfg)
		return kept{inner, tables, offline}, err
	}
}

// kept tells what it keeps.
type kept struct {
	connector.Source
	tables  []string
	offline bool
}

func (k kept) Kept(context.Context) ([]string, bool, error) { return k.tables, k.offline, nil }

// silent fails to tell its quotas.
type silent struct {
	connector.Source
	err error
}

func (s silent) Quotas(context.Context) ([]connector.Quota, error) { return nil, s.err }

// sink can be written, has quotas, and cannot be closed.
type sink struct{ connector.Source }

func (sink) Write(context.Context, connector.WriteRequest) ([]connector.Outcome, error) {
	panic("the doctor writes")
}

func (sink) Quotas(context.Context) ([]connector.Quota, error) {
	return []connector.Quota{
		{Category: "read", Limit: 2000, Remaining: 1500},
		{Category: "search", Limit: 10, Remaining: 1, Reset: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)},
	}, nil
}

func (s sink) Close() error { return errors.Join(s.Source.Close(), errors.New("stuck")) }

// TestProbeStops reads one page of the first table, and leaves no reader.
func TestProbeStops(t *testing.T) {
	var opened *connectortest.Memory
	open := func(context.Context, connector.Config) (connector.Source, error) {
		opened = connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{issues}, PageRows: 1})
		return opened, nil
	}
	examine(t, source(t, "s", open))
	if opened.Pages() != 1 || opened.Readers() != 0 {
		t.Errorf("%d pages read, %d readers left, want 1 and 0", opened.Pages(), opened.Readers())
	}
	if opened.Close() == nil {
		t.Error("the source was not closed")
	}
}

// TestHanging gives every source its time, side by side, and goes on.
func TestHanging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waits := func(ctx context.Context, call connectortest.Call) error {
			if call.Op == connectortest.TablesCall {
				<-ctx.Done()
			}
			return nil
		}
		gate := connectortest.NewStubbornGate("Issues", 0)
		begun := time.Now()
		got := examine(t,
			source(t, "a", memory(waits, issues)), source(t, "b", memory(gate.Before, issues)),
			source(t, "c", memory(waits, issues)), source(t, "d", memory(nil, issues)))
		if took := time.Since(begun); took != 31*time.Second {
			t.Errorf("four sources took %s, want 31s: the timeout, and the patience", took)
		}
		want := []string{"a: tables: no answer within 30s", "b: read Issues: no answer within 30s, and it does not stop", "c: tables: no answer within 30s"}
		for i, fault := range faults(got) {
			if i >= len(want) || !strings.HasPrefix(fault, "fault source "+want[i]+" | Give it longer with --timeout") {
				t.Errorf("fault %d = %s, want %q", i, fault, want)
			}
		}
		if n := len(faults(got)); n != len(want) {
			t.Errorf("%d faults, want %d", n, len(want))
		}
		if last := got[len(got)-1]; last != "ok source d: read Issues: a row of 2 columns after 0.00 s" {
			t.Errorf("the last finding is %s", last)
		}
		gate.Open()
	})
}

func faults(lines []string) []string {
	var found []string
	for _, line := range lines {
		if strings.HasPrefix(line, "fault") {
			found = append(found, line)
		}
	}
	return found
}

// TestExamineEnds ends where the caller gives up, and where nobody listens.
func TestExamineEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		hangs := func(ctx context.Context, call connectortest.Call) error { <-ctx.Done(); return nil }
		config := doctor.Config{Sources: []doctor.Source{source(t, "s", memory(hangs, issues))}, Timezone: time.UTC, Timeout: time.Hour, Patience: time.Second}
		time.AfterFunc(time.Minute, cancel)
		if err := config.Examine(ctx, func(doctor.Finding) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("Examine = %v, want canceled", err)
		}
		closed := errors.New("closed pipe")
		calls := 0
		err := config.Examine(t.Context(), func(doctor.Finding) error { calls++; return closed })
		if !errors.Is(err, closed) || calls != 1 {
			t.Errorf("Examine = %v after %d findings, want the error of the first", err, calls)
		}
	})
}

// TestSecrets shows no secret, wherever it stands.
func TestSecrets(t *testing.T) {
	leaks := func(_ context.Context, cfg connector.Config) (connector.Source, error) {
		key := cfg.Options.Secret("Api Key").Reveal()
		return nil, connector.Errorf(connector.Unauthorized, "GET /?k=hunter2+%%26+co&q=hunter2%%20&%%20co: %q is refused", key).WithHint("Is %s right?", key)
	}
	got := examine(t, source(t, "s", leaks,
		connector.Setting{Key: "apikey", Value: "${env:KEY}"}, connector.Setting{Key: "base_url", Value: "https://x/${env:KEY}"},
		connector.Setting{Key: "Folder", Value: "a/b"}))
	want := []string{
		"ok source s: fake, BaseURL=https://x/${env:KEY}, Folder=a/b, Api Key=***; by default PageSize=100",
		`fault source s: open: GET /?k=***&q=***: "***" is refused | Is *** right?`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Examine (-want +got):\n%s", diff)
	}
}
