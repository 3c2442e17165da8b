package rpc_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/rpc"
)

// The secrets of a tattler, by option.
var secrets = map[string]string{
	"Token": `p@ss/w "q" <&>\+課題 ${x} $${y}`,
	"Key":   "hunter2-hunter2",
	"Pin":   "90125",
	"Pem":   "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEFAASC\n-----END KEY-----\n",
	"Empty": "",
}

// written returns how a secret may be written.
func written(secret string) []string {
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err)
	}
	return []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`),
		strings.Trim(strconv.Quote(secret), `"`), strings.Trim(strconv.QuoteToASCII(secret), `"`),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
		base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
}

// tattler puts its secrets into whatever it says. What it does, the table tells.
type tattler struct{}

func (tattler) Info() connector.Info {
	info := connector.Info{Name: "tattler", Summary: "Tells its secrets."}
	for _, name := range []string{"Token", "Key", "Pin", "Pem", "Empty"} {
		info.Options = append(info.Options, connector.Option{Name: name, Secret: true})
	}
	return info
}

func (tattler) Open(_ context.Context, cfg connector.Config) (connector.Source, error) {
	s := &tattlingSource{log: cfg.Log}
	for _, o := range cfg.Options.Settings() {
		s.all = append(s.all, written(cfg.Options.Secret(o.Key).Reveal())...)
	}
	s.said = strings.Join(s.all, " and ") + " and " + base64.StdEncoding.EncodeToString([]byte("me:"+cfg.Options.Secret("Key").Reveal()+":x"))
	return s, nil
}

type tattlingSource struct {
	log  *slog.Logger
	all  []string // the secrets as they may be written
	said string
}

func (s *tattlingSource) Close() error { return s.failure() }

func (s *tattlingSource) failure() *connector.Error {
	return &connector.Error{
		Kind: connector.Unauthorized, Op: "log in with " + s.said, Place: connector.Place{File: s.said, Line: 1},
		Err: fmt.Errorf("refused: %s", s.said), Hint: "Is it " + s.said + "?",
	}
}

func (s *tattlingSource) Tables(context.Context) ([]connector.Table, error) {
	var tables []connector.Table
	for _, name := range []string{"Log", "Print", "Fail", "Panic", "Crash", "Rows", "Lie"} {
		tables = append(tables, connector.Table{Name: name, Columns: []connector.Column{{Name: "Id", Type: arrow.PrimitiveTypes.Int64}}})
	}
	return tables, nil
}

// Scan does what the table is called.
func (s *tattlingSource) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	switch req.Table {
	case "Log":
		s.log.Info("sent "+s.said, "token", s.said, s.said, 1, "pin", 90125,
			slog.Group("request", "header", s.said, slog.Group("inner", "list", []any{s.said, map[string]string{s.said: s.said}}, "map", map[string]string{s.said: s.said})))
		s.log.Info("end of the log")
	case "Print":
		s.print()
	case "Fail":
		return nil, s.failure()
	case "Panic":
		panic(s.said)
	case "Crash":
		go panic(s.said)
		<-ctx.Done()
		return nil, ctx.Err()
	case "Lie":
		return array.NewRecordReader(arrow.NewSchema([]arrow.Field{{Name: s.said, Type: arrow.PrimitiveTypes.Int64}}, nil), nil)
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "Id", Type: arrow.PrimitiveTypes.Int64}}, nil)
	return &tattlingReader{source: s, endless: endless{ctx: ctx, schema: schema}}, nil
}

// print writes the secrets past the log: in one piece, in two, and where a long
// line is cut.
func (s *tattlingSource) print() {
	for _, out := range []*os.File{os.Stdout, os.Stderr} {
		fmt.Fprintln(out, s.said)
		for _, secret := range s.all {
			for _, length := range []int{len(secret) / 2, len(secret)} {
				fmt.Fprint(out, "piece: "+secret[:length])
				fmt.Fprintln(out, secret[length:])
			}
		}
		for _, secret := range []string{secrets["Token"], secrets["Key"]} {
			fmt.Fprintln(out, strings.Repeat("-", 64<<10-len(secret)/2)+secret+strings.Repeat("-", 100<<10))
			fmt.Fprintln(out, strings.Repeat("-", 128<<10-len(secret)/2)+secret)
		}
		fmt.Fprintln(out, "end of", map[*os.File]string{os.Stdout: "stdout", os.Stderr: "stderr"}[out])
	}
}

// tattlingReader has no rows, an error, and a report.
type tattlingReader struct {
	endless
	source *tattlingSource
}

func (r *tattlingReader) Next() bool { return false }
func (r *tattlingReader) Err() error { return r.source.failure() }

func (r *tattlingReader) Report() connector.Report {
	return connector.Report{
		Progress: connector.Progress{Waiting: r.source.said}, Verdict: connector.Verdict{Note: r.source.said},
		Warnings: []connector.Warning{{Code: r.source.said, Count: 1, Text: r.source.said}},
	}
}

// Write refuses each row.
func (s *tattlingSource) Write(_ context.Context, req connector.WriteRequest) ([]connector.Outcome, error) {
	var outcomes []connector.Outcome
	for req.Rows.Next() {
		for range req.Rows.RecordBatch().NumRows() {
			outcomes = append(outcomes, connector.Outcome{Result: connector.Refused, Err: s.failure()})
		}
	}
	return outcomes, s.failure()
}

// Estimate takes from a quota that is called like the secrets, and notes them.
func (s *tattlingSource) Estimate(context.Context, connector.ScanRequest) (connector.Estimate, error) {
	return connector.Estimate{Category: s.said, Notes: []string{"a note", s.said}}, nil
}

// EstimateGroups tells the same as Estimate.
func (s *tattlingSource) EstimateGroups(context.Context, connector.AggregateRequest) (connector.Estimate, error) {
	return s.Estimate(context.Background(), connector.ScanRequest{})
}

// TestSecrets lets a plugin put its secrets into everything that it says.
func TestSecrets(t *testing.T) {
	scan := func(t *testing.T, src connector.Source, table string) []string {
		r, err := src.Scan(t.Context(), connector.ScanRequest{Table: table, Columns: []string{"Id"}})
		if err != nil {
			return everyWord(err)
		}
		defer r.Release()
		for r.Next() {
			continue
		}
		words := everyWord(r.Err())
		if reporter, ok := r.(connector.Reporter); ok {
			words = append(words, fmt.Sprintf("%+v", reporter.Report()))
		}
		return words
	}
	tests := map[string]struct {
		said  func(t *testing.T, src connector.Source) []string
		until []string // lines of the log
	}{
		"logs":              {func(t *testing.T, src connector.Source) []string { return scan(t, src, "Log") }, []string{"end of the log"}},
		"prints":            {func(t *testing.T, src connector.Source) []string { return scan(t, src, "Print") }, []string{"end of stdout", "end of stderr"}},
		"an error":          {func(t *testing.T, src connector.Source) []string { return scan(t, src, "Fail") }, nil},
		"a panic":           {func(t *testing.T, src connector.Source) []string { return scan(t, src, "Panic") }, nil},
		"a crash":           {func(t *testing.T, src connector.Source) []string { return scan(t, src, "Crash") }, nil},
		"a report":          {func(t *testing.T, src connector.Source) []string { return scan(t, src, "Rows") }, nil},
		"a lie":             {func(t *testing.T, src connector.Source) []string { return scan(t, src, "Lie") }, nil},
		"an error of Close": {func(*testing.T, connector.Source) []string { return nil }, nil},
		"an estimate": {func(t *testing.T, src connector.Source) []string {
			estimate, err := as[connector.Estimator](t, src).Estimate(t.Context(), connector.ScanRequest{Table: "Log"})
			return append(append(everyWord(err), estimate.Category), estimate.Notes...)
		}, nil},
		"an estimate of groups": {func(t *testing.T, src connector.Source) []string {
			estimate, err := as[connector.GroupEstimator](t, src).EstimateGroups(t.Context(), connector.AggregateRequest{Table: "Log"})
			return append(append(everyWord(err), estimate.Category), estimate.Notes...)
		}, nil},
		"outcomes": {func(t *testing.T, src connector.Source) []string {
			rows := titles(t, memory.DefaultAllocator, nil, []string{"a"})
			defer rows.Release()
			outcomes, err := as[connector.Writer](t, src).Write(t.Context(), connector.WriteRequest{Table: "Log", Action: connector.Insert, Rows: rows})
			words := everyWord(err)
			for _, o := range outcomes {
				words = append(words, everyWord(o.Err)...)
			}
			return words
		}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			log := newCapture(slog.LevelDebug)
			src := openWith(t, "tattler", log, secrets)
			words := test.said(t, src)
			for _, line := range test.until {
				log.wait(t, line)
			}
			words = append(words, everyWord(src.Close())...)
			words = append(words, log.all()...)
			text := strings.Join(words, "\n")
			for option, secret := range secrets {
				for _, form := range append(written(secret), strings.Split(strings.TrimSpace(secret), "\n")...) {
					if secret != "" && strings.Contains(text, form) {
						t.Errorf("%s shows as %q", option, form)
					}
				}
			}
			for _, half := range []string{"-p@ss", "-hunter"} {
				if strings.Contains(text, half) {
					t.Errorf("half a secret shows at the end of a long line: %q", half)
				}
			}
			if strings.Contains(text, base64.RawStdEncoding.EncodeToString([]byte("me:hunter2-hunter2:x"))) {
				t.Error("Key shows in base64, amid others")
			}
			if !strings.Contains(text, "***") {
				t.Errorf("nothing was hidden:\n%s", text)
			}
		})
	}
}

// everyWord is all that an error says.
func everyWord(err error) []string {
	if err == nil {
		return nil
	}
	return []string{err.Error(), connector.HintOf(err), fmt.Sprintf("%+v %#v", err, err)}
}

// openWith opens a source with a log and options.
func openWith(t *testing.T, name string, log slog.Handler, options map[string]string) connector.Source {
	t.Helper()
	plugin, err := rpc.Host{}.Start(t.Context(), program(t, name))
	if err != nil {
		t.Fatal(err)
	}
	var settings []connector.Setting
	for key, value := range options {
		settings = append(settings, connector.Setting{Key: key, Value: strings.ReplaceAll(value, "${", "$${")})
	}
	cfg := configOf(t, plugin, settings...)
	cfg.Log = slog.New(log)
	src, err := plugin.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// teller tells what it was opened with.
type teller struct{}

func (teller) Info() connector.Info {
	return connector.Info{Name: "teller", Summary: "Tells what it was opened with.", Options: []connector.Option{
		{Name: "Plain"},
		{Name: "Secret", Secret: true},
		{Name: "Folder", Type: connector.Path},
		{Name: "Default", Default: "d ${x}"},
		{Name: "Mode", Type: connector.Choice, Choices: []string{"fast", "slow"}, Default: "slow"},
		{Name: "On", Type: connector.Bool},
		{Name: "Many", Type: connector.Int, Default: "7"},
		{Name: "Wait", Type: connector.Duration, Default: "90s"},
		{Name: "Where", Type: connector.Zone},
	}}
}

func (teller) Open(_ context.Context, cfg connector.Config) (connector.Source, error) {
	return tellingSource{told: tellAll(cfg)}, nil
}

// tellAll shows all of a configuration.
func tellAll(cfg connector.Config) []string {
	o := cfg.Options
	zone := "none"
	if z := o.Zone("Where"); z != nil {
		zone = z.String()
	}
	moment := arrow.Timestamp(1_700_000_000).ToTime(arrow.Second).In(cfg.Timezone)
	return []string{
		cfg.Name, o.Text("Plain"), o.Secret("Secret").Reveal(), o.Path("Folder"), o.Text("Default"), o.Choice("Mode"),
		fmt.Sprint(o.Bool("On"), o.Int("Many"), o.Duration("Wait")), zone, moment.Format("2006-01-02T15:04:05Z07:00"),
	}
}

// tellingSource tells in the names of quotas.
type tellingSource struct{ told []string }

func (s tellingSource) Tables(context.Context) ([]connector.Table, error) { return nil, nil }
func (s tellingSource) Close() error                                      { return nil }

func (s tellingSource) Scan(context.Context, connector.ScanRequest) (array.RecordReader, error) {
	return nil, connector.Errorf(connector.NotFound, "there are no tables")
}

func (s tellingSource) Quotas(context.Context) ([]connector.Quota, error) {
	var quotas []connector.Quota
	for _, text := range s.told {
		quotas = append(quotas, connector.Quota{Category: base64.StdEncoding.EncodeToString([]byte("said: " + text))})
	}
	return quotas, nil
}

// TestOptions checks that options and time zones cross whole.
func TestOptions(t *testing.T) {
	tests := map[string]struct {
		settings map[string]string
		zone     string
	}{
		"defaults":  {nil, "UTC"},
		"texts":     {map[string]string{"Plain": `it's "q"; a=b \ ${env:HOME} $${x} $$ %s 課題`, "Secret": "${s} \n\t\x00'"}, "Asia/Tokyo"},
		"empty":     {map[string]string{"Plain": "", "Secret": "", "Default": "", "Folder": "../data"}, "America/New_York"},
		"all kinds": {map[string]string{"Mode": "FAST", "On": "yes", "Many": "-9", "Wait": "1h30m", "Where": "+05:30", "Folder": "/tmp/課題 ${x}/a b"}, "+09:00"},
		"local":     {map[string]string{"Where": "local", "Folder": "https://example.com/?a=b&c=%20"}, "local"},
		"no UTF-8":  {map[string]string{"Where": "Europe/Paris", "Folder": "/tmp/\xff\xfe", "Secret": "\xff"}, "-03:30"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			plugin, err := rpc.Host{}.Start(t.Context(), program(t, "teller"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(teller{}.Info(), plugin.Info()); diff != "" {
				t.Errorf("Info (-want +got):\n%s", diff)
			}
			var settings []connector.Setting
			for key, value := range test.settings {
				settings = append(settings, connector.Setting{Key: key, Value: strings.ReplaceAll(value, "${", "$${")})
			}
			cfg := configOf(t, plugin, settings...)
			if cfg.Timezone, err = connector.ParseZone(test.zone); err != nil {
				t.Fatal(err)
			}
			src, err := plugin.Open(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			quotas, err := as[connector.Quotas](t, src).Quotas(t.Context())
			if err != nil {
				t.Error(err)
			}
			var got []string
			for _, q := range quotas {
				text, err := base64.StdEncoding.DecodeString(q.Category)
				if err != nil {
					t.Error(err)
				}
				got = append(got, strings.TrimPrefix(string(text), "said: "))
			}
			if diff := cmp.Diff(tellAll(cfg), got); diff != "" {
				t.Errorf("(-in process +child):\n%s", diff)
			}
			if err := src.Close(); err != nil {
				t.Errorf("Close = %v", err)
			}
		})
	}
}
